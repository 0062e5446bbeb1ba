import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import type { EmbeddingMetric } from './neighborGraph.ts';
import { dotProduct, isFarther, type KernelExports } from './neighborSearch.ts';
import { INT16_SCALE, QuantizedRows, type RowPlan } from './quantizedRows.ts';
import type { ThreadTeam } from './threadTeam.ts';

/** Queries that a thread has in work at once: their rows stay in the cache while all base rows pass by. */
export const QUERY_CHUNK = 32;
const EXTRA_CANDIDATES = 16;
const KERNEL_BYTES = 1024;
/** Rows that a thread quantizes at a time. */
const BLOCK_ROWS = 512;
/** Room above the longest base row: a query up to twice as far from the center is searched in int16. */
const EUCLIDEAN_HEADROOM = 2;

/** Where base rows and every thread's queries lie in the shared memory of the kernel (bytes). */
export interface QueryPlan extends RowPlan {
  readonly k: number;
  readonly metric: EmbeddingMetric;
  readonly threads: number;
  readonly paddedRows: number;
  readonly capacity: number;
  readonly scoresOffset: number;
  readonly candidatesOffset: number;
  readonly totalBytes: number;
}

export function planQueries(
  { rows, dimension }: Pick<EmbeddingMatrix, 'rows' | 'dimension'>,
  k: number,
  metric: EmbeddingMetric,
  threads: number,
): QueryPlan {
  const paddedRows = roundUp(rows, 4);
  const places = paddedRows + threads * QUERY_CHUNK;
  const stride = roundUp(2 * dimension, 16);
  const capacity = Math.min(rows, k + EXTRA_CANDIDATES);
  const rowsOffset = KERNEL_BYTES;
  const halfNormsOffset = roundUp(rowsOffset + places * stride, 16);
  const scoresOffset = roundUp(halfNormsOffset + 4 * places, 16);
  const candidatesOffset = roundUp(scoresOffset + 4 * threads * QUERY_CHUNK * capacity, 16);
  const totalBytes = candidatesOffset + 4 * threads * QUERY_CHUNK * capacity;
  return {
    k,
    metric,
    threads,
    paddedRows,
    stride,
    capacity,
    rowsOffset,
    halfNormsOffset,
    scoresOffset,
    candidatesOffset,
    totalBytes,
  };
}

/** Arrays that all threads of a search share. */
export interface SharedQuerySearch {
  readonly plan: QueryPlan;
  readonly memory: WebAssembly.Memory;
  readonly base: EmbeddingMatrix;
  readonly squaredNorms: Float64Array;
  readonly faults: Int32Array;
}

/**
 * One thread's part of finding, for rows that are not among the base rows, the k nearest base rows: exact, by the same
 * int16 kernel and the same ranking in float64 as the neighbor graph.
 */
export class QuerySearch {
  readonly #shared: SharedQuerySearch;
  readonly #kernel: KernelExports;
  readonly #thread: number;
  readonly #rows: QuantizedRows;
  #center: Float64Array = new Float64Array(0);
  #scale = 0;

  constructor(shared: SharedQuerySearch, kernel: KernelExports, thread: number) {
    this.#shared = shared;
    this.#kernel = kernel;
    this.#thread = thread;
    this.#rows = new QuantizedRows(shared.base, shared.plan.metric, shared.memory, shared.plan);
  }

