import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { BadInputError } from '../errors.ts';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { findFaults } from '../neighbors/findFaults.ts';
import type { EmbeddingMetric } from '../neighbors/neighborGraph.ts';
import { describeFault } from '../neighbors/quantizedRows.ts';
import { planQueries, type SharedQuerySearch } from '../neighbors/querySearch.ts';
import { ThreadTeam } from '../neighbors/threadTeam.ts';
import { distFile, workerUrl } from '../paths.ts';
import { neighborCountFor } from './perplexity.ts';
import type { PlaceRequest, PlacementReply, PlacementWorkerData } from './placement.worker.ts';
import type { LayoutGeometry } from './projection.ts';

const PAGE_BYTES = 65_536;
const MAXIMUM_PAGES = 65_536;
/** Most points to a call of the threads; more are placed part by part. */
const PART_ROWS = 16_384;

export interface FinishedLayout {
  /** What was laid out; its rows are the layout's points. */
  readonly vectors: EmbeddingMatrix;
  /** N × 2, as a run stores them. */
  readonly positions: Float64Array;
  readonly geometry: LayoutGeometry;
  /** s at the end of the run; not needed for a flat layout. */
  readonly curvatureScale: number;
  readonly perplexity: number;
  readonly metric: EmbeddingMetric;
}

/** New points on a layout: their places, and their neighbors among its points by the embedding, nearest first. */
export interface PlacedPoints {
  /** M × 2. */
  readonly positions: Float64Array;
  readonly k: number;
  /** M × k. */
  readonly indices: Int32Array;
  readonly distances: Float64Array;
}

/**
 * Places new points on a finished layout, which does not move: exact neighbors among the layout's points, similarities as
 * in the layout itself, then the place of least loss (placePoint.ts). Where a point lands does not depend on the others
 * that are placed with it, nor on the number of threads. Close it when done.
 */
export class PointPlacer {
  readonly #workers: readonly Worker[];
  readonly #layout: FinishedLayout;
  readonly #k: number;

  private constructor(workers: readonly Worker[], layout: FinishedLayout, k: number) {
    this.#workers = workers;
    this.#layout = layout;
    this.#k = k;
  }

  /** @throws BadInputError when layout and vectors do not fit, or a row of the vectors cannot be used. */
  static async open(layout: FinishedLayout, threads: number): Promise<PointPlacer> {
    checkLayout(layout);
    const { vectors, perplexity, metric, geometry } = layout;
    const k = Math.min(neighborCountFor(perplexity, vectors.rows + 1), vectors.rows);
    const module = await WebAssembly.compile(await readFile(distFile('wasm/neighbors.wasm')));
    const search = createSearch({ ...vectors, values: shareable(vectors.values) }, k, metric, threads);
    const control = ThreadTeam.createBuffer();
    const curved = geometry === 'poincare';
    const scale = curved ? layout.curvatureScale : null;
    const positions = shareable(layout.positions);
    const workers = Array.from({ length: threads }, (_, thread) => {
      const data = { search, module, control, thread, positions, curved, scale, perplexity };
      const worker = new Worker(workerUrl(import.meta.url, 'placement.worker'), {
        workerData: data satisfies PlacementWorkerData,
      });
      worker.unref();
      return worker;
    });
    const placer = new PointPlacer(workers, layout, k);
    try {
      await placer.#answers();
      const fault = describeFault(search.faults);
      if (fault !== null) throw new BadInputError(fault);
      return placer;
    } catch (error) {
      await placer.close();
      throw error;
    }
  }

  /**
   * @param onProgress told after each part how many rows are placed
   * @throws BadInputError for vectors of another length, a number that is not finite, or zeros under cosine.
   */
  async place(points: EmbeddingMatrix, onProgress?: (done: number) => void): Promise<PlacedPoints> {
    const { vectors, metric } = this.#layout;
    if (points.dimension !== vectors.dimension) {
      throw new BadInputError(
        `the new points have ${points.dimension} components, the layout was made of ${vectors.dimension}`,
      );
    }
    const fault = describeFault(await findFaults(points, metric));
    if (fault !== null) throw new BadInputError(`new points: ${fault}`);
    const k = this.#k;
    const placed = {
      positions: new Float64Array(2 * points.rows),
      k,
      indices: new Int32Array(points.rows * k),
      distances: new Float64Array(points.rows * k),
    };
    for (let start = 0; start < points.rows; start += PART_ROWS) {
      const end = Math.min(points.rows, start + PART_ROWS);
      await this.#placePart(points, start, end, placed);
      onProgress?.(end);
    }
    return placed;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #placePart(points: EmbeddingMatrix, start: number, end: number, placed: PlacedPoints): Promise<void> {
    const rows = end - start;
    const { dimension } = points;
    const request: PlaceRequest = {
      queries: { rows, dimension, values: shareable(points.values.slice(start * dimension, end * dimension)) },
      counter: new Int32Array(new SharedArrayBuffer(4)),
      indices: new Int32Array(new SharedArrayBuffer(4 * rows * this.#k)),
      distances: new Float64Array(new SharedArrayBuffer(8 * rows * this.#k)),
      positions: new Float64Array(new SharedArrayBuffer(16 * rows)),
    };
    const answers = this.#answers();
    for (const worker of this.#workers) worker.postMessage(request);
    await answers;
    placed.positions.set(request.positions, 2 * start);
    placed.indices.set(request.indices, start * this.#k);
    placed.distances.set(request.distances, start * this.#k);
  }

  /** One answer of every thread. While they are awaited, the process must not end for want of other work. */
  async #answers(): Promise<void> {
    const answers = this.#workers.map(async (worker) => {
      worker.ref();
      const ended = new AbortController();
      const exit = once(worker, 'exit', { signal: ended.signal }).then(() => {
        throw new Error('a placing thread has ended');
      });
      try {
        await Promise.race([once(worker, 'message') as Promise<[PlacementReply]>, exit]);
      } finally {
        exit.catch(() => undefined);
        ended.abort();
        worker.unref();
      }
    });
    await Promise.all(answers);
  }
}

function checkLayout({ vectors, positions }: FinishedLayout): void {
  if (positions.length !== 2 * vectors.rows) {
    throw new BadInputError(
      `the layout has ${positions.length / 2} points, the embeddings have ${vectors.rows} rows; the same ones are needed`,
    );
  }
}

function createSearch(base: EmbeddingMatrix, k: number, metric: EmbeddingMetric, threads: number): SharedQuerySearch {
  const plan = planQueries(base, k, metric, threads);
  const pages = Math.ceil(plan.totalBytes / PAGE_BYTES);
  if (pages > MAXIMUM_PAGES) {
    throw new BadInputError(`${base.rows} rows of ${base.dimension} are more than 4 GiB can hold; use fewer`);
  }
  return {
    plan,
    memory: new WebAssembly.Memory({ initial: pages, maximum: MAXIMUM_PAGES, shared: true }),
    base,
    squaredNorms: new Float64Array(new SharedArrayBuffer(8 * base.rows)),
    faults: new Int32Array(new SharedArrayBuffer(8)).fill(-1),
  };
}

function shareable<T extends Float32Array | Float64Array>(values: T): T {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new (values.constructor as new (buffer: SharedArrayBuffer) => T)(
    new SharedArrayBuffer(values.byteLength),
  );
  copy.set(values);
  return copy;
}
