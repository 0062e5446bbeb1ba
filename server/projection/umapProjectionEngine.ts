import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { BadInputError, ConflictError, InterruptedError, messageOf } from '../errors.ts';
import { workerUrl } from '../paths.ts';
import type { IterationStatistics } from '../storage/run.ts';
import { centerColumns, scaleIntoDisk } from './flatReadOut.ts';
import type { ProjectionEngine } from './projection.ts';
import type { UmapInput, UmapReply, UmapRequest } from './umapProtocol.ts';

/** "CLUM": what a saved state begins with. */
const MAGIC = 0x434c554d;
const HEADER_LENGTH = 3;

/**
 * UMAP (McInnes, Healy & Melville 2018) by umap-js, to compare with: flat, over the same neighbors, seeded. Its state is
 * the number of iterations and the layout; the steps up to there are done again where a run goes on in another process.
 */
export class UmapProjectionEngine implements ProjectionEngine {
  readonly name = 'umap-js';
  readonly threads = 1;
  readonly pointCount: number;
  readonly #worker: Worker;
  readonly #iterations: number;
  #iteration = 0;
  #positions: Float64Array;
  #pending: { resolve: (statistics: IterationStatistics[]) => void; reject: (error: Error) => void } | null = null;
  #failure: Error | null = null;

  private constructor(worker: Worker, input: UmapInput, positions: Float64Array) {
    this.#worker = worker;
    this.#iterations = input.iterations;
    this.pointCount = input.graph.pointCount;
    this.#positions = positions;
    worker.on('message', (reply: UmapReply) => this.#receive(reply));
    worker.on('error', (error) =>
      this.#end(new Error(`the UMAP thread failed: ${messageOf(error)}`, { cause: error })),
    );
    worker.unref();
  }

  /** @throws Error with the cause when the thread fails. */
  static async start(input: UmapInput): Promise<UmapProjectionEngine> {
    const worker = new Worker(workerUrl(import.meta.url, 'umap.worker'), { workerData: input });
    try {
      const [{ positions }] = (await once(worker, 'message')) as [UmapReply];
      return new UmapProjectionEngine(worker, input, positions);
    } catch (error) {
      await worker.terminate();
      throw new Error(`UMAP could not be prepared: ${messageOf(error)}`, { cause: error });
    }
  }

  get iteration(): number {
    return this.#iteration;
  }

  step(count: number): Promise<IterationStatistics[]> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#pending !== null) return Promise.reject(new ConflictError('a step of this layout is under way'));
    const to = Math.min(this.#iterations, this.#iteration + count);
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#worker.ref();
      this.#worker.postMessage({ from: this.#iteration, to } satisfies UmapRequest);
    });
  }

  /** The plane centered and scaled into the disk, as for flat t-SNE. */
  positions(into = new Float64Array(2 * this.pointCount)): Float64Array {
    this.#refuseDuringStep('read');
    into.set(this.#positions);
    centerColumns(into);
    scaleIntoDisk(into);
    return into;
  }

  saveState(): Uint8Array {
    this.#refuseDuringStep('save');
    const state = new Float64Array(HEADER_LENGTH + this.#positions.length);
    state.set([MAGIC, this.pointCount, this.#iteration]);
    state.set(this.#positions, HEADER_LENGTH);
    return new Uint8Array(state.buffer);
  }

  restoreState(bytes: Uint8Array): void {
    this.#refuseDuringStep('restore');
    // A copy, since a Buffer may begin at any byte and float64 views may not.
    const state = new Float64Array(bytes.slice().buffer, 0, Math.floor(bytes.byteLength / 8));
    if (state[0] !== MAGIC || state.length !== HEADER_LENGTH + this.#positions.length) {
      throw new BadInputError('these bytes are not a saved state of a layout by UMAP with these points');
    }
    this.#iteration = state[2]!;
    this.#positions = state.slice(HEADER_LENGTH);
  }

  steer(): void {
    throw new ConflictError('a layout by UMAP cannot be steered');
  }

  async dispose(): Promise<void> {
    this.#end(new InterruptedError('the layout was stopped'));
    await this.#worker.terminate();
  }

  #receive({ statistics, positions }: UmapReply): void {
    this.#positions = positions;
    this.#iteration += statistics.length;
    const pending = this.#pending;
    this.#pending = null;
    this.#worker.unref();
    pending?.resolve(statistics);
  }

  #end(reason: Error): void {
    this.#failure ??= reason;
    this.#pending?.reject(this.#failure);
    this.#pending = null;
  }

  #refuseDuringStep(action: string): void {
    if (this.#pending !== null) throw new ConflictError(`cannot ${action} a layout while a step is under way`);
  }
}
