import type { DiskIndex } from '../neighbors/diskIndex.ts';

/** Counts which of its k nearest neighbors a point has in several layouts of the same points. */
export class NeighborAgreement {
  /** R × R: shared neighbors over all points measured so far, for layouts i < j. */
  readonly pairCounts: Float64Array;

  readonly #indices: readonly DiskIndex[];
  readonly #k: number;
  readonly #lists: readonly Int32Array[];
  /** For every point the last list that it was seen in. */
  readonly #marks: Int32Array;
  #mark = 0;

  /** @param indices of two or more layouts of the same points */
  constructor(indices: readonly DiskIndex[], k: number) {
    this.#indices = indices;
    this.#k = k;
    this.#lists = indices.map(() => new Int32Array(k));
    this.#marks = new Int32Array(indices[0].pointCount);
    this.pairCounts = new Float64Array(indices.length ** 2);
  }

  /** The share of a point's k neighbors that two layouts have in common, as the mean over all pairs of layouts. */
  measure(point: number): number {
    const lists = this.#lists;
    this.#indices.forEach((index, layout) => index.nearestInto(point, lists[layout]));
    let shared = 0;
    for (let i = 0; i + 1 < lists.length; i++) {
      this.#mark++;
      for (const neighbor of lists[i]) this.#marks[neighbor] = this.#mark;
      for (let j = i + 1; j < lists.length; j++) {
        let common = 0;
        for (const neighbor of lists[j]) if (this.#marks[neighbor] === this.#mark) common++;
        this.pairCounts[i * lists.length + j] += common;
        shared += common;
      }
    }
    return (2 * shared) / (lists.length * (lists.length - 1) * this.#k);
  }
}
