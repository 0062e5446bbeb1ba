import type { NeighborGraph } from '../neighbors/neighborGraph.ts';
import type { IterationStatistics } from '../storage/run.ts';

export interface UmapInput {
  readonly graph: NeighborGraph;
  /** Neighbors of each point that count, as UMAP's `nNeighbors` has it without the point itself. */
  readonly neighborCount: number;
  readonly iterations: number;
  readonly seed: number;
}

/** Steps from one iteration to another; what lies before is done first where the worker is not that far, or further. */
export interface UmapRequest {
  readonly from: number;
  readonly to: number;
}

export interface UmapReply {
  readonly statistics: IterationStatistics[];
  /** N × 2 in UMAP's own plane. */
  readonly positions: Float64Array<ArrayBuffer>;
}
