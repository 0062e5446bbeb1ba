import { Random } from '../geometry/random.ts';

/** Each round separates directions whose shares of the squares differ; a few are enough, since none has to be exact. */
const ROUNDS = 4;
/** What is left of a vector that lies in the span of the others is rounding: it must not become a direction. */
const LEAST_REST = 1e-6;

/**
 * Orthonormal directions that hold most of the squared lengths of some rows, by subspace iteration (Halko, Martinsson and
 * Tropp 2011, algorithm 4.4): about the leading right singular vectors, without a mean taken off.
 * @param sample rows × dimension
 * @param count of directions, at most the dimension
 * @returns count × dimension
 */
export function leadingDirections(sample: Float64Array, dimension: number, count: number): Float64Array {
  const random = new Random(1);
  let directions = new Float64Array(count * dimension).map(() => random.normal());
  orthonormalize(directions, dimension);
  for (let round = 0; round < ROUNDS; round++) {
    directions = timesSquares(sample, dimension, directions);
    orthonormalize(directions, dimension);
  }
  return directions;
}

/** Each direction v becomes SᵀS v. */
function timesSquares(sample: Float64Array, dimension: number, directions: Float64Array): Float64Array<ArrayBuffer> {
  const product = new Float64Array(directions.length);
  for (let row = 0; row < sample.length; row += dimension) {
    for (let at = 0; at < directions.length; at += dimension) {
      const share = innerProduct(sample, row, directions, at, dimension);
      for (let d = 0; d < dimension; d++) product[at + d] += share * sample[row + d];
    }
  }
  return product;
}

/** Modified Gram–Schmidt, twice, so that rounding of the first time is mended. A dependent direction becomes zeros. */
function orthonormalize(directions: Float64Array, dimension: number): void {
  for (let at = 0; at < directions.length; at += dimension) {
    const before = Math.sqrt(innerProduct(directions, at, directions, at, dimension));
    for (let time = 0; time < 2; time++) {
      for (let other = 0; other < at; other += dimension) {
        const share = innerProduct(directions, at, directions, other, dimension);
        for (let d = 0; d < dimension; d++) directions[at + d] -= share * directions[other + d];
      }
    }
    const length = Math.sqrt(innerProduct(directions, at, directions, at, dimension));
    const factor = length > LEAST_REST * before ? 1 / length : 0;
    for (let d = 0; d < dimension; d++) directions[at + d] *= factor;
  }
}

/** Four sums, so that one addition need not wait for the other. */
export function innerProduct(x: ArrayLike<number>, i: number, y: ArrayLike<number>, j: number, length: number): number {
  let [a, b, c, e] = [0, 0, 0, 0];
  let d = 0;
  for (; d + 3 < length; d += 4) {
    a += x[i + d] * y[j + d];
    b += x[i + d + 1] * y[j + d + 1];
    c += x[i + d + 2] * y[j + d + 2];
    e += x[i + d + 3] * y[j + d + 3];
  }
  for (; d < length; d++) a += x[i + d] * y[j + d];
  return a + b + (c + e);
}
