import { UnavailableError, messageOf } from '../errors.ts';

/** What the runtimes say when memory ends: onnxruntime, TensorFlow and CUDA, WebGPU, V8. */
const OUT_OF_MEMORY =
  /out of memory|\bOOM\b|bad_?alloc|failed to allocate|cudaErrorMemoryAllocation|RESOURCE_EXHAUSTED|Array buffer allocation failed/i;

/**
 * Gives items to a computation in batches, and in smaller ones once the memory has not sufficed: the size is halved
 * until it does, and stays there.
 */
export class AdaptiveBatches {
  #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  /** Items a call, as it stands now. */
  get size(): number {
    return this.#size;
  }

  /**
   * The results of `compute` over consecutive slices of `items`, in order.
   * @throws UnavailableError when even a single item does not fit.
   */
  async run<Item, Result>(
    items: readonly Item[],
    compute: (batch: readonly Item[]) => Promise<Result>,
  ): Promise<Result[]> {
    const results: Result[] = [];
    for (let start = 0; start < items.length;) {
      const batch = items.slice(start, start + this.#size);
      try {
        results.push(await compute(batch));
        start += batch.length;
      } catch (cause) {
        if (!OUT_OF_MEMORY.test(messageOf(cause))) throw cause;
        if (batch.length === 1) {
          throw new UnavailableError(
            'the memory does not suffice for a single image; take a smaller model or resolution, or fewer threads',
            { cause },
          );
        }
        this.#size = batch.length >> 1;
      }
    }
    return results;
  }
}
