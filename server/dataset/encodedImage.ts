import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import sharp from 'sharp';
import { messageOf } from '../errors.ts';
import type { RgbImage } from './dataset.ts';

/** Above this an image is refused instead of decoded: 100 million pixels are 300 MB in memory. */
export const MAX_INPUT_PIXELS = 100_000_000;
/** Above this an encoded image is refused instead of read. */
export const MAX_ENCODED_BYTES = 256 * 2 ** 20;

const EXTENSIONS = new Set(['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp', '.gif', '.avif']);
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'heif']);

/** An encoded image whose header could be read. Sizes are in pixels, after the EXIF orientation. */
export interface InspectedImage {
  readonly width: number;
  readonly height: number;
  /** Hex SHA-256 of the encoded bytes. */
  readonly hash: string;
}

/** Whether a file name has the extension of an image that we read. */
export function hasImageExtension(name: string): boolean {
  return EXTENSIONS.has(extname(name).toLowerCase());
}

/** Size and hash of an image held in memory. @throws Error with the reason, when it is no image of a kind that we read. */
export async function inspectImage(bytes: Uint8Array): Promise<InspectedImage> {
  if (bytes.length === 0) throw new Error('the file is empty');
  return { ...(await readImageSize(bytes)), hash: createHash('sha256').update(bytes).digest('hex') };
}

/** Reads the header of an image, from memory or from a file. @throws Error as `inspectImage`. */
export async function readImageSize(input: Uint8Array | string): Promise<{ width: number; height: number }> {
  const { format, autoOrient } = await sharp(input, { limitInputPixels: MAX_INPUT_PIXELS }).metadata();
  if (!FORMATS.has(format)) throw new Error(`is ${format}, not JPEG, PNG, WebP, GIF or AVIF`);
  const { width, height } = autoOrient;
  if (width * height > MAX_INPUT_PIXELS) {
    throw new Error(`has ${width} × ${height} pixels; at most ${MAX_INPUT_PIXELS / 1e6} million are read`);
  }
  return { width, height };
}

/** Decodes the first frame: upright by its EXIF orientation, sRGB, alpha flattened on white. */
export async function decodeImage(input: Uint8Array | string): Promise<RgbImage> {
  const { data, info } = await sharp(input, { limitInputPixels: MAX_INPUT_PIXELS })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColorspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`decodes to ${info.channels} channels; three are expected`);
  return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

/** The first line of an error's message: libvips adds its whole history. */
export function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0].trim();
}
