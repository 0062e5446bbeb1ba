import type { EmbeddingMatrix } from './embeddingMatrix.ts';

/** Collects rows of float32 whose number is not known beforehand. */
export class GrowingMatrix {
  rows = 0;
  private values = new Float32Array(0);

  constructor(readonly dimension: number) {}

  /** Room for one more row of `dimension` values, to be filled by the caller at once. */
  appendRow(): Float32Array {
    const start = this.rows * this.dimension;
    if (start + this.dimension > this.values.length) this.grow(start + this.dimension);
    this.rows++;
    return this.values.subarray(start, start + this.dimension);
  }

  /** The rows over a SharedArrayBuffer of exactly their size. */
  finish(): EmbeddingMatrix {
    const length = this.rows * this.dimension;
    const values = new Float32Array(new SharedArrayBuffer(length * 4));
    values.set(this.values.subarray(0, length));
    return { rows: this.rows, dimension: this.dimension, values };
  }

  private grow(needed: number): void {
    const grown = new Float32Array(Math.max(needed, this.values.length * 2, 1024));
    grown.set(this.values);
    this.values = grown;
  }
}
