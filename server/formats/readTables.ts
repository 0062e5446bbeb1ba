import { extname } from 'node:path';
import { BadInputError } from '../errors.ts';
import { readCsvEmbeddings, readCsvLabels } from './csv.ts';
import type { EmbeddingMatrix } from './embeddingMatrix.ts';
import { labelsFromStrings, type Labels } from './labels.ts';
import { readNpyFloat32, readNpyFloat64, readNpyStrings, type NpyStream } from './npy.ts';
import { npzEmbeddings, npzLabels } from './npz.ts';
import { withParquetTable } from './parquet.ts';

/**
 * Reads vectors from an .npy, .npz, .csv or .parquet file, chosen by its extension.
 * @returns rows × dimension float32 over a SharedArrayBuffer; at least one row and one column, all finite.
 * @throws BadInputError with one sentence that names the file and what is wrong where.
 */
export async function readEmbeddings(file: string): Promise<EmbeddingMatrix> {
  switch (extname(file).toLowerCase()) {
    case '.npy':
      return readNpyEmbeddings(file);
    case '.npz':
      return npzEmbeddings(file, readNpyEmbeddings);
    case '.csv':
      return readCsvEmbeddings(file);
    case '.parquet':
      return withParquetTable((reader) => reader.readEmbeddings(file));
    default:
      throw new BadInputError(`${file}: embeddings are read from .npy, .npz, .csv or .parquet files`);
  }
}

/**
 * Reads one label a row from an .npy (integers or text), .npz, .csv or .parquet file.
 * @param expectedRows number of the vectors that the labels belong to.
 * @throws BadInputError when the number of labels is another.
 */
export async function readLabels(file: string, expectedRows: number): Promise<Labels> {
  const values = await readLabelStrings(file);
  if (values.length !== expectedRows) {
    throw new BadInputError(
      `${file}: holds ${values.length} labels for ${expectedRows} vectors; one a vector is expected`,
    );
  }
  return labelsFromStrings(values);
}

/**
 * Reads a layout as `project` and `run` write it: N × 2, interleaved.
 * @throws BadInputError when the file holds anything else.
 */
export async function readLayout(file: string): Promise<Float64Array> {
  const { shape, values } = await readNpyFloat64(file, { requireFinite: true, requireFloat: true });
  if (shape.length !== 2 || shape[1] !== 2) {
    throw new BadInputError(`${file}: has shape (${shape.join(', ')}); a layout is (points, 2)`);
  }
  return values;
}

/**
 * Reads the tree that rows form: one whole number a row, the row of its parent, −1 for the root.
 * @throws BadInputError when the file holds anything else.
 */
export async function readParents(file: string): Promise<Int32Array> {
  const { shape, values } = await readNpyFloat64(file, { requireFinite: true });
  const bad = values.findIndex((value) => !Number.isInteger(value));
  if (shape.length !== 1 || bad >= 0) {
    throw new BadInputError(`${file}: a tree is one whole number a row, the row of its parent, and -1 for the root`);
  }
  return Int32Array.from(values);
}

async function readNpyEmbeddings(source: string | NpyStream): Promise<EmbeddingMatrix> {
  const file = typeof source === 'string' ? source : source.name;
  const { shape, values } = await readNpyFloat32(source, { requireFinite: true, requireFloat: true });
  if (shape.length !== 2) {
    throw new BadInputError(`${file}: has shape (${shape.join(', ')}); embeddings are (rows, dimension)`);
  }
  const [rows, dimension] = shape;
  if (rows === 0 || dimension === 0)
    throw new BadInputError(`${file}: holds no vectors (shape (${rows}, ${dimension}))`);
  return { rows, dimension, values };
}

async function readLabelStrings(file: string): Promise<string[]> {
  switch (extname(file).toLowerCase()) {
    case '.npy':
      return readNpyStrings(file);
    case '.npz':
      return npzLabels(file, readNpyStrings);
    case '.csv':
      return readCsvLabels(file);
    case '.parquet':
      return withParquetTable((reader) => reader.readLabels(file));
    default:
      throw new BadInputError(`${file}: labels are read from .npy, .npz, .csv or .parquet files`);
  }
}
