import sharp from 'sharp';
import type { RgbImage } from './dataset.ts';

export interface EncodePngOptions {
  /** Whole-number enlargement without smoothing, so that a 32-pixel image shows its pixels. Default 1. */
  readonly scale?: number;
}

/**
 * An image as a PNG file.
 * @throws RangeError when `scale` is no whole number from 1 to 64.
 */
export async function encodePng(image: RgbImage, { scale = 1 }: EncodePngOptions = {}): Promise<Uint8Array> {
  if (!Number.isInteger(scale) || scale < 1 || scale > 64) throw new RangeError(`scale ${scale}: 1 to 64 is expected`);
  const { width, height, data } = image;
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  if (scale > 1) picture.resize(width * scale, height * scale, { kernel: 'nearest' });
  return picture.png({ compressionLevel: 6 }).toBuffer();
}
