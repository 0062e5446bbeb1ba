import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { DiskIndex } from '../neighbors/diskIndex.ts';
import { ranksOnDisk, type LayoutMetric } from '../neighbors/diskNeighbors.ts';
import type { EmbeddingMetric } from '../neighbors/neighborGraph.ts';
import { distanceFromSinhSquaredHalf } from '../geometry/poincare.ts';
import { distanceCorrelation, treeDistortion, type Estimate } from './sampleDistances.ts';

/** Queries that go through the kernel together, in groups of four. */
const QUERY_BATCH = 16;
/** Rows of one pass: small enough that they stay in a core's cache while all queries of a batch meet them. */
const ROW_TILE = 256;
/** Points that one thread takes at a time. */
const POINTS_PER_TASK = 64;

/** The kernel of `server/neighbors/assembly` that this uses. */
export interface QualityKernel {
  dotFour(
    rows: number,
    stride: number,
    q0: number,
    q1: number,
    q2: number,
    q3: number,
    start: number,
    end: number,
    out: number,
    outStride: number,
  ): void;
}

/** What all threads share. Offsets are bytes in the kernel's memory. */
export interface SharedQuality {
  readonly memory: WebAssembly.Memory;
  readonly vectors: EmbeddingMatrix;
  readonly positions: Float64Array;
  readonly metric: LayoutMetric;
  readonly embeddingMetric: EmbeddingMetric;
  /** Origin of Euclidean scores, near the rows, so that float32 suffices. */
  readonly center: Float64Array;
  /** N: subtracted from scores: |x|²/2 for Euclidean distance, 0 for cosine. */
  readonly halfNorms: Float32Array;
  /** Of every point, −1 for the root; null where no tree is known. */
  readonly parents: Int32Array | null;
  readonly seed: number;
  readonly k: number;
  readonly labels: Int32Array | null;
  /** Points on which rank-based figures are computed, ascending. */
  readonly sample: Int32Array;
  /** The k nearest of every sampled point in the embedding are found here; row s belongs to sample[s]. */
  readonly stride: number;
  readonly paddedRows: number;
  readonly rowsOffset: number;
  readonly scoresOffset: number;
  readonly treeData: SharedArrayBuffer;
  /** Task counters, one a phase. */
  readonly tasks: Int32Array;
  readonly aborted: Int32Array;
  /** N: share of the k true neighbors that are kept; NaN where it was not measured. */
  readonly recallPerPoint: Float32Array;
  /** N: 1 when the vote of the neighbors gives the right label, 0 when not, −1 without a label. */
  readonly labelHits: Int8Array;
  /** For each sampled point: the sums of rank − k over intruders (trustworthiness) and over missed ones (continuity). */
  readonly intrusion: Float64Array;
  readonly extrusion: Float64Array;
}

/** Figures over pairs of points. */
export interface PairFigures {
  readonly correlation: Estimate;
  readonly tree: Estimate | null;
}

/**
 * One thread's part of measuring a layout. Every figure of a point is written to its own slot, so that the sums do not
 * depend on which thread did what.
 */
export class QualityTask {
  readonly #shared: SharedQuality;
  readonly #kernel: QualityKernel;
  readonly #index: DiskIndex;
  readonly #scores: Float32Array;
  readonly #scoresOffset: number;

  constructor(shared: SharedQuality, kernel: QualityKernel, thread: number) {
    this.#shared = shared;
    this.#kernel = kernel;
    this.#index = DiskIndex.over(shared.positions, shared.metric, shared.treeData);
    const length = QUERY_BATCH * shared.paddedRows;
    this.#scoresOffset = shared.scoresOffset + thread * length * 4;
    this.#scores = new Float32Array(shared.memory.buffer, this.#scoresOffset, length);
  }

  /** Bytes of scores that one thread needs. */
  static scoreBytes(paddedRows: number): number {
    return QUERY_BATCH * paddedRows * 4;
  }

  /**
   * Rows as scores need them into the kernel's memory: of length 1 for cosine, as seen from the center for Euclidean
   * distance. All threads must be through before `measure`.
   */
  normalize(): void {
    const { vectors, memory, rowsOffset, stride, center, halfNorms } = this.#shared;
    const { dimension, values, rows } = vectors;
    const euclidean = this.#shared.embeddingMetric === 'euclidean';
    for (let start = this.#take(0, ROW_TILE); start < rows; start = this.#take(0, ROW_TILE)) {
      for (let row = start; row < Math.min(rows, start + ROW_TILE); row++) {
        let sum = 0;
        for (let d = 0, at = row * dimension; d < dimension; d++, at++) sum += (values[at] - center[d]) ** 2;
        const scale = euclidean ? 1 : sum > 0 ? 1 / Math.sqrt(sum) : 0;
        const target = new Float32Array(memory.buffer, rowsOffset + row * stride, dimension);
        for (let d = 0, at = row * dimension; d < dimension; d++, at++) target[d] = (values[at] - center[d]) * scale;
        if (euclidean) halfNorms[row] = sum / 2;
      }
    }
  }

  measure(): void {
    this.#voteAll();
    const { sample } = this.#shared;
    for (let start = this.#take(2, QUERY_BATCH); start < sample.length; start = this.#take(2, QUERY_BATCH)) {
      const end = Math.min(sample.length, start + QUERY_BATCH);
      this.#scoreBatch(sample.subarray(start, end));
      for (let position = start; position < end; position++) this.#rankPoint(position, position - start);
    }
  }

