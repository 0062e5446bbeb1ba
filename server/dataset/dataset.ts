import type { Hash } from 'node:crypto';

/** Decoded pixels: 8 bits a channel, RGB interleaved, row by row; `data.length === width * height * 3`. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export type DatasetKind = 'cifar10' | 'emoji' | 'folder' | 'archive' | 'parquet' | 'vectors';

/** A file that could not be used, with the reason in one sentence. It is left out of the data set, never fatal. */
export interface DatasetFailure {
  readonly file: string;
  readonly reason: string;
}

/** A categorical column: `names[codes[i]]` is the value of image i; code −1 means that the image has none. */
export interface CategoricalColumn {
  readonly name: string;
  readonly names: readonly string[];
  readonly codes: Int32Array;
}

/** A column of numbers: `values[i]` is that of image i, NaN where it has none. */
export interface NumericColumn {
  readonly name: string;
  readonly values: Float64Array;
}

/**
 * A data set of images, opened and indexed but with no pixels in memory. Images are numbered 0 … size − 1 in an order
 * that depends on the content alone, so that an index means the same image on every machine.
 */
export interface ImageDataset {
  /** As the user names it: `cifar10`, `cifar10/test`, `emoji`, or the absolute path of a folder, archive or table. */
  readonly name: string;
  readonly kind: DatasetKind;
  readonly size: number;
  /** Hex SHA-256 that changes when images are added, removed or changed. */
  readonly fingerprint: string;
  /** SHA-256 of each image, 32 bytes one after the other: equal only for images that give the same pixels. */
  readonly contentHashes?: Uint8Array | undefined;
  /** Set when every image has the same size, in pixels. */
  readonly imageSize: { readonly width: number; readonly height: number } | null;
  /** The class of each image (for `emoji`: the group; for a folder: the first folder level). */
  readonly label: CategoricalColumn;
  /** Further columns, such as `split` of CIFAR-10 or `subgroup` of emoji. */
  readonly columns: readonly CategoricalColumn[];
  /** Numbers about the images, such as those of a table beside them. */
  readonly numbers?: readonly NumericColumn[] | undefined;
  readonly failures: readonly DatasetFailure[];
  /** A name for people: a file name relative to the folder, `train/00042`, or an emoji's name. */
  imageName(index: number): string;
  /** Decoded pixels, EXIF orientation applied, alpha flattened on white. */
  readPixels(index: number): Promise<RgbImage>;
  close(): Promise<void>;
}

/** Lets a fingerprint change with names and values of columns. */
export function hashColumns(
  hash: Hash,
  columns: readonly CategoricalColumn[],
  numbers: readonly NumericColumn[],
): void {
  for (const { name, names, codes } of columns) hash.update(`${JSON.stringify([name, names])}\n`).update(codes);
  for (const { name, values } of numbers) hash.update(`${name}\n`).update(values);
}

/** The images that a limit of `limit` leaves: spread evenly over the data set, so that no class is left out. */
export function sampleIndices(size: number, limit: number | undefined): Int32Array {
  if (limit === undefined || limit >= size) return Int32Array.from({ length: size }, (_, index) => index);
  return Int32Array.from({ length: limit }, (_, position) => Math.floor((position * size) / limit));
}
