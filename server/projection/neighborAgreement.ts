/** Counts which of its k nearest neighbors a point has in several layouts of the same points. */
export class NeighborAgreement {
  /** R × R: shared neighbors over all points measured so far, for layouts i < j. */
  readonly pairCounts: Float64Array;

  readonly #lists: readonly Int32Array[];
  readonly #k: number;
  /** For every point the last list that it was seen in. */
  readonly #marks: Int32Array;
  #mark = 0;

  /** @param lists the neighbors in two or more layouts of the same points, each N × k */
  constructor(lists: readonly Int32Array[], k: number) {
    this.#lists = lists;
    this.#k = k;
    this.#marks = new Int32Array(lists[0].length / k);
    this.pairCounts = new Float64Array(lists.length ** 2);
  }

  /** The share of a point's k neighbors that two layouts have in common, as the mean over all pairs of layouts. */
  measure(point: number): number {
    const lists = this.#lists;
    const marks = this.#marks;
    const start = point * this.#k;
    const end = start + this.#k;
    let shared = 0;
    for (let i = 0; i + 1 < lists.length; i++) {
      this.#mark++;
      for (let at = start; at < end; at++) marks[lists[i][at]] = this.#mark;
      for (let j = i + 1; j < lists.length; j++) {
        let common = 0;
        for (let at = start; at < end; at++) if (marks[lists[j][at]] === this.#mark) common++;
        this.pairCounts[i * lists.length + j] += common;
        shared += common;
      }
    }
    return (2 * shared) / (lists.length * (lists.length - 1) * this.#k);
  }
}
