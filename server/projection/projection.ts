import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import type { NeighborGraph } from '../neighbors/neighborGraph.ts';
import type { IterationStatistics, ProjectionParameters, SteeringChange } from '../storage/run.ts';

export { DEFAULT_PROJECTION_PARAMETERS } from '../storage/run.ts';
export type {
  IterationStatistics,
  LayoutGeometry,
  LayoutMethod,
  ProjectionParameters,
  Quality,
  SteeringChange,
} from '../storage/run.ts';

/** `auto` takes a real GPU where there is one, by the optional package `webgpu`; `webgpu` takes one in software too. */
export type LayoutEngine = 'auto' | 'wasm' | 'webgpu';

export interface ProjectionInput {
  readonly vectors: EmbeddingMatrix;
  readonly graph: NeighborGraph;
  readonly parameters: ProjectionParameters;
  readonly threads: number;
  /** An earlier layout of these points for the initialization `layout`: N × 2 of the disk, NaN for a point it lacks. */
  readonly start?: Float64Array | null;
  /** `auto` by default. */
  readonly engine?: LayoutEngine;
}

/**
 * An optimizer of one layout. It runs in its own threads; the caller decides when it steps, so pausing is not calling
 * `step` and canceling is `dispose`. Same input, seed and engine give the same bytes.
 */
export interface ProjectionEngine {
  readonly name: string;
  readonly threads: number;
  readonly pointCount: number;
  readonly iteration: number;
  /** Runs up to `count` iterations, fewer at the end; resolves with the figures of each. */
  step(count: number): Promise<IterationStatistics[]>;
  /** Copies the present layout, x0 y0 x1 y1 …, N × 2 float64, |u| < 1. Not while a step is under way. */
  positions(into?: Float64Array): Float64Array;
  /** The whole state, from which `restore` goes on to the same bytes. */
  saveState(): Uint8Array;
  restoreState(state: Uint8Array): void;
  /**
   * Changes the optimization from the next iteration on; part of the state. The same change at the same iteration gives
   * the same bytes. Not while a step is under way.
   * @throws BadInputError for what this layout does not have, such as a curvature scale of a flat one.
   */
  steer(change: SteeringChange): void;
  dispose(): Promise<void>;
}