  /** The figures over pairs of points; one thread's work. */
  measurePairs(): PairFigures {
    const { vectors, parents, seed, memory, rowsOffset, stride, embeddingMetric, halfNorms } = this.#shared;
    const { rows, dimension } = vectors;
    const values = new Float32Array(memory.buffer, rowsOffset, (rows * stride) / 4);
    const inEmbedding = (i: number, j: number): number => {
      let sum = 0;
      for (let d = 0, a = (i * stride) / 4, b = (j * stride) / 4; d < dimension; d++)
        sum += values[a + d] * values[b + d];
      // Both grow with the distance, which is all that ranks need.
      return embeddingMetric === 'cosine' ? 1 - sum : halfNorms[i] + halfNorms[j] - sum;
    };
    const onLayout = (i: number, j: number): number => this.#layoutDistance(i, j);
    return {
      correlation: distanceCorrelation(rows, seed, inEmbedding, onLayout),
      tree: parents === null ? null : treeDistortion(parents, seed, onLayout),
    };
  }

  #layoutDistance(i: number, j: number): number {
    const { positions, metric } = this.#shared;
    const [ax, ay, bx, by] = [positions[2 * i], positions[2 * i + 1], positions[2 * j], positions[2 * j + 1]];
    const squared = (ax - bx) ** 2 + (ay - by) ** 2;
    if (metric === 'euclidean') return Math.sqrt(squared);
    return distanceFromSinhSquaredHalf(squared / ((1 - ax * ax - ay * ay) * (1 - bx * bx - by * by)));
  }

  /** The label vote, for every point. */
  #voteAll(): void {
    const { labels, labelHits, k } = this.#shared;
    if (labels === null) return;
    for (let start = this.#take(1, POINTS_PER_TASK); start < labels.length; start = this.#take(1, POINTS_PER_TASK)) {
      for (let point = start; point < Math.min(labels.length, start + POINTS_PER_TASK); point++) {
        if (labels[point] < 0) labelHits[point] = -1;
        else labelHits[point] = vote(labels, this.#index.nearestToPoint(point, k).points) === labels[point] ? 1 : 0;
      }
    }
  }

  #take(phase: number, count: number): number {
    const { tasks, aborted } = this.#shared;
    if (Atomics.load(aborted, 0) !== 0) return Number.POSITIVE_INFINITY;
    return Atomics.add(tasks, phase, count);
  }

  #scoreBatch(queries: Int32Array): void {
    const { stride, paddedRows, rowsOffset } = this.#shared;
    const query = (position: number): number => queries[Math.min(position, queries.length - 1)];
    for (let start = 0; start < paddedRows; start += ROW_TILE) {
      const end = Math.min(paddedRows, start + ROW_TILE);
      for (let q = 0; q < queries.length; q += 4) {
        const out = this.#scoresOffset + q * paddedRows * 4;
        this.#kernel.dotFour(
          rowsOffset,
          stride,
          query(q),
          query(q + 1),
          query(q + 2),
          query(q + 3),
          start,
          end,
          out,
          paddedRows,
        );
      }
    }
  }

  #rankPoint(position: number, slot: number): void {
    const { sample, positions, metric, k, recallPerPoint, intrusion, extrusion, paddedRows, vectors } = this.#shared;
    const point = sample[position];
    const scores = this.#scores.subarray(slot * paddedRows, slot * paddedRows + vectors.rows);
    if (this.#shared.embeddingMetric === 'euclidean') {
      const { halfNorms } = this.#shared;
      for (let row = 0; row < scores.length; row++) scores[row] -= halfNorms[row];
    }
    const truth = highest(scores, point, k);
    const seen = this.#index.nearestToPoint(point, k).points;
    const intruders = seen.filter((other) => !truth.includes(other));
    const missed = truth.filter((other) => !seen.includes(other));
    recallPerPoint[point] = (k - missed.length) / k;
    intrusion[position] = excess(ranksByScore(scores, point, intruders), k);
    const place = { x: positions[2 * point], y: positions[2 * point + 1] };
    extrusion[position] = excess(ranksOnDisk(positions, place, missed, point, metric), k);
  }
}

/** The indices of the k highest scores without `exclude`; equal scores go to the lower index. */
function highest(scores: Float32Array, exclude: number, k: number): Int32Array {
  const best = new Int32Array(k);
  let found = 0;
  for (let other = 0; other < scores.length; other++) {
    if (other === exclude) continue;
    const score = scores[other];
    if (found === k && !(score > scores[best[k - 1]])) continue;
    let at = found < k ? found++ : k - 1;
    for (; at > 0 && scores[best[at - 1]] < score; at--) best[at] = best[at - 1];
    best[at] = other;
  }
  return best;
}

/** The rank (1 is nearest) of each of `points` by descending score, without `exclude`. */
function ranksByScore(scores: Float32Array, exclude: number, points: Int32Array): Int32Array {
  const ranks = new Int32Array(points.length).fill(1);
  let lowest = Number.POSITIVE_INFINITY;
  for (const point of points) lowest = Math.min(lowest, scores[point]);
  for (let other = 0; other < scores.length; other++) {
    const score = scores[other];
    if (score < lowest || other === exclude) continue;
    for (let p = 0; p < points.length; p++) {
      const own = scores[points[p]];
      if (score > own || (score === own && other < points[p])) ranks[p]++;
    }
  }
  return ranks;
}

function excess(ranks: Int32Array, k: number): number {
  let sum = 0;
  for (const rank of ranks) sum += rank - k;
  return sum;
}

/** The most frequent label among neighbors; of equally frequent ones, the one whose first bearer is nearest. */
function vote(labels: Int32Array, neighbors: Int32Array): number {
  const counts = new Map<number, number>();
  for (const neighbor of neighbors) {
    if (labels[neighbor] >= 0) counts.set(labels[neighbor], (counts.get(labels[neighbor]) ?? 0) + 1);
  }
  let winner = -1;
  let most = 0;
  for (const [label, count] of counts) {
    if (count > most) [winner, most] = [label, count];
  }
  return winner;
}
