/**
 * `rows` vectors of `dimension` components each, row after row in one float32 array. `values` may lie over a
 * SharedArrayBuffer, so that worker threads read it without a copy.
 */
export interface EmbeddingMatrix {
  readonly rows: number;
  readonly dimension: number;
  readonly values: Float32Array;
}
