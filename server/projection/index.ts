/** The layout engine for other programs: `circle-limit/projection`. */
export type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
export { findNearestNeighbors } from '../neighbors/findNearestNeighbors.ts';
export type { EmbeddingMetric, NeighborGraph, NeighborSearchOptions } from '../neighbors/neighborGraph.ts';
export { createProjectionEngine, fittingPerplexity, neighborCountFor } from './createProjectionEngine.ts';
export { measureQuality } from './measureQuality.ts';
export { DEFAULT_PROJECTION_PARAMETERS } from './projection.ts';
export type {
  IterationStatistics,
  LayoutEngine,
  LayoutGeometry,
  LayoutMethod,
  ProjectionEngine,
  ProjectionInput,
  ProjectionParameters,
  Quality,
  SteeringChange,
} from './projection.ts';
