import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import type { NeighborGraph } from '../neighbors/neighborGraph.ts';
import type { IterationStatistics, ProjectionParameters } from '../storage/run.ts';

/** What the coordinating worker gets; the arrays lie over SharedArrayBuffers. */
export interface CoordinatorInput {
  readonly module: WebAssembly.Module;
  readonly vectors: EmbeddingMatrix;
  readonly graph: NeighborGraph;
  readonly parameters: ProjectionParameters;
  readonly threads: number;
  /** An earlier layout, for the initialization of that name. */
  readonly start?: Float64Array | null;
}

export interface HelperInput {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The gate's count when the helper was made, before which no step has begun. */
  readonly gate: number;
}

export interface StepRequest {
  readonly type: 'step';
  readonly count: number;
}

export type CoordinatorReply =
  | { readonly type: 'ready'; readonly memory: WebAssembly.Memory }
  | { readonly type: 'stepped'; readonly statistics: IterationStatistics[] };
