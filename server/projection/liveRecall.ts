import { Worker } from 'node:worker_threads';
import { Random } from '../geometry/random.ts';
import type { NeighborGraph } from '../neighbors/neighborGraph.ts';
import { workerUrl } from '../paths.ts';
import type { LiveRecallReply, LiveRecallWorkerData } from './liveRecall.worker.ts';
import { qualityNeighborCount } from './measureQuality.ts';
import type { LayoutGeometry } from './projection.ts';

/** Distances that one measurement may cost: some 60 ms of one core. */
const DISTANCES = 6_000_000;
const SMALLEST_SAMPLE = 200;
const LARGEST_SAMPLE = 1000;

/**
 * Recall on a seeded sample of points while a layout forms, in a thread of its own. It costs so little that the
 * optimizer does not notice; the figures of the finished layout come from `measureQuality`.
 */
export class LiveRecall {
  readonly #worker: Worker;
  #pending: ((recall: number | null) => void) | null = null;

  private constructor(workerData: LiveRecallWorkerData) {
    this.#worker = new Worker(workerUrl(import.meta.url, 'liveRecall.worker'), { workerData });
    this.#worker.on('message', ({ recall }: LiveRecallReply) => this.#settle(recall));
    // What is only shown must not end a run.
    this.#worker.on('error', () => this.#settle(null));
    this.#worker.unref();
  }

  /** Null when the graph has too few neighbors to know the true ones. */
  static start(graph: NeighborGraph, geometry: LayoutGeometry, seed: number): LiveRecall | null {
    const k = qualityNeighborCount(graph.pointCount);
    if (graph.k < k) return null;
    const size = Math.max(SMALLEST_SAMPLE, Math.min(LARGEST_SAMPLE, Math.floor(DISTANCES / graph.pointCount)));
    const sample = new Random(seed).sample(graph.pointCount, size);
    const truth = new Int32Array(sample.length * k);
    sample.forEach((point, row) => truth.set(graph.indices.subarray(point * graph.k, point * graph.k + k), row * k));
    return new LiveRecall({ sample, truth, k, geometry });
  }

  get busy(): boolean {
    return this.#pending !== null;
  }

  /**
   * @param positions N × 2; the memory goes to the worker
   * @returns the share of the sample's true neighbors that the layout keeps; null when it could not be measured
   */
  measure(positions: Float64Array<ArrayBuffer>): Promise<number | null> {
    if (this.busy) throw new RangeError('a measurement of the recall is under way');
    return new Promise((resolve) => {
      this.#pending = resolve;
      this.#worker.postMessage(positions, [positions.buffer]);
    });
  }

  async dispose(): Promise<void> {
    await this.#worker.terminate();
    this.#settle(null);
  }

  #settle(recall: number | null): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.(recall);
  }
}
