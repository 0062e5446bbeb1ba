import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { Random } from '../geometry/random.ts';

/** Rows from which the axes are estimated, evenly spread; all rows are then projected onto them. */
const SAMPLE_ROWS = 2000;
/** Two axes are wanted; the spare ones make subspace iteration converge fast even when the spectrum is flat. */
const SUBSPACE = 4;
const ROUNDS = 12;

/**
 * The first two principal components by subspace iteration on XᵀX of a sample (Halko, Martinsson & Tropp 2011,
 * algorithm 4.4), never forming the D × D matrix.
 * @param normalize whether rows count as unit vectors, as the cosine distance sees them.
 * @returns N × 2 coordinates, interleaved; all 0 when the rows are all equal.
 */
export function principalCoordinates(vectors: EmbeddingMatrix, normalize: boolean, seed: number): Float64Array {
  const { rows, dimension } = vectors;
  const sample = sampleRows(vectors, normalize);
  const mean = new Float64Array(dimension);
  for (const row of sample) for (let d = 0; d < dimension; d++) mean[d]! += row[d]! / sample.length;
  for (const row of sample) for (let d = 0; d < dimension; d++) row[d]! -= mean[d]!;
  const axes = principalAxes(sample, dimension, seed);
  const coordinates = new Float64Array(2 * rows);
  const row = new Float64Array(dimension);
  for (let i = 0; i < rows; i++) {
    copyRowInto(vectors, i, normalize, row);
    for (let axis = 0; axis < Math.min(2, axes.length); axis++) {
      const direction = axes[axis]!;
      let sum = 0;
      for (let d = 0; d < dimension; d++) sum += (row[d]! - mean[d]!) * direction[d]!;
      coordinates[2 * i + axis] = sum;
    }
  }
  return coordinates;
}

function sampleRows(vectors: EmbeddingMatrix, normalize: boolean): Float64Array[] {
  const count = Math.min(SAMPLE_ROWS, vectors.rows);
  return Array.from({ length: count }, (_, n) => {
    const row = new Float64Array(vectors.dimension);
    copyRowInto(vectors, Math.floor((n * vectors.rows) / count), normalize, row);
    return row;
  });
}

function copyRowInto(
  { values, dimension }: EmbeddingMatrix,
  index: number,
  normalize: boolean,
  row: Float64Array,
): void {
  let squares = 0;
  for (let d = 0; d < dimension; d++) {
    const value = values[index * dimension + d]!;
    row[d] = value;
    squares += value * value;
  }
  if (!normalize || squares === 0) return;
  const factor = 1 / Math.sqrt(squares);
  for (let d = 0; d < dimension; d++) row[d]! *= factor;
}

function principalAxes(sample: readonly Float64Array[], dimension: number, seed: number): Float64Array[] {
  const random = new Random(seed);
  let axes = Array.from({ length: Math.min(SUBSPACE, dimension) }, () =>
    Float64Array.from({ length: dimension }, () => random.normal()),
  );
  orthonormalize(axes);
  for (let round = 0; round < ROUNDS; round++) {
    const next = axes.map(() => new Float64Array(dimension));
    for (const row of sample) {
      for (let axis = 0; axis < axes.length; axis++) {
        const direction = axes[axis]!;
        const target = next[axis]!;
        let sum = 0;
        for (let d = 0; d < dimension; d++) sum += row[d]! * direction[d]!;
        for (let d = 0; d < dimension; d++) target[d]! += sum * row[d]!;
      }
    }
    axes = next;
    orthonormalize(axes);
  }
  return axes;
}

/** Gram–Schmidt in place; a direction without variance becomes 0. */
function orthonormalize(axes: Float64Array[]): void {
  axes.forEach((axis, index) => {
    const before = norm(axis);
    for (const other of axes.slice(0, index)) {
      const along = axis.reduce((sum, value, d) => sum + value * other[d]!, 0);
      for (let d = 0; d < axis.length; d++) axis[d]! -= along * other[d]!;
    }
    const length = norm(axis);
    // What is left of a dependent direction is rounding, not an axis.
    const factor = length > 1e-10 * before ? 1 / length : 0;
    for (let d = 0; d < axis.length; d++) axis[d]! *= factor;
  });
}

function norm(axis: Float64Array): number {
  return Math.sqrt(axis.reduce((sum, value) => sum + value * value, 0));
}
