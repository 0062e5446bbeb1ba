import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import type { NeighborGraph } from '../neighbors/neighborGraph.ts';
import type { LayoutEngine } from './projection.ts';
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
  readonly engine: LayoutEngine;
}

export interface HelperInput {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The gate's count when the helper was made, before which no step has begun. */
  readonly gate: number;
}

export type CoordinatorRequest =
  | { readonly type: 'step'; readonly count: number }
  /** Gives the GPU up, as when it is lost: what follows is computed by the kernels. */
  | { readonly type: 'loseDevice' };

export type CoordinatorReply =
  | {
      readonly type: 'ready';
      readonly memory: WebAssembly.Memory;
      readonly engine: 'wasm' | 'webgpu';
      /** False where a GPU was looked for and there is none. */
      readonly foundGpu: boolean | null;
    }
  /** The GPU that was asked for by name cannot be had; the thread has ended. */
  | { readonly type: 'noGpu'; readonly reason: string }
  /** The GPU was lost, or is slower here; the layout goes on in the kernels from its last state. */
  | { readonly type: 'fellBack'; readonly reason: string }
  | { readonly type: 'stepped'; readonly statistics: IterationStatistics[] };
