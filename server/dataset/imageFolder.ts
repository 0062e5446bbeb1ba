import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { BadInputError, messageOf } from '../errors.ts';
import { labelsFromStrings } from '../formats/labels.ts';
import { forEachBounded } from './boundedMap.ts';
import type { CategoricalColumn, DatasetFailure, ImageDataset, RgbImage } from './dataset.ts';
import { requireImageIndex } from './imageIndex.ts';
import { listImageFiles, MAX_INPUT_PIXELS, scanImage, type ScannedImage } from './imageFolderScan.ts';
import type { OpenDatasetOptions } from './openDataset.ts';

/** Files in work at a time: enough to keep the disk and the decoder busy, few enough to bound memory. */
const SCAN_CONCURRENCY = 8;

/**
 * Opens a folder of JPEG, PNG, WebP, GIF (first frame) and AVIF files, with those in its subfolders. The first folder
 * level gives the label. A file that cannot be used is listed in `failures` and left out.
 * @throws BadInputError when no usable image is left.
 */
export async function openImageFolder(
  folder: string,
  options: Pick<OpenDatasetOptions, 'signal' | 'onProgress'>,
): Promise<ImageDataset> {
  const root = resolve(folder);
  const { files, failures } = await listImageFiles(root, options.signal);
  const scanned = new Array<ScannedImage | DatasetFailure>(files.length);
  let done = 0;
  const scan = async (index: number): Promise<void> => {
    scanned[index] = await scanImage(join(root, files[index])).catch((error: unknown) => ({
      file: files[index],
      reason: firstLine(error),
    }));
    options.onProgress?.('index', { done: ++done, total: files.length });
  };
  await forEachBounded(files.length, SCAN_CONCURRENCY, scan, options.signal);
  const usable = files.filter((_, index) => 'hash' in scanned[index]);
  const images = scanned.filter((entry): entry is ScannedImage => 'hash' in entry);
  const allFailures = [...failures, ...scanned.filter((entry): entry is DatasetFailure => 'reason' in entry)];
  if (images.length === 0) throw noImagesFound(root, allFailures);
  return new ImageFolderDataset(root, usable, images, allFailures);
}

class ImageFolderDataset implements ImageDataset {
  readonly kind = 'folder';
  readonly columns = [];
  readonly size: number;
  readonly fingerprint: string;
  readonly imageSize: { readonly width: number; readonly height: number } | null;
  readonly label: CategoricalColumn;

  constructor(
    readonly name: string,
    private readonly files: readonly string[],
    images: readonly ScannedImage[],
    readonly failures: readonly DatasetFailure[],
  ) {
    this.size = files.length;
    const hash = createHash('sha256');
    files.forEach((file, index) => hash.update(`${file}\0${images[index].hash}\n`));
    this.fingerprint = hash.digest('hex');
    const [{ width, height }] = images;
    const uniform = images.every((image) => image.width === width && image.height === height);
    this.imageSize = uniform ? { width, height } : null;
    const folders = files.map((file) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : ''));
    this.label = { name: 'label', ...labelsFromStrings(folders) };
  }

  imageName(index: number): string {
    requireImageIndex(this, index);
    return this.files[index];
  }

  async readPixels(index: number): Promise<RgbImage> {
    requireImageIndex(this, index);
    try {
      return await decodeImage(join(this.name, this.files[index]));
    } catch (error) {
      throw new BadInputError(`${join(this.name, this.files[index])}: ${firstLine(error)}`, { cause: error });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Decodes the first frame: upright by its EXIF orientation, sRGB, alpha flattened on white. */
async function decodeImage(path: string): Promise<RgbImage> {
  const { data, info } = await sharp(path, { limitInputPixels: MAX_INPUT_PIXELS })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColorspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`decodes to ${info.channels} channels; three are expected`);
  return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

/** The refusal of a folder: it has no images, or only such that cannot be read. */
export function noImagesFound(root: string, failures: readonly DatasetFailure[]): BadInputError {
  const kinds = 'a folder with JPEG, PNG, WebP, GIF or AVIF files is expected';
  if (failures.length === 0) return new BadInputError(`${root}: no image found; ${kinds}`);
  const [{ file, reason }] = failures;
  return new BadInputError(
    `${root}: none of ${failures.length} image files can be read (${file}: ${reason}); ${kinds}`,
  );
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0].trim();
}
