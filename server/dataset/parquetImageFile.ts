import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import type { AsyncBuffer, FileMetaData, SchemaTree } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { BadInputError, excerpt } from '../errors.ts';
import { openForReading, unreadable } from '../formats/files.ts';

/** Rows that are decoded at once: a row group, or a part of one where the file has an index of its pages. */
export interface RowRange {
  readonly rowStart: number;
  readonly rowEnd: number;
}

/** A column of classes: the value of row i is `values[i]`, empty for none. */
export interface ClassColumn {
  readonly name: string;
  /** The names in their order, where the data set gives one. */
  readonly names: readonly string[] | null;
  readonly values: readonly string[];
}

/** A further column: numbers (NaN for none), or texts of which there are few (empty for none). */
export type FurtherColumn =
  | { readonly name: string; readonly numbers: Float64Array<ArrayBuffer> }
  | { readonly name: string; readonly texts: readonly string[] };

export interface ParquetDescription {
  readonly rows: number;
  readonly imageColumn: string;
  readonly ranges: readonly RowRange[];
  /** The label first; empty when there is none. */
  readonly classes: readonly ClassColumn[];
  readonly further: readonly FurtherColumn[];
}

/** Encoded images of consecutive rows, one after the other; image i is bytes `ends[i − 1]` to `ends[i]`. */
export interface EncodedRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Float64Array<ArrayBuffer>;
  /** The path that a row gives for its image, for people. */
  readonly paths: readonly (string | null)[];
}

/** Rows of a part of a row group. */
const ROWS_PER_RANGE = 128;
/** As of a table beside a folder. */
const MOST_FURTHER = 32;
/** Of a text column, a row on average. */
const MOST_TEXT_BYTES = 32;
/** Above this a row group without an index of its pages is refused instead of decoded. */
const MAX_GROUP_BYTES = 2 ** 31;

/** A Parquet file of images in the form of Hugging Face's data sets: `{bytes, path}` structures, or plain bytes. */
export class ParquetImageFile {
  readonly #path: string;
  readonly #buffer: AsyncBuffer;
  readonly #metadata: FileMetaData;
  readonly #columns: readonly SchemaTree[];
  readonly #features: Readonly<Record<string, HubFeature>>;
  readonly #imageColumn: string;

  private constructor(path: string, buffer: AsyncBuffer, metadata: FileMetaData) {
    this.#path = path;
    this.#buffer = buffer;
    this.#metadata = metadata;
    this.#columns = parquetSchema(metadata).children;
    this.#features = hubFeatures(metadata);
    this.#imageColumn = this.#findImageColumn();
  }

  /** @throws BadInputError when the file is no Parquet file, or has no column of images. */
  static async open(path: string): Promise<ParquetImageFile> {
    await openForReading(path).then(({ handle }) => handle.close());
    try {
      const buffer = await asyncBufferFromFile(path);
      return new ParquetImageFile(path, buffer, await parquetMetadataAsync(buffer));
    } catch (error) {
      throw unreadable(path, 'Parquet', error);
    }
  }

