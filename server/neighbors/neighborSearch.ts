import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { pairSchedule } from './pairSchedule.ts';
import { QuantizedRows } from './quantizedRows.ts';
import { RowHeads } from './rowHeads.ts';
import type { SearchPlan } from './searchPlan.ts';
import type { ThreadTeam } from './threadTeam.ts';

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
    bothSides: 0 | 1,
    heads: number,
    headStride: number,
    rests: number,
    margin: number,
  ): number;
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

/** Where so many pairs pass the look at their heads, it is left out for some time: the result is the same. */
const MOST_PASSED = 0.8;
const PAIRS_WITHOUT_HEADS = 16;

/**
 * One thread's part of the exact search: rows are quantized to int16, all pairs of blocks meet in the kernel, which
 * leaves out pairs that are too far apart by their heads, and each row's best candidates are ranked again in float64. The result does not depend on the number of threads, since scores
 * that are equal go to the lower index.
 */
export class NeighborSearch {
  readonly #shared: SharedSearch;
  readonly #kernel: KernelExports;
  readonly #team: ThreadTeam;
  /** Pairs of blocks that meet without a look at heads, until it is tried again. */
  #pairsWithoutHeads = 0;
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
    const { vectors, plan, memory, squaredNorms, faults } = this.#shared;
    const rows = new QuantizedRows(vectors, plan.metric, memory, plan);
    const center = rows.center();
    this.#eachBlock((start, end) => rows.measure(start, end, center, squaredNorms, faults));
    if (!this.#team.barrier() || faults.some((row) => row >= 0)) return false;
    const scale = rows.scale(squaredNorms);
    this.#eachBlock((start, end) => {
      rows.quantize(start, end, scale, center, squaredNorms);
      this.#clearCandidates(start, end);
    });
    if (!this.#team.barrier()) return false;
    if (plan.headDimension > 0 && !this.#writeHeads()) return false;
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

  #writeHeads(): boolean {
    const heads = new RowHeads(this.#shared.plan, this.#shared.memory);
    if (this.#team.takeTask() === 0) heads.findDirections();
    if (!this.#team.barrier()) return false;
    this.#eachBlock((start, end) => heads.write(start, end));
    return this.#team.barrier();
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
    const byHeads = plan.headDimension > 0 && this.#pairsWithoutHeads === 0;
    const passed = this.#kernel.meetBlocks(
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
      1,
      plan.headsOffset,
      byHeads ? 2 * plan.headDimension : 0,
      plan.restsOffset,
      RowHeads.margin(plan),
    );
    if (!byHeads) this.#pairsWithoutHeads = Math.max(0, this.#pairsWithoutHeads - 1);
    else if (passed > MOST_PASSED * plan.blockRows * plan.blockRows) this.#pairsWithoutHeads = PAIRS_WITHOUT_HEADS;
  }

  #clearCandidates(start: number, end: number): void {
    const { plan, memory } = this.#shared;
    // The last block also closes the padding off.
    if (end === plan.rows) {
      const padding = new Float32Array(memory.buffer, plan.halfNormsOffset + 4 * end, plan.paddedRows - end);
      padding.fill(Number.POSITIVE_INFINITY);
    }
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
      return Math.max(
        0,
        1 - dotProduct(values, i, values, j, dimension) / Math.sqrt(squaredNorms[a] * squaredNorms[b]),
      );
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
export function dotProduct(a: Float32Array, i: number, b: Float32Array, j: number, length: number): number {
  let even = 0;
  let odd = 0;
  let d = 0;
  for (; d + 1 < length; d += 2) {
    even += a[i + d] * b[j + d];
    odd += a[i + d + 1] * b[j + d + 1];
  }
  if (d < length) even += a[i + d] * b[j + d];
  return even + odd;
}

export function isFarther(distanceA: number, rowA: number, distanceB: number, rowB: number): boolean {
  return distanceA > distanceB || (distanceA === distanceB && rowA > rowB);
}
