import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { throwIfInterrupted } from './boundedMap.ts';
import type { CategoricalColumn, DatasetFailure, ImageDataset, NumericColumn } from './dataset.ts';
import { firstLine, inspectImage } from './encodedImage.ts';
import { EncodedImageDataset, noImagesFound, type IndexedImage } from './encodedImageDataset.ts';
import { labelsFromStrings } from '../formats/labels.ts';
import { categoriesOf } from '../formats/textTable.ts';
import { columnName } from './imageMetadata.ts';
import { IndexCache } from './indexCache.ts';
import type { OpenDatasetOptions } from './openDataset.ts';
import type { EncodedRows, ParquetDescription } from './parquetImageFile.ts';
import { ParquetReader } from './parquetReader.ts';

type ParquetOptions = Pick<OpenDatasetOptions, 'cacheFolder' | 'signal' | 'onProgress'>;

/** Ranges of rows in memory: the one in use, the next, and one for whoever looks at another image. */
const CACHED_RANGES = 3;

interface RowImage extends IndexedImage {
  /** Position in the list of files. */
  readonly file: number;
  readonly row: number;
}

interface ParquetPart {
  readonly path: string;
  readonly description: ParquetDescription;
}

/**
 * Opens Parquet files of images as Hugging Face's `datasets` writes them, several of them as the parts of one data set.
 * The label is the column of classes with the names that the files give; further ones become columns, and so does the
 * split where file names such as `train-00000-of-00002.parquet` tell it.
 * @throws BadInputError when a file cannot be read or has no images.
 */