  async describe(): Promise<ParquetDescription> {
    const names = this.#classColumns();
    const classes: ClassColumn[] = [];
    for (const name of names) {
      const rows = await this.#read([name], 0, Number(this.#metadata.num_rows));
      const labels = this.#features[name]?.names ?? null;
      const values = rows.map((row) => classOf(row[name], labels));
      classes.push({ name, names: labels, values });
    }
    const further: FurtherColumn[] = [];
    const wanted = this.#columns.filter((column) => this.#isFurther(column, names));
    for (const { element } of wanted.slice(0, MOST_FURTHER)) {
      further.push(await this.#readFurther(element.name, element.type === 'BYTE_ARRAY'));
    }
    const rows = Number(this.#metadata.num_rows);
    return { rows, imageColumn: this.#imageColumn, ranges: this.#ranges(), classes, further };
  }

  async #readFurther(name: string, isText: boolean): Promise<FurtherColumn> {
    const rows = await this.#read([name], 0, Number(this.#metadata.num_rows));
    if (isText) return { name, texts: rows.map((row) => classOf(row[name], null)) };
    return { name, numbers: Float64Array.from(rows, (row) => numberOf(row[name])) };
  }

  /** Numbers, and texts that are short: captions and addresses of pages are no classes, and long to read. */
  #isFurther({ element, children }: SchemaTree, classes: readonly string[]): boolean {
    const { name, type, logical_type: logical, repetition_type: repetition, converted_type: converted } = element;
    if (children.length > 0 || repetition === 'REPEATED' || name === this.#imageColumn) return false;
    if (classes.includes(name)) return false;
    if (type === 'BYTE_ARRAY') {
      const isText = converted === 'UTF8' || logical?.type === 'STRING';
      const chunks = this.#metadata.row_groups.flatMap(({ columns }) =>
        columns.filter(({ meta_data: meta }) => meta?.path_in_schema?.[0] === name),
      );
      const bytes = chunks.reduce((sum, { meta_data: meta }) => sum + Number(meta?.total_uncompressed_size ?? 0), 0);
      return isText && bytes <= MOST_TEXT_BYTES * Number(this.#metadata.num_rows);
    }
    // No dates, times and decimals.
    const isPlain = logical === undefined ? /^(U?INT_\d+)?$/.test(converted ?? '') : logical.type === 'INTEGER';
    return isPlain && ['BOOLEAN', 'INT32', 'INT64', 'FLOAT', 'DOUBLE'].includes(type ?? '');
  }

  async readImages({ rowStart, rowEnd }: RowRange): Promise<EncodedRows> {
    const rows = await this.#read([this.#imageColumn], rowStart, rowEnd);
    const cells = rows.map((row) => cellOf(row[this.#imageColumn]));
    const ends = new Float64Array(cells.length);
    let total = 0;
    cells.forEach(({ bytes }, row) => (ends[row] = total += bytes.length));
    const joined = new Uint8Array(total);
    cells.forEach(({ bytes }, row) => joined.set(bytes, ends[row] - bytes.length));
    return { bytes: joined, ends, paths: cells.map(({ path }) => path) };
  }

  async #read(columns: string[], rowStart: number, rowEnd: number): Promise<Record<string, unknown>[]> {
    try {
      return await parquetReadObjects({
        file: this.#buffer,
        metadata: this.#metadata,
        columns,
        rowStart,
        rowEnd,
        compressors,
        utf8: false,
        useOffsetIndex: true,
      });
    } catch (error) {
      throw unreadable(this.#path, 'Parquet', error);
    }
  }

  #findImageColumn(): string {
    const candidates = this.#columns.filter((column) => holdsBytes(column)).map(({ element }) => element.name);
    const declared = candidates.find((name) => this.#features[name]?.type === 'Image');
    const usual = candidates.find((name) => /^(image|img|jpg|jpeg|png|picture|photo)$/i.test(name));
    const found = declared ?? usual ?? (candidates.length === 1 ? candidates[0] : undefined);
    if (found !== undefined) return found;
    const names = excerpt(this.#columns.map(({ element }) => element.name).join(', '));
    throw new BadInputError(
      `${this.#path}: has no column of images (it has ${names}); a column "image" of {bytes, path} or of bytes is expected`,
    );
  }

  /** Columns that Hugging Face declares as classes, or one called label or class; the label first. */
  #classColumns(): string[] {
    const names = this.#columns.filter(({ children }) => children.length === 0).map(({ element }) => element.name);
    const declared = names.filter((name) => this.#features[name]?.type === 'ClassLabel');
    const usual = names.filter((name) => /^(label|labels|class|cls|category)$/i.test(name));
    const all = declared.length > 0 ? declared : usual.slice(0, 1);
    const label = all.find((name) => /label|class/i.test(name) && !/coarse/i.test(name)) ?? all[0];
    return label === undefined ? [] : [label, ...all.filter((name) => name !== label)];
  }

  #ranges(): RowRange[] {
    const ranges: RowRange[] = [];
    let rowStart = 0;
    for (const group of this.#metadata.row_groups) {
      const end = rowStart + Number(group.num_rows);
      const chunk = group.columns.find(({ meta_data: meta }) => meta?.path_in_schema?.[0] === this.#imageColumn);
      const indexed = chunk?.offset_index_offset !== undefined;
      const bytes = Number(chunk?.meta_data?.total_uncompressed_size ?? 0);
      if (!indexed && bytes > MAX_GROUP_BYTES) {
        throw new BadInputError(
          `${this.#path}: has a row group of ${bytes} bytes; at most 2 GiB are read, so write it with smaller row groups or a page index`,
        );
      }
      const step = indexed ? ROWS_PER_RANGE : Math.max(1, end - rowStart);
      for (; rowStart < end; rowStart += step) ranges.push({ rowStart, rowEnd: Math.min(rowStart + step, end) });
      rowStart = end;
    }
    return ranges;
  }
}

interface HubFeature {
  readonly type: string;
  readonly names: readonly string[] | null;
}

/** What Hugging Face's `datasets` writes about the columns into the file's metadata. */
function hubFeatures(metadata: FileMetaData): Readonly<Record<string, HubFeature>> {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  try {
    const { info } = JSON.parse(text ?? '{}') as { info?: { features?: Record<string, unknown> } };
    return Object.fromEntries(
      Object.entries(info?.features ?? {}).map(([name, feature]) => {
        const { _type: type, names } = (feature ?? {}) as { _type?: unknown; names?: unknown };
        const given = Array.isArray(names) && names.every((item) => typeof item === 'string') ? names : null;
        return [name, { type: String(type), names: given }];
      }),
    );
  } catch {
    // Not what `datasets` writes: the columns' names and types decide.
    return {};
  }
}

function holdsBytes({ element, children }: SchemaTree): boolean {
  const parts = children.length === 0 ? [element] : children.map((child) => child.element);
  const bytes = children.length === 0 ? parts : parts.filter(({ name }) => name === 'bytes');
  return bytes.some(({ type, converted_type: converted, logical_type: logical, repetition_type: repetition }) => {
    const plain = type === 'BYTE_ARRAY' && converted !== 'UTF8' && logical?.type !== 'STRING';
    return plain && repetition !== 'REPEATED';
  });
}

function cellOf(value: unknown): { bytes: Uint8Array; path: string | null } {
  if (value instanceof Uint8Array) return { bytes: value, path: null };
  const { bytes, path } = (value ?? {}) as { bytes?: unknown; path?: unknown };
  return {
    bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array(0),
    path: typeof path === 'string' && path !== '' ? path : null,
  };
}

function numberOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : NaN;
}

function classOf(value: unknown, names: readonly string[] | null): string {
  if (value === null || value === undefined) return '';
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value as string | number);
  return names === null ? text : (names[Number(text)] ?? '');
}
