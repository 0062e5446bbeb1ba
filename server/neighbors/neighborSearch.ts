import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { pairSchedule } from './pairSchedule.ts';
import type { SearchPlan } from './searchPlan.ts';
import type { ThreadTeam } from './threadTeam.ts';

/** The largest int16; vectors are scaled so that a product of two is below 2³¹. */
const INT16_SCALE = 32767;
/** Rows whose mean is the origin of Euclidean search. */
const CENTER_ROWS = 1000;

export interface KernelExports {
  meetBlocks(
    rows: number,
    halfNorms: number,
    scores: number,
    candidates: number,
    stride: number,
    capacity: number,
    iStart: number,
    iEnd: number,
    jStart: number,
    jEnd: number,
  ): void;
}

/** Arrays that all threads share. */
export interface SharedSearch {
  readonly plan: SearchPlan;
  readonly memory: WebAssembly.Memory;
  readonly vectors: EmbeddingMatrix;
  /** N × k results. */
  readonly indices: Int32Array;
  readonly distances: Float32Array;
  /** Squared length of each row; for Euclidean distance as seen from the rows' mean. */
  readonly squaredNorms: Float64Array;
  /** Row of the first component that is not finite, and the first zero row under cosine; −1 for none. */
  readonly faults: Int32Array;
}

export const FAULT_NOT_FINITE = 0;
export const FAULT_ZERO_ROW = 1;

/**
 * One thread's part of the exact search: rows are quantized to int16, all pairs of blocks meet in the kernel, and each
 * row's best candidates are ranked again in float64. The result does not depend on the number of threads, since scores
 * that are equal go to the lower index.
 */
export class NeighborSearch {
  readonly #shared: SharedSearch;
  readonly #kernel: KernelExports;
  readonly #team: ThreadTeam;
  readonly #onPairs: (pairsDone: number, pairsTotal: number) => void;

  constructor(
    shared: SharedSearch,
    kernel: KernelExports,
    team: ThreadTeam,
    onPairs: (pairsDone: number, pairsTotal: number) => void,
  ) {
    this.#shared = shared;
    this.#kernel = kernel;
    this.#team = team;
    this.#onPairs = onPairs;
  }

  /** Runs to the end, or until the team is called off. @returns false when there was a fault or it was called off */
  run(): boolean {
    const center = this.#center();
    this.#eachBlock((start, end) => this.#measureRows(start, end, center));
    if (!this.#team.barrier() || this.#shared.faults.some((row) => row >= 0)) return false;
    const scale = this.#quantizationScale();
    this.#eachBlock((start, end) => this.#quantizeRows(start, end, scale, center));
    if (!this.#team.barrier()) return false;
    if (!this.#meetAll()) return false;
    this.#eachBlock((start, end) => this.#rankRows(start, end));
    return this.#team.barrier();
  }

  /** Takes blocks of rows until none is left. */
  #eachBlock(work: (start: number, end: number) => void): void {
    const { blockCount, blockRows, rows } = this.#shared.plan;
    for (let block = this.#team.takeTask(); block < blockCount && !this.#team.aborted; block = this.#team.takeTask()) {
      work(block * blockRows, Math.min(rows, (block + 1) * blockRows));
    }
  }

  #meetAll(): boolean {
    const rounds = pairSchedule(this.#shared.plan.blockCount);
    const total = rounds.reduce((sum, pairs) => sum + pairs.length, 0);
    let before = 0;
    for (const pairs of rounds) {
      for (let task = this.#team.takeTask(); task < pairs.length; task = this.#team.takeTask()) {
        if (this.#team.aborted) return false;
        this.#meet(...pairs[task]);
      }
      if (!this.#team.barrier()) return false;
      before += pairs.length;
      this.#onPairs(before, total);
    }
    return true;
  }

  #meet(left: number, right: number): void {
    const { plan } = this.#shared;
    const end = (block: number): number => Math.min(plan.paddedRows, (block + 1) * plan.blockRows);
    this.#kernel.meetBlocks(
      plan.rowsOffset,
      plan.halfNormsOffset,
      plan.scoresOffset,
      plan.candidatesOffset,
      plan.stride,
      plan.capacity,
      left * plan.blockRows,
      end(left),
      right * plan.blockRows,
      end(right),
    );
  }

  /**
   * Euclidean distances do not change with the origin, the precision of int16 does: the mean of some rows is a good one.
   * Cosine keeps the origin.
   */
  #center(): Float64Array {
    const { vectors, plan } = this.#shared;
    const { rows, dimension, values } = vectors;
    const center = new Float64Array(dimension);
    if (plan.metric === 'cosine') return center;
    const count = Math.min(rows, CENTER_ROWS);
    for (let n = 0; n < count; n++) {
      const start = Math.floor((n * rows) / count) * dimension;
      for (let d = 0; d < dimension; d++) center[d] += values[start + d] / count;
    }
    // A row that is not finite must be reported by its own number, not through the mean.
    return center.map((value) => (Number.isFinite(value) ? value : 0));
  }

  #measureRows(start: number, end: number, center: Float64Array): void {
    const { vectors, squaredNorms, faults, plan } = this.#shared;
    const { values, dimension } = vectors;
    for (let row = start; row < end; row++) {
      let sum = 0;
      for (let d = 0, at = row * dimension; d < dimension; d++, at++) sum += (values[at] - center[d]) ** 2;
      squaredNorms[row] = sum;
      if (!Number.isFinite(sum)) reportFault(faults, FAULT_NOT_FINITE, row);
      else if (sum === 0 && plan.metric === 'cosine') reportFault(faults, FAULT_ZERO_ROW, row);
    }
  }

