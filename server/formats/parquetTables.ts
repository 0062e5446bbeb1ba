import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type AsyncBuffer,
  type FileMetaData,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { BadInputError, excerpt } from '../errors.ts';
import type { EmbeddingMatrix } from './embeddingMatrix.ts';
import { openForReading, unreadable } from './files.ts';

interface ParquetFile {
  readonly name: string;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly SchemaTree[];
  readonly rows: number;
}

/** As many elements as an array can have. */
const MOST_ROWS = 2 ** 32 - 1;

interface ColumnChunk {
  readonly columnName: string;
  readonly columnData: ArrayLike<unknown>;
  readonly rowStart: number;
}

/**
 * What `ParquetTableReader.readEmbeddings` does, in this process. The library believes the counts that pages name, so
 * that a few bytes can keep it busy without end: only for a process that is watched.
 */
export async function decodeParquetEmbeddings(file: string): Promise<EmbeddingMatrix> {
  const parquet = await openParquet(file);
  if (parquet.rows === 0) throw new BadInputError(`${file}: holds no vectors`);
  const lists = parquet.columns.filter(isFloatList);
  if (lists.length > 1) {
    const names = excerpt(lists.map((column) => column.element.name).join(', '));
    throw new BadInputError(`${file}: has several columns of lists (${names}); one is expected`);
  }
  if (lists.length === 1) return readListColumn(parquet, lists[0].element.name);
  const scalars = parquet.columns.filter(isFloat).map((column) => column.element.name);
  if (scalars.length > 0) return readScalarColumns(parquet, scalars);
  throw new BadInputError(`${file}: has neither a column of lists of floats nor columns of floats`);
}

/** What `ParquetTableReader.readLabels` does, in this process. */
export async function decodeParquetLabels(file: string): Promise<string[]> {
  const parquet = await openParquet(file);
  const names = parquet.columns.map((column) => column.element.name);
  const name = names.find((candidate) => candidate.toLowerCase() === 'label') ?? (names.length === 1 ? names[0] : null);
  if (name === null)
    throw new BadInputError(`${file}: has no column named label (it has ${excerpt(names.join(', '))})`);
  const labels = new Array<string>(parquet.rows).fill('');
  await readColumns(parquet, [name], (_, value, row) => {
    labels[row] =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
  });
  return labels;
}

async function openParquet(file: string): Promise<ParquetFile> {
  await openForReading(file).then(({ handle }) => handle.close());
  try {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    const columns = parquetSchema(metadata).children;
    // The library's types say that there is a name, but it gives what a damaged file holds.
    if (columns.some(({ element }) => typeof element.name !== 'string')) throw new Error('a column has no name');
    const rows = Number(metadata.num_rows);
    if (rows < 0 || rows > MOST_ROWS) throw new Error(`it says that it has ${rows} rows`);
    return { name: file, buffer, metadata, columns, rows };
  } catch (error) {
    throw unreadable(file, 'Parquet', error);
  }
}

async function readScalarColumns(parquet: ParquetFile, names: readonly string[]): Promise<EmbeddingMatrix> {
  const matrix = allocate(parquet, names.length);
  const position = new Map(names.map((name, index) => [name, index]));
  await readColumns(parquet, names, (name, value, row) => {
    matrix.values[row * names.length + position.get(name)!] = finite(parquet.name, name, row, value);
  });
  return matrix;
}

async function readListColumn(parquet: ParquetFile, name: string): Promise<EmbeddingMatrix> {
  let matrix: EmbeddingMatrix | undefined;
  await readColumns(parquet, [name], (_, value, row) => {
    const list = value as ArrayLike<unknown> | null | undefined;
    const length = list?.length ?? 0;
    if (list === null || list === undefined || length === 0) {
      throw new BadInputError(`${parquet.name}: row ${row} of column ${name} holds no vector`);
    }
    matrix ??= allocate(parquet, length);
    if (length !== matrix.dimension) {
      throw new BadInputError(
        `${parquet.name}: row ${row} of column ${name} has ${length} values; the rows before have ${matrix.dimension}`,
      );
    }
    for (let i = 0; i < length; i++) {
      matrix.values[row * length + i] = finite(parquet.name, `${name}[${i}]`, row, list[i]);
    }
  });
  if (matrix === undefined) throw new BadInputError(`${parquet.name}: holds no vectors`);
  return matrix;
}

/** Gives every value of the columns, a row group at a time, so that one group is in memory. */
async function readColumns(
  { name: file, buffer, metadata, rows }: ParquetFile,
  columns: readonly string[],
  use: (column: string, value: unknown, row: number) => void,
): Promise<void> {
  let given = 0;
  let refusal: unknown;
  const giveChunk = (chunk: ColumnChunk, rowStart: number, rowEnd: number): void => {
    for (let i = 0; i < chunk.columnData.length; i++) {
      const row = chunk.rowStart + i;
      if (row < rowStart || row >= rowEnd) continue;
      use(chunk.columnName, chunk.columnData[i], row);
      given++;
    }
  };
  try {
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = Math.min(rowStart + Number(group.num_rows), rows);
      const onChunk = (chunk: ColumnChunk): void => {
        // The library lets an error thrown in here escape as an unhandled rejection, so it is kept for later.
        try {
          if (refusal === undefined) giveChunk(chunk, rowStart, rowEnd);
        } catch (error) {
          refusal = error;
        }
      };
      await parquetRead({ file: buffer, metadata, columns: [...columns], rowStart, rowEnd, onChunk, compressors });
      if (refusal !== undefined) break;
      rowStart = rowEnd;
    }
  } catch (error) {
    throw unreadable(file, 'Parquet', error);
  }
  if (refusal !== undefined) throw unreadable(file, 'Parquet', refusal);
  if (given !== rows * columns.length) {
    throw new BadInputError(`${file}: ${given} values found, ${rows * columns.length} expected for ${rows} rows`);
  }
}

/** @throws BadInputError when there is no room for so many. */
function allocate({ name, rows }: ParquetFile, dimension: number): EmbeddingMatrix {
  try {
    return { rows, dimension, values: new Float32Array(rows * dimension) };
  } catch (cause) {
    throw new BadInputError(`${name}: ${rows} rows of ${dimension} values do not fit the memory`, { cause });
  }
}

function finite(file: string, column: string, row: number, value: unknown): number {
  const number = typeof value === 'number' ? Math.fround(value) : NaN;
  if (!Number.isFinite(number)) {
    throw new BadInputError(
      `${file}: row ${row}, column ${column} is ${excerpt(String(value))}; every value must be finite`,
    );
  }
  return number;
}

function isFloat({ element, children }: SchemaTree): boolean {
  if (children.length > 0 || element.repetition_type === 'REPEATED') return false;
  return element.type === 'FLOAT' || element.type === 'DOUBLE' || element.logical_type?.type === 'FLOAT16';
}

function isFloatList({ element, children }: SchemaTree): boolean {
  if (element.type === 'FLOAT' || element.type === 'DOUBLE') return element.repetition_type === 'REPEATED';
  if (element.converted_type !== 'LIST' && element.logical_type?.type !== 'LIST') return false;
  const items = children.flatMap((child) => (child.children.length > 0 ? child.children : [child]));
  return items.length === 1 && items[0].children.length === 0 && /^(FLOAT|DOUBLE)$/.test(items[0].element.type ?? '');
}
