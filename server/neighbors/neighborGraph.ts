/**
 * The k nearest neighbors of every point. Row i of `indices` (N × k) lists them nearest first, without i itself;
 * `distances` has the same shape: cosine distance 1 − cos, or Euclidean distance.
 */
export interface NeighborGraph {
  readonly pointCount: number;
  readonly k: number;
  readonly metric: EmbeddingMetric;
  readonly indices: Int32Array;
  readonly distances: Float32Array;
  /** Share of the true neighbors found, measured on a sample; absent or 1 when the search was exact. */
  readonly recall?: number;
}

export type EmbeddingMetric = 'cosine' | 'euclidean';

export interface NeighborSearchOptions {
  readonly k: number;
  readonly metric: EmbeddingMetric;
  readonly threads: number;
  /** Above how many rows an approximate index takes over; 200,000 by default. */
  readonly exactUpTo?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((rowsDone: number, rowsTotal: number) => void) | undefined;
}
