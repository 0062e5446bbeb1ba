/** Iterations that each gets; the first is not counted, in which threads wake up and shaders are loaded. */
const ITERATIONS = 6;
/** By how much a GPU must be faster: with less the choice could fall differently from one start to the next. */
const MARGIN = 1.2;

/**
 * Finds out in the first iterations, which count like all others, whether the GPU or the processor's threads compute this
 * layout faster: one adds up all pairs, the other a tree, and which wins depends on the points, the GPU and the cores.
 */
export class EngineTrial {
  readonly #seconds = { gpu: [] as number[], processor: [] as number[] };

  /** Who computes the next iteration; null once it is decided. */
  get next(): 'gpu' | 'processor' | null {
    if (this.#seconds.gpu.length < ITERATIONS) return 'gpu';
    return this.#seconds.processor.length < ITERATIONS ? 'processor' : null;
  }

  add(by: 'gpu' | 'processor', seconds: number): void {
    this.#seconds[by].push(seconds);
  }

  /** Whether the GPU is to go on, from the fastest iteration of each. */
  get gpuWins(): boolean {
    const fastest = (seconds: readonly number[]): number => Math.min(...seconds.slice(1));
    return fastest(this.#seconds.gpu) * MARGIN < fastest(this.#seconds.processor);
  }
}
