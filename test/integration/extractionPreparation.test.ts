import { availableParallelism } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { PreparationThreads } from '../../server/extraction/preparationThreads.ts';
import { Preprocessor } from '../../server/extraction/preprocess.ts';
import { patternImage } from '../support/memoryDataset.ts';

const preprocessing = {
  resolution: 64,
  filter: 'bilinear',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
} as const;
const threads = new PreparationThreads({ preprocessing, resolution: 64 }, availableParallelism());
afterAll(() => threads.close());

describe('Images prepared on threads for a GPU', () => {
  it.each([1, 7, 64])('are %i in the order they came in, each as one thread prepares it', async (count) => {
    const images = Array.from({ length: count }, (_, index) => patternImage(index, 40 + index, 90 - index));
    const pixels = await threads.prepare(images);
    const area = 3 * 64 ** 2;
    const expected = new Float32Array(count * area);
    const preprocessor = new Preprocessor(preprocessing, 64);
    images.forEach((image, row) => preprocessor.writeInto(expected, row * area, image));
    expect(Buffer.from(pixels.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
    // A batch that did not fit the memory is prepared again.
    expect(images[0]!.data.length).toBeGreaterThan(0);
  });
});