export async function openParquetDataset(
  name: string,
  paths: readonly string[],
  options: ParquetOptions,
): Promise<ImageDataset> {
  const reader = new ParquetReader();
  try {
    const parts: ParquetPart[] = [];
    for (const path of paths) parts.push({ path, description: await reader.describe(path) });
    const rows = new RangeCache(reader, parts);
    const { images, failures } = await indexParts(parts, rows, options);
    if (images.length === 0) throw noImagesFound(name, failures, 'Parquet files with encoded images are expected');
    return new EncodedImageDataset({
      name,
      kind: 'parquet',
      images,
      failures,
      labelNames: parts[0].description.classes[0]?.names ?? undefined,
      columns: [...furtherClasses(parts, images), ...splitColumn(parts, images), ...textColumns(parts, images)],
      numbers: numberColumns(parts, images),
      read: (index) => rows.read(images[index].file, images[index].row),
      close: () => reader.close(),
    });
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** The ranges of rows that were used last, so that reading row after row decodes each range once. */
class RangeCache {
  readonly #reader: ParquetReader;
  readonly #parts: readonly ParquetPart[];
  readonly #ranges = new Map<string, Promise<EncodedRows>>();

  constructor(reader: ParquetReader, parts: readonly ParquetPart[]) {
    this.#reader = reader;
    this.#parts = parts;
  }

  async read(file: number, row: number): Promise<Uint8Array> {
    const { ranges } = this.#parts[file].description;
    const range = ranges[ranges.findLastIndex(({ rowStart }) => rowStart <= row)];
    const { bytes, ends } = await this.range(file, range);
    const position = row - range.rowStart;
    return bytes.subarray(position === 0 ? 0 : ends[position - 1], ends[position]);
  }

  range(file: number, range: { readonly rowStart: number; readonly rowEnd: number }): Promise<EncodedRows> {
    const key = `${file}:${range.rowStart}`;
    const rows = this.#ranges.get(key) ?? this.#reader.readImages(this.#parts[file].path, range);
    // Put last, as the one used last; a failure is not kept.
    this.#ranges.delete(key);
    this.#ranges.set(key, rows);
    rows.catch(() => this.#ranges.delete(key));
    if (this.#ranges.size > CACHED_RANGES) this.#ranges.delete(this.#ranges.keys().next().value!);
    return rows;
  }
}

async function indexParts(
  parts: readonly ParquetPart[],
  rows: RangeCache,
  { cacheFolder, signal, onProgress }: ParquetOptions,
): Promise<{ images: RowImage[]; failures: DatasetFailure[] }> {
  const images: RowImage[] = [];
  const failures: DatasetFailure[] = [];
  const total = parts.reduce((sum, { description }) => sum + description.rows, 0);
  let done = 0;
  for (const [file, { path, description }] of parts.entries()) {
    const { size, mtimeMs } = await stat(path);
    const cache = new IndexCache(cacheFolder, `${path}:${size}:${mtimeMs}`);
    let lines = await cache.read();
    if (lines === null) {
      lines = await indexRows(file, description, rows, signal, (count) =>
        onProgress?.('index', { done: done + count, total }),
      );
      await cache.write(lines);
    }
    done += description.rows;
    const prefix = parts.length > 1 ? `${basename(path)}/` : '';
    for (const [row, rowName, hash, width, height] of lines) {
      const name = prefix + String(rowName);
      if (hash === '') failures.push({ file: name, reason: String(width) });
      else {
        const label = description.classes[0]?.values[Number(row)] ?? '';
        const found = { hash: String(hash), width: Number(width), height: Number(height) };
        images.push({ ...found, name, label, file, row: Number(row) });
      }
    }
  }
  return { images, failures };
}

/** Lines of row, name, hash, width and height; a row without a usable image has an empty hash and the reason. */
async function indexRows(
  file: number,
  { ranges }: ParquetDescription,
  rows: RangeCache,
  signal: AbortSignal | undefined,
  onRows: (count: number) => void,
): Promise<(string | number)[][]> {
  const lines: (string | number)[][] = [];
  for (const range of ranges) {
    throwIfInterrupted(signal);
    const { bytes, ends, paths } = await rows.range(file, range);
    for (let position = 0; position < ends.length; position++) {
      const row = range.rowStart + position;
      const name = paths[position] ?? `row ${row}`;
      try {
        const image = await inspectImage(bytes.subarray(position === 0 ? 0 : ends[position - 1], ends[position]));
        lines.push([row, name, image.hash, image.width, image.height]);
      } catch (error) {
        lines.push([row, name, '', firstLine(error), 0]);
      }
    }
    onRows(range.rowEnd);
  }
  return lines;
}

function furtherClasses(parts: readonly ParquetPart[], images: readonly RowImage[]): CategoricalColumn[] {
  const [, ...further] = parts[0].description.classes;
  return further.map(({ name, names }) => {
    const columns = parts.map(({ description }) => description.classes.find((column) => column.name === name));
    const values = images.map(({ file, row }) => columns[file]?.values[row] ?? '');
    return { name, ...codesOf(values, names) };
  });
}

function splitColumn(parts: readonly ParquetPart[], images: readonly RowImage[]): CategoricalColumn[] {
  const splits = parts.map(({ path }) => /^([a-z]+)-\d+-of-\d+/i.exec(basename(path))?.[1] ?? '');
  if (new Set(splits).size < 2) return [];
  return [{ name: 'split', ...labelsFromStrings(images.map(({ file }) => splits[file])) }];
}

/** Columns that the first file has; of the others those of the same name and kind. */
function numberColumns(parts: readonly ParquetPart[], images: readonly RowImage[]): NumericColumn[] {
  return parts[0].description.further.flatMap((column) => {
    if (!('numbers' in column)) return [];
    const columns = parts.map(({ description }) => description.further.find(({ name }) => name === column.name));
    const values = Float64Array.from(images, ({ file, row }) => {
      const found = columns[file];
      return found !== undefined && 'numbers' in found ? found.numbers[row] : NaN;
    });
    return [{ name: columnName(column.name), values }];
  });
}

function textColumns(parts: readonly ParquetPart[], images: readonly RowImage[]): CategoricalColumn[] {
  return parts[0].description.further.flatMap((column) => {
    if (!('texts' in column)) return [];
    const columns = parts.map(({ description }) => description.further.find(({ name }) => name === column.name));
    const cells = images.map(({ file, row }) => {
      const found = columns[file];
      return found !== undefined && 'texts' in found ? found.texts[row] : '';
    });
    const categories = categoriesOf(cells);
    return categories === null ? [] : [{ name: columnName(column.name), ...categories }];
  });
}

function codesOf(values: readonly string[], names: readonly string[] | null) {
  if (names === null) return labelsFromStrings(values);
  const codeOf = new Map(names.map((name, code) => [name, code]));
  return { names, codes: Int32Array.from(values, (value) => codeOf.get(value) ?? -1) };
}
