import { move, workerData } from 'piscina';
import type { RgbImage } from '../dataset/dataset.ts';
import { Preprocessor } from './preprocess.ts';
import type { PreparationOptions } from './preparationThreads.ts';

const { preprocessing, resolution } = workerData as PreparationOptions;
const preprocessor = new Preprocessor(preprocessing, resolution);

/** The images as a model takes them, images × 3 × resolution × resolution; the buffer is given away. */
export default function prepare(images: readonly RgbImage[]): Float32Array {
  const area = 3 * resolution ** 2;
  const pixels = new Float32Array(images.length * area);
  images.forEach((image, row) => preprocessor.writeInto(pixels, row * area, image));
  return move(pixels) as unknown as Float32Array;
}
