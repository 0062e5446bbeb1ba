import type { EmbeddingMetric } from '../neighbors/neighborGraph.ts';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { Random } from '../geometry/random.ts';
import { principalCoordinates } from './principalComponents.ts';

/** Standard deviation of the start along its widest axis, in units of the kernel's width. */
const START_DEVIATION = 5;
/** Noise in the same units: parts points that start at the same place, such as duplicates. */
const START_NOISE = 0.01;
/** Outliers of the start are drawn in to that many deviations, so that none begins at the rim. */
const FARTHEST_DEVIATIONS = 4;

/**
 * Where the optimization starts: the first two principal components, at hyperbolic length deviation / s, which for
 * the flat geometry is the plane of the same kernel.
 * @returns N × 2 float64: points of the disk, or of the plane.
 */
export function initialLayout(
  vectors: EmbeddingMatrix,
  metric: EmbeddingMetric,
  options: { seed: number; scale: number; curved: boolean },
): Float64Array {
  const start = principalCoordinates(vectors, metric === 'cosine', options.seed);
  const deviation = largestDeviation(start);
  // Without any variance there is nothing to follow, and noise alone must be as wide as a layout.
  const noise = deviation > 0 ? START_NOISE : START_DEVIATION;
  const factor = deviation > 0 ? START_DEVIATION / deviation : 0;
  const farthest = FARTHEST_DEVIATIONS * START_DEVIATION;
  const random = new Random(options.seed);
  for (let i = 0; i < vectors.rows; i++) {
    const x = start[2 * i]! * factor + noise * random.normal();
    const y = start[2 * i + 1]! * factor + noise * random.normal();
    const scaledRadius = Math.hypot(x, y);
    const drawnIn = Math.min(scaledRadius, farthest) / options.scale;
    const radius = options.curved ? Math.min(Math.tanh(drawnIn / 2), 0.999) : drawnIn / 2;
    const ratio = scaledRadius > 0 ? radius / scaledRadius : 0;
    start[2 * i] = x * ratio;
    start[2 * i + 1] = y * ratio;
  }
  return start;
}

function largestDeviation(coordinates: Float64Array): number {
  const squares = [0, 0];
  for (let at = 0; at < coordinates.length; at++) squares[at % 2]! += coordinates[at]! ** 2;
  return Math.sqrt((2 * Math.max(...squares)) / coordinates.length);
}
