import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../server/errors.ts';
import { AdaptiveBatches } from '../../../server/extraction/adaptiveBatches.ts';

const items = Array.from({ length: 21 }, (_, index) => index);

/** A computation whose memory holds so many items. */
const holding =
  (limit: number, message: string, sizes: number[] = []) =>
  async (batch: readonly number[]): Promise<readonly number[]> => {
    sizes.push(batch.length);
    if (batch.length > limit) throw new Error(message);
    return batch;
  };

describe('AdaptiveBatches', () => {
  it.each([
    'OOM when allocating tensor with shape[64,201,384]',
    'CUDA failure 2: out of memory',
    'std::bad_alloc',
    'Failed to allocate memory for requested buffer of size 1073741824',
    'Array buffer allocation failed',
  ])('computes everything once, in smaller batches, after "%s"', async (message) => {
    const batches = new AdaptiveBatches(16);
    const sizes: number[] = [];
    const results = await batches.run(items, holding(5, message, sizes));
    expect(results.flat()).toEqual(items);
    expect(sizes).toEqual([16, 8, 4, 4, 4, 4, 4, 1]);
    expect(batches.size).toBe(4);
  });

  it('stays with the smaller batches for what comes later', async () => {
    const batches = new AdaptiveBatches(16);
    await batches.run(items, holding(8, 'out of memory'));
    const sizes: number[] = [];
    await batches.run(items, holding(8, 'out of memory', sizes));
    expect(sizes).toEqual([8, 8, 5]);
  });

  it('says what to do when a single item does not fit', async () => {
    const work = new AdaptiveBatches(16).run(items, holding(0, 'out of memory'));
    await expect(work).rejects.toThrow(UnavailableError);
    await expect(work).rejects.toThrow('the memory does not suffice for a single image');
  });

  it('passes on every other error at once', async () => {
    const sizes: number[] = [];
    await expect(new AdaptiveBatches(16).run(items, holding(0, 'shape mismatch', sizes))).rejects.toThrow(
      'shape mismatch',
    );
    expect(sizes).toEqual([16]);
  });
});
