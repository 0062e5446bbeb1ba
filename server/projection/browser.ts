/**
 * The layout engine for browsers, `circle-limit/projection` there: a page or a worker of it computes; no threads, files or
 * sockets. The memory is shared, so the page must be isolated (COOP `same-origin`, COEP `require-corp`).
 */
import type { IterationStatistics } from '../storage/run.ts';
import { instantiateKernels, type EngineMemory, type ProjectionKernels } from './engineMemory.ts';
import { decodeStateInto, encodeState } from './engineState.ts';
import { scaleIntoDisk } from './flatReadOut.ts';
import { prepareEngine } from './prepareEngine.ts';
import type { ProjectionInput } from './projection.ts';
import { runKernels } from './runKernels.ts';
import { validateProjection } from './validateProjection.ts';

export type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
export type { NeighborGraph } from '../neighbors/neighborGraph.ts';
export { findPlainNeighbors } from '../neighbors/plainNeighbors.ts';
export { DEFAULT_PROJECTION_PARAMETERS } from '../storage/run.ts';
export { fittingPerplexity, neighborCountFor } from './perplexity.ts';
export type { ProjectionInput } from './projection.ts';

/**
 * Fetches and compiles the kernels. Vite and webpack find and copy the file by themselves; with another bundler, copy
 * `circle-limit/projection.wasm` beside the page and give its address.
 */
export async function compileKernels(
  address: string | URL = new URL('../../wasm/projection.wasm', import.meta.url),
): Promise<WebAssembly.Module> {
  return WebAssembly.compileStreaming(fetch(address));
}

/**
 * One layout in the calling thread. On one JavaScript engine the same input gives the bytes of the threaded engine; from
 * one to another exp and log round differently in the last bit, in P and the start, and the layouts differ by as much.
 */
export class BrowserLayout {
  readonly #memory: EngineMemory;
  readonly #kernels: ProjectionKernels;

  /**
   * P and the start are prepared here, which takes about a second for 10,000 points.
   * @param module as `compileKernels` gives it.
   * @throws BadInputError for parameters or a graph that do not fit the points.
   */
  constructor(module: WebAssembly.Module, input: Omit<ProjectionInput, 'threads' | 'engine'>) {
    const alone = { ...input, threads: 1 };
    validateProjection(alone);
    this.#memory = prepareEngine(alone);
    this.#kernels = instantiateKernels(module, this.#memory.memory);
    this.#kernels.prepare();
  }

  get iteration(): number {
    return this.#memory.integer('iteration');
  }

  /** Runs up to `count` iterations, fewer at the end, before it returns. */
  step(count: number): IterationStatistics[] {
    return runKernels(this.#kernels, this.#memory, count);
  }

  /** The present layout, x0 y0 x1 y1 …, N × 2, |u| < 1; a flat one as a similarity of its plane, within |u| ≤ 0.95. */
  positions(): Float64Array {
    const positions = this.#memory.doubles('positions').slice();
    if (this.#memory.integer('curved') === 0) scaleIntoDisk(positions);
    return positions;
  }

  /** The whole state, as of the server's engine: either goes on from the other's. */
  saveState(): Uint8Array {
    return encodeState(this.#memory);
  }

  restoreState(state: Uint8Array): void {
    decodeStateInto(this.#memory, state);
  }
}
