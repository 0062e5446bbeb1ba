import { createHash } from 'node:crypto';
import { BadInputError } from '../errors.ts';
import { labelsFromStrings } from '../formats/labels.ts';
import { hashColumns } from './dataset.ts';
import type {
  CategoricalColumn,
  DatasetFailure,
  DatasetKind,
  ImageDataset,
  NumericColumn,
  RgbImage,
} from './dataset.ts';
import { decodeImage, firstLine, type InspectedImage } from './encodedImage.ts';
import { requireImageIndex } from './imageIndex.ts';

/** An image of a folder, an archive or a table. */
export interface IndexedImage extends InspectedImage {
  /** For people: its path in the folder or archive. */
  readonly name: string;
  /** Empty for none. */
  readonly label: string;
}

export interface EncodedImageSource {
  readonly name: string;
  readonly kind: DatasetKind;
  readonly images: readonly IndexedImage[];
  readonly failures: readonly DatasetFailure[];
  readonly columns?: readonly CategoricalColumn[];
  readonly numbers?: readonly NumericColumn[];
  /** Whether labels and columns come from a table beside the images, and not from their names. */
  readonly hasMetadata?: boolean;
  /** Names of the labels in their order where the source gives one; else they are ordered by value. */
  readonly labelNames?: readonly string[] | undefined;
  /** The encoded image: its bytes, or the path of a file. */
  read(index: number): Promise<Uint8Array | string>;
  close(): Promise<void>;
}

/** Images that are kept encoded and are decoded when they are asked for. */
export class EncodedImageDataset implements ImageDataset {
  readonly name: string;
  readonly kind: DatasetKind;
  readonly size: number;
  readonly fingerprint: string;
  readonly contentHashes: Uint8Array;
  readonly imageSize: { readonly width: number; readonly height: number } | null;
  readonly label: CategoricalColumn;
  readonly columns: readonly CategoricalColumn[];
  readonly numbers: readonly NumericColumn[];
  readonly failures: readonly DatasetFailure[];
  readonly #source: EncodedImageSource;
  readonly #names: readonly string[];

  /** @param source with at least one image. */
  constructor(source: EncodedImageSource) {
    const { images } = source;
    this.#source = source;
    this.#names = images.map((image) => image.name);
    this.name = source.name;
    this.kind = source.kind;
    this.size = images.length;
    this.failures = source.failures;
    this.columns = source.columns ?? [];
    this.numbers = source.numbers ?? [];
    this.label = { name: 'label', ...labelsOf(source) };
    const [{ width, height }] = images;
    const uniform = images.every((image) => image.width === width && image.height === height);
    this.imageSize = uniform ? { width, height } : null;
    this.contentHashes = new Uint8Array(32 * images.length);
    const fingerprint = createHash('sha256');
    images.forEach(({ name, hash, label }, index) => {
      this.contentHashes.set(Buffer.from(hash, 'hex'), 32 * index);
      // A folder's labels follow from its names, but for those of a table.
      const isNamed = source.kind === 'folder' && source.hasMetadata !== true;
      fingerprint.update(`${name}\0${hash}${isNamed ? '' : `\0${label}`}\n`);
    });
    hashColumns(fingerprint, source.hasMetadata === true ? this.columns : [], this.numbers);
    this.fingerprint = fingerprint.digest('hex');
  }

  imageName(index: number): string {
    requireImageIndex(this, index);
    return this.#names[index];
  }

  async readPixels(index: number): Promise<RgbImage> {
    requireImageIndex(this, index);
    try {
      return await decodeImage(await this.#source.read(index));
    } catch (error) {
      if (error instanceof BadInputError) throw error;
      throw new BadInputError(`${this.name}/${this.#names[index]}: ${firstLine(error)}`, { cause: error });
    }
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

function labelsOf({ images, labelNames }: EncodedImageSource): { names: readonly string[]; codes: Int32Array } {
  if (labelNames === undefined) return labelsFromStrings(images.map(({ label }) => label));
  const codeOf = new Map(labelNames.map((name, code) => [name, code]));
  return { names: labelNames, codes: Int32Array.from(images, ({ label }) => codeOf.get(label) ?? -1) };
}

/** The refusal of a source of images: it has none, or only such that cannot be read. */
export function noImagesFound(
  source: string,
  failures: readonly DatasetFailure[],
  expected = 'a folder with JPEG, PNG, WebP, GIF or AVIF files is expected',
): BadInputError {
  if (failures.length === 0) return new BadInputError(`${source}: no image found; ${expected}`);
  const [{ file, reason }] = failures;
  return new BadInputError(
    `${source}: none of ${failures.length} image files can be read (${file}: ${reason}); ${expected}`,
  );
}