  /** For cosine every row has its own scale; for Euclidean distance the longest row sets one for all. */
  #quantizationScale(): number {
    if (this.#shared.plan.metric === 'cosine') return INT16_SCALE;
    const longest = Math.sqrt(this.#shared.squaredNorms.reduce((most, value) => Math.max(most, value), 0));
    return longest === 0 ? 0 : INT16_SCALE / longest;
  }

  #quantizeRows(start: number, end: number, scale: number, center: Float64Array): void {
    const { plan, memory, vectors, squaredNorms } = this.#shared;
    const { values, dimension } = vectors;
    const cosine = plan.metric === 'cosine';
    const halfNorms = new Float32Array(memory.buffer, plan.halfNormsOffset, plan.paddedRows);
    for (let row = start; row < end; row++) {
      const target = new Int16Array(memory.buffer, plan.rowsOffset + row * plan.stride, dimension);
      const factor = cosine ? scale / Math.sqrt(squaredNorms[row]) : scale;
      for (let d = 0, at = row * dimension; d < dimension; d++, at++) {
        target[d] = Math.round((values[at] - center[d]) * factor);
      }
      halfNorms[row] = cosine ? 0 : 0.5 * squaredNorms[row] * scale * scale;
    }
    // The last block also closes the padding off.
    if (end === plan.rows) halfNorms.fill(Number.POSITIVE_INFINITY, plan.rows);
    const last = end === plan.rows ? plan.paddedRows : end;
    const cells = (last - start) * plan.capacity;
    const first = start * plan.capacity * 4;
    new Float32Array(memory.buffer, plan.scoresOffset + first, cells).fill(Number.NEGATIVE_INFINITY);
    new Int32Array(memory.buffer, plan.candidatesOffset + first, cells).fill(0x7fffffff);
  }

  #rankRows(start: number, end: number): void {
    const { plan, memory, indices, distances } = this.#shared;
    const { capacity, k } = plan;
    const candidates = new Int32Array(memory.buffer, plan.candidatesOffset, plan.paddedRows * capacity);
    const best = new Float64Array(capacity);
    const bestRows = new Int32Array(capacity);
    for (let row = start; row < end; row++) {
      for (let c = 0; c < capacity; c++) {
        const candidate = candidates[row * capacity + c];
        const distance = this.#distance(row, candidate);
        // Insertion sort: for a hundred entries it is faster than a sort that calls a comparison function.
        let at = c;
        for (; at > 0 && isFarther(best[at - 1], bestRows[at - 1], distance, candidate); at--) {
          best[at] = best[at - 1];
          bestRows[at] = bestRows[at - 1];
        }
        best[at] = distance;
        bestRows[at] = candidate;
      }
      indices.set(bestRows.subarray(0, k), row * k);
      distances.set(best.subarray(0, k), row * k);
    }
  }

  #distance(a: number, b: number): number {
    const { vectors, squaredNorms, plan } = this.#shared;
    const { values, dimension } = vectors;
    const i = a * dimension;
    const j = b * dimension;
    if (plan.metric === 'cosine') {
      return Math.max(0, 1 - dotProduct(values, i, j, dimension) / Math.sqrt(squaredNorms[a] * squaredNorms[b]));
    }
    let sum = 0;
    for (let d = 0; d < dimension; d++) {
      const difference = values[i + d] - values[j + d];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }
}

/** Two sums, so that one addition need not wait for the other. */
function dotProduct(values: Float32Array, i: number, j: number, length: number): number {
  let even = 0;
  let odd = 0;
  let d = 0;
  for (; d + 1 < length; d += 2) {
    even += values[i + d] * values[j + d];
    odd += values[i + d + 1] * values[j + d + 1];
  }
  if (d < length) even += values[i + d] * values[j + d];
  return even + odd;
}

function isFarther(distanceA: number, rowA: number, distanceB: number, rowB: number): boolean {
  return distanceA > distanceB || (distanceA === distanceB && rowA > rowB);
}

/** Keeps the lowest faulty row, whichever thread meets it first. */
function reportFault(faults: Int32Array, slot: number, row: number): void {
  for (let known = Atomics.load(faults, slot); known < 0 || row < known; known = Atomics.load(faults, slot)) {
    if (Atomics.compareExchange(faults, slot, known, row) === known) return;
  }
}
