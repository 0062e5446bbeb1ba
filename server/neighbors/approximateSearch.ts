import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import type { EmbeddingMetric } from './neighborGraph.ts';

/** The part of `usearch` (HNSW; Malkov and Yashunin 2018) that is used; the library is optional. */
export interface ApproximateIndex {
  add(keys: BigUint64Array, vectors: Float32Array, threads: number): void;
  search(vectors: Float32Array, k: number, threads: number): { keys: BigUint64Array; counts: BigUint64Array };
}

/** Arrays that the search fills; they are shared with the thread that asked. */
export interface ApproximateResults {
  readonly indices: Int32Array;
  readonly distances: Float32Array;
}

export interface ApproximateSearchInput {
  readonly vectors: EmbeddingMatrix;
  readonly k: number;
  readonly metric: EmbeddingMetric;
  readonly threads: number;
  /** Called between chunks of work, half of which is building; true calls the search off. */
  readonly onRows: (rowsDone: number) => boolean;
}

/** Rows that go to the library at once: it does not return before they are done. */
const CHUNK_ROWS = 2048;

/**
 * Approximate nearest neighbors of every row. What the index finds is ranked again by the distance in float64, so that
 * only a missing neighbor is an error, never an order.
 * @returns false when it was called off
 */
export function searchApproximately(
  index: ApproximateIndex,
  input: ApproximateSearchInput,
  results: ApproximateResults,
): boolean {
  const { vectors, k, threads, onRows } = input;
  const { rows, dimension, values } = vectors;
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    const end = Math.min(rows, start + CHUNK_ROWS);
    const keys = BigUint64Array.from({ length: end - start }, (_, n) => BigInt(start + n));
    index.add(keys, values.slice(start * dimension, end * dimension), threads);
    if (onRows(end / 2)) return false;
  }
  const measure = distanceFunction(vectors, input.metric);
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    const end = Math.min(rows, start + CHUNK_ROWS);
    const { keys } = index.search(values.slice(start * dimension, end * dimension), k + 1, threads);
    for (let row = start; row < end; row++) {
      const found = keys.subarray((row - start) * (k + 1), (row - start + 1) * (k + 1));
      keepNearest(row, found, rows, k, measure, results);
    }
    if (onRows((rows + end) / 2)) return false;
  }
  return true;
}

/** Among many duplicates the index may give fewer than k, or a row twice; rows that follow fill the gap. */
function keepNearest(
  row: number,
  found: BigUint64Array,
  rows: number,
  k: number,
  measure: (a: number, b: number) => number,
  { indices, distances }: ApproximateResults,
): void {
  const candidates = new Set<number>();
  for (const key of found) {
    const other = Number(key);
    if (other !== row && other < rows) candidates.add(other);
  }
  for (let next = 1; candidates.size < k; next++) candidates.add((row + next) % rows);
  const ranked = Array.from(candidates, (other) => ({ other, distance: measure(row, other) }));
  ranked.sort((a, b) => a.distance - b.distance || a.other - b.other);
  for (let rank = 0; rank < k; rank++) {
    indices[row * k + rank] = ranked[rank].other;
    distances[row * k + rank] = ranked[rank].distance;
  }
}

/**
 * The share of the true k nearest that were found, over some rows compared with all others. A neighbor counts as found
 * when it is no farther than the true k-th, since of equally far ones any will do.
 */
export function measureNeighborRecall(
  vectors: EmbeddingMatrix,
  metric: EmbeddingMetric,
  k: number,
  { distances }: ApproximateResults,
  sample: Int32Array,
): number {
  const measure = distanceFunction(vectors, metric);
  let found = 0;
  for (const row of sample) {
    const all = new Float64Array(vectors.rows).fill(Number.POSITIVE_INFINITY);
    for (let other = 0; other < vectors.rows; other++) if (other !== row) all[other] = measure(row, other);
    const farthest = Math.fround(all.sort()[k - 1]);
    for (let rank = 0; rank < k; rank++) if (distances[row * k + rank] <= farthest) found++;
  }
  return found / (sample.length * k);
}

function distanceFunction({ dimension, values, rows }: EmbeddingMatrix, metric: EmbeddingMetric) {
  const product = (a: number, b: number): number => {
    let even = 0;
    let odd = 0;
    const i = a * dimension;
    const j = b * dimension;
    let d = 0;
    for (; d + 1 < dimension; d += 2) {
      even += values[i + d] * values[j + d];
      odd += values[i + d + 1] * values[j + d + 1];
    }
    if (d < dimension) even += values[i + d] * values[j + d];
    return even + odd;
  };
  if (metric === 'cosine') {
    const inverse = Float64Array.from({ length: rows }, (_, row) => 1 / Math.sqrt(product(row, row)));
    return (a: number, b: number): number => Math.max(0, 1 - product(a, b) * inverse[a] * inverse[b]);
  }
  return (a: number, b: number): number => {
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += (values[a * dimension + d] - values[b * dimension + d]) ** 2;
    return Math.sqrt(sum);
  };
}
