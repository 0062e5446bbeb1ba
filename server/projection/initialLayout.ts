import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { Random } from '../geometry/random.ts';
import type { NeighborGraph } from '../neighbors/neighborGraph.ts';
import type { ProjectionParameters } from '../storage/run.ts';
import { centerColumns } from './flatReadOut.ts';
import { principalCoordinates } from './principalComponents.ts';
import { initialScale } from './schedule.ts';
import type { Similarities } from './similarities.ts';
import { spectralCoordinates } from './spectralCoordinates.ts';

/** Standard deviation of the start along its widest axis, in units of the kernel's width. */
const START_DEVIATION = 5;
/** Noise in the same units: parts points that start at the same place, such as duplicates. */
const START_NOISE = 0.01;
/** Outliers of the start are drawn in to that many deviations, so that none begins at the rim. */
const FARTHEST_DEVIATIONS = 4;

export interface InitialLayoutInput {
  readonly vectors: EmbeddingMatrix;
  readonly graph: NeighborGraph;
  readonly similarities: Similarities;
  readonly parameters: ProjectionParameters;
  /** Points of the disk, N × 2; NaN where a point has none. Needed by the initialization `layout`. */
  readonly start: Float64Array | null;
}

/**
 * Where the optimization starts: two coordinates of each point by the chosen initialization, widened to a standard
 * deviation of five kernel widths and put on the disk at that hyperbolic length; for the flat geometry, on the plane of
 * the same kernel.
 * @returns N × 2 float64: points of the disk, or of the plane.
 */
export function initialLayout(input: InitialLayoutInput): Float64Array {
  const { parameters, vectors } = input;
  const { seed } = parameters;
  const scale = initialScale(parameters, vectors.rows);
  const start = startCoordinates(input);
  centerColumns(start);
  const deviation = largestDeviation(start);
  // Without any variance there is nothing to follow, and noise alone must be as wide as a layout.
  const noise = deviation > 0 ? START_NOISE : START_DEVIATION;
  const factor = deviation > 0 ? START_DEVIATION / deviation : 0;
  const farthest = FARTHEST_DEVIATIONS * START_DEVIATION;
  const random = new Random(seed);
  for (let i = 0; i < vectors.rows; i++) {
    const x = start[2 * i]! * factor + noise * random.normal();
    const y = start[2 * i + 1]! * factor + noise * random.normal();
    const scaledRadius = Math.hypot(x, y);
    const drawnIn = Math.min(scaledRadius, farthest) / scale;
    const radius = parameters.geometry === 'poincare' ? Math.min(Math.tanh(drawnIn / 2), 0.999) : drawnIn / 2;
    const ratio = scaledRadius > 0 ? radius / scaledRadius : 0;
    start[2 * i] = x * ratio;
    start[2 * i + 1] = y * ratio;
  }
  return start;
}

function startCoordinates({ vectors, graph, similarities, parameters, start }: InitialLayoutInput): Float64Array {
  const { initialization, seed } = parameters;
  if (initialization === 'layout' && start !== null) return layoutCoordinates(start, graph);
  if (initialization === 'spectral') return spectralCoordinates(similarities, seed);
  if (initialization === 'random') {
    // Other numbers than the noise, which the seed itself gives.
    const random = new Random(~seed);
    return Float64Array.from({ length: 2 * vectors.rows }, () => random.normal());
  }
  return principalCoordinates(vectors, graph.metric === 'cosine', seed);
}

/** An earlier layout in polar coordinates about the center; a point that it lacks begins at a neighbor's place. */
function layoutCoordinates(layout: Float64Array, graph: NeighborGraph): Float64Array {
  const coordinates = layout.slice();
  for (let i = 0; i < graph.pointCount; i++) {
    let source = i;
    for (let rank = 0; rank < graph.k && Number.isNaN(layout[2 * source]!); rank++) {
      source = graph.indices[i * graph.k + rank]!;
    }
    const x = layout[2 * source]!;
    const y = layout[2 * source + 1]!;
    const radius = Math.hypot(x, y);
    // Without any placed neighbor, at the center.
    const length = radius > 0 ? (2 * Math.atanh(Math.min(radius, 0.99999))) / radius : 0;
    coordinates[2 * i] = length > 0 ? x * length : 0;
    coordinates[2 * i + 1] = length > 0 ? y * length : 0;
  }
  return coordinates;
}

function largestDeviation(coordinates: Float64Array): number {
  const squares = [0, 0];
  for (let at = 0; at < coordinates.length; at++) squares[at % 2]! += coordinates[at]! ** 2;
  return Math.sqrt((2 * Math.max(...squares)) / coordinates.length);
}