  /** Quantizes the base rows with the other threads of the team. @returns false when a base row has a fault */
  prepare(team: ThreadTeam): boolean {
    const { base, plan, memory, squaredNorms, faults } = this.#shared;
    const blocks = Math.ceil(base.rows / BLOCK_ROWS);
    const eachBlock = (work: (start: number, end: number) => void): void => {
      for (let block = team.takeTask(); block < blocks; block = team.takeTask()) {
        work(block * BLOCK_ROWS, Math.min(base.rows, (block + 1) * BLOCK_ROWS));
      }
    };
    this.#center = this.#rows.center();
    eachBlock((start, end) => this.#rows.measure(start, end, this.#center, squaredNorms, faults));
    if (!team.barrier() || faults.some((row) => row >= 0)) return false;
    this.#scale = this.#rows.scale(squaredNorms) / (plan.metric === 'cosine' ? 1 : EUCLIDEAN_HEADROOM);
    eachBlock((start, end) => this.#rows.quantize(start, end, this.#scale, this.#center, squaredNorms));
    const padding = new Float32Array(memory.buffer, plan.halfNormsOffset + 4 * base.rows, plan.paddedRows - base.rows);
    padding.fill(Number.POSITIVE_INFINITY);
    return team.barrier();
  }

  /** Writes the neighbors of the queries start … end, at most `QUERY_CHUNK`, to those rows of the results. */
  find(queries: EmbeddingMatrix, start: number, end: number, indices: Int32Array, distances: Float64Array): void {
    const { plan, memory } = this.#shared;
    const { k, capacity } = plan;
    const first = plan.paddedRows + this.#thread * QUERY_CHUNK;
    const norms = this.#quantizeQueries(queries, start, end, first);
    const cells = this.#thread * QUERY_CHUNK * capacity;
    const count = QUERY_CHUNK * capacity;
    new Float32Array(memory.buffer, plan.scoresOffset + 4 * cells, count).fill(Number.NEGATIVE_INFINITY);
    const candidates = new Int32Array(memory.buffer, plan.candidatesOffset + 4 * cells, count).fill(0x7fffffff);
    // The kernel counts rows of scores from place 0; only the queries have some.
    const before = 4 * plan.paddedRows * capacity;
    const lastPlace = first + roundUp(end - start, 4);
    for (let j = 0; j < plan.paddedRows; j += BLOCK_ROWS) {
      this.#kernel.meetBlocks(
        ...([
          plan.rowsOffset,
          plan.halfNormsOffset,
          plan.scoresOffset - before,
          plan.candidatesOffset - before,
        ] as const),
        ...([plan.stride, capacity, first, lastPlace, j, Math.min(plan.paddedRows, j + BLOCK_ROWS), 0] as const),
        ...([0, 0, 0, 0] as const),
      );
    }
    const best = new Float64Array(capacity);
    const bestRows = new Int32Array(capacity);
    for (let query = start; query < end; query++) {
      const norm = norms[query - start];
      const own = candidates.subarray((query - start) * capacity, (query - start + 1) * capacity);
      const near = this.#isFarOut(norm) ? this.#scan(queries, query, norm) : own;
      this.#rank(queries, query, norm, near, best, bestRows);
      indices.set(bestRows.subarray(0, k), query * k);
      distances.set(best.subarray(0, k), query * k);
    }
  }

  #quantizeQueries(queries: EmbeddingMatrix, start: number, end: number, first: number): Float64Array {
    const { plan, memory } = this.#shared;
    const { dimension, values } = queries;
    const part = { rows: end - start, dimension, values: values.slice(start * dimension, end * dimension) };
    const norms = new Float64Array(part.rows);
    const rows = new QuantizedRows(part, plan.metric, memory, plan);
    rows.measure(0, part.rows, this.#center, norms, new Int32Array(2).fill(-1));
    rows.quantize(0, part.rows, this.#scale, this.#center, norms, first);
    return norms;
  }

  /** All base rows in order of distance, for a query that is too far out for int16. */
  #scan(queries: EmbeddingMatrix, query: number, squaredNorm: number): Int32Array {
    const { base, plan } = this.#shared;
    const distances = Float64Array.from({ length: base.rows }, (_, row) =>
      this.#distance(queries, query, squaredNorm, row),
    );
    const order = new Int32Array(base.rows).map((_, row) => row);
    return order.sort((a, b) => distances[a] - distances[b] || a - b).subarray(0, plan.capacity);
  }

  /** Whether int16 has no room for a query so far from the center. */
  #isFarOut(squaredNorm: number): boolean {
    return this.#shared.plan.metric === 'euclidean' && this.#scale * Math.sqrt(squaredNorm) > INT16_SCALE;
  }

  #rank(
    queries: EmbeddingMatrix,
    query: number,
    squaredNorm: number,
    candidates: Int32Array,
    best: Float64Array,
    bestRows: Int32Array,
  ): void {
    for (let c = 0; c < candidates.length; c++) {
      const candidate = candidates[c];
      const distance = this.#distance(queries, query, squaredNorm, candidate);
      let at = c;
      for (; at > 0 && isFarther(best[at - 1], bestRows[at - 1], distance, candidate); at--) {
        best[at] = best[at - 1];
        bestRows[at] = bestRows[at - 1];
      }
      best[at] = distance;
      bestRows[at] = candidate;
    }
  }

  #distance({ values, dimension }: EmbeddingMatrix, query: number, squaredNorm: number, row: number): number {
    const { base, plan, squaredNorms } = this.#shared;
    const i = query * dimension;
    const j = row * dimension;
    if (plan.metric === 'cosine') {
      const product = dotProduct(values, i, base.values, j, dimension);
      return Math.max(0, 1 - product / Math.sqrt(squaredNorm * squaredNorms[row]));
    }
    let sum = 0;
    for (let d = 0; d < dimension; d++) {
      const difference = values[i + d] - base.values[j + d];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
