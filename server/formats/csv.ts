import { pipeline } from 'node:stream/promises';
import { Readable, type Writable } from 'node:stream';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { BadInputError, excerpt } from '../errors.ts';
import type { EmbeddingMatrix } from './embeddingMatrix.ts';
import { openForReading, unreadable } from './files.ts';
import { GrowingMatrix } from './growingMatrix.ts';
import { labelAt } from './labels.ts';
import type { LayoutTable } from './layoutTable.ts';

/** Columns of an embeddings table that are not components of the vectors. */
const DESCRIPTIVE_COLUMNS = new Set(['index', 'id', 'label', 'name', 'file', 'image', 'split']);

const LINES_A_PIECE = 500;

/**
 * Reads vectors, one a line, as a stream. The first line may be a header; columns named index, id, label, name, file,
 * image or split are then left out.
 * @throws BadInputError naming line and column of the first value that is no finite number, or a line of another length.
 */
export async function readCsvEmbeddings(file: string): Promise<EmbeddingMatrix> {
  let columns: readonly number[] | undefined;
  let matrix: GrowingMatrix | undefined;
  await readRecords(file, (fields, line) => {
    if (columns === undefined || matrix === undefined) {
      const isHeader = !fields.every(isNumber);
      columns = fields.flatMap((name, column) => (isHeader && isDescriptive(name) ? [] : [column]));
      if (columns.length === 0) throw new BadInputError(`${file}: has no column of numbers`);
      matrix = new GrowingMatrix(columns.length);
      if (isHeader) return;
    }
    const row = matrix.appendRow();
    for (let i = 0; i < columns.length; i++) {
      const field = fields[columns[i]];
      const value = isNumber(field) ? Math.fround(Number(field)) : NaN;
      if (!Number.isFinite(value)) {
        const found = `"${excerpt(field)}"`;
        throw new BadInputError(
          `${file}: line ${line}, column ${columns[i] + 1} is ${found}; a finite number is expected`,
        );
      }
      row[i] = value;
    }
  });
  if (matrix === undefined || matrix.rows === 0) throw new BadInputError(`${file}: holds no vectors`);
  return matrix.finish();
}

/**
 * Reads one label a line: the column named `label` of a table with a header, or the only column of a table.
 * @throws BadInputError when there are several columns and none is named `label`.
 */
export async function readCsvLabels(file: string): Promise<string[]> {
  const labels: string[] = [];
  let column = -1;
  await readRecords(file, (fields) => {
    if (column < 0) {
      const named = fields.findIndex((name) => name.trim().toLowerCase() === 'label');
      if (named < 0 && fields.length > 1) {
        const found = excerpt(fields.slice(0, 6).join(', '));
        throw new BadInputError(`${file}: has no column named label (its first line is ${found})`);
      }
      column = Math.max(named, 0);
      if (named >= 0) return;
    }
    labels.push(fields[column].trim());
  });
  return labels;
}

/** Writes a layout as exactly the columns index, x, y, label; numbers read back as the same float64. */
export async function writeCsvLayout(table: LayoutTable, destination: Writable): Promise<void> {
  await pipeline(Readable.from(layoutPieces(table), { highWaterMark: 1 }), destination, { end: false });
}

/** Several lines a piece: a write for every line would take seconds for a large layout. */
function* layoutPieces({ positions, labels, imageIndices }: LayoutTable): Generator<string> {
  yield 'index,x,y,label\n';
  const count = positions.length / 2;
  for (let start = 0; start < count; start += LINES_A_PIECE) {
    const length = Math.min(LINES_A_PIECE, count - start);
    const records = Array.from({ length }, (_, position) => {
      const row = start + position;
      return [imageIndices[row], positions[2 * row], positions[2 * row + 1], labelAt(labels, row)];
    });
    yield stringify(records);
  }
}

/** Tells the records of a CSV file one after the other, each with its line. @throws BadInputError for broken CSV. */
export async function readRecords(file: string, use: (fields: readonly string[], line: number) => void): Promise<void> {
  const { handle } = await openForReading(file);
  try {
    const parser = parse({ bom: true, skip_empty_lines: true, info: true, max_record_size: 16 << 20 });
    const input = handle.createReadStream({ autoClose: false });
    input.on('error', (error) => parser.destroy(error));
    for await (const { record, info } of input.pipe(parser) as AsyncIterable<ParsedRecord>) use(record, info.lines);
  } catch (error) {
    throw unreadable(file, 'CSV', error);
  } finally {
    await handle.close();
  }
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function isNumber(field: string): boolean {
  const trimmed = field.trim();
  return trimmed !== '' && (Number.isFinite(Number(trimmed)) || /^[+-]?(nan|inf(inity)?)$/i.test(trimmed));
}

function isDescriptive(name: string): boolean {
  return DESCRIPTIVE_COLUMNS.has(name.trim().toLowerCase());
}
