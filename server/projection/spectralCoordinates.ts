import { Random } from '../geometry/random.ts';
import type { Similarities } from './similarities.ts';

/** Two vectors are wanted; the spare one makes the subspace converge faster. */
const SUBSPACE = 3;
const MOST_ROUNDS = 15;
/** Done when neither leading eigenvalue moves more than that in a round. */
const TOLERANCE = 1e-7;
/** Degree of the Chebyshev filter of one round. */
const DEGREE = 12;
const FIRST_BOUND = 0.8;
/** Above this the filter would amplify nothing within its degree. */
const HIGHEST_BOUND = 0.995;

/**
 * Laplacian eigenmaps (Belkin & Niyogi 2003) of P: the two leading eigenvectors of D^−½·P·D^−½ after the trivial one,
 * divided by √D, by Chebyshev-filtered subspace iteration (Zhou & Saad 2007), which needs nothing but products with P.
 * @returns N × 2 coordinates, interleaved.
 */
export function spectralCoordinates(similarities: Similarities, seed: number): Float64Array {
  const { pointCount } = similarities;
  const root = degreeRoots(similarities);
  const random = new Random(seed);
  let block: Float64Array = Float64Array.from({ length: pointCount * SUBSPACE }, () => random.normal());
  orthonormalize(block, root);
  let bound = FIRST_BOUND;
  let before = [Infinity, Infinity];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    block = filtered(similarities, root, block, bound);
    orthonormalize(block, root);
    const product = multiply(similarities, root, block);
    const { values, vectors } = symmetricEigen(innerProducts(block, product));
    block = rotated(block, vectors);
    if (before.every((value, axis) => Math.abs(value - values[axis]!) < TOLERANCE)) break;
    before = values.slice(0, 2);
    bound = Math.min(HIGHEST_BOUND, Math.max(0, values[SUBSPACE - 1]!));
  }
  const coordinates = new Float64Array(2 * pointCount);
  for (let i = 0; i < pointCount; i++) {
    for (let axis = 0; axis < 2; axis++) coordinates[2 * i + axis] = block[i * SUBSPACE + axis]! / root[i]!;
  }
  return coordinates;
}

/** √Σ_j p_ij: the trivial eigenvector, of eigenvalue 1, up to its length. */
function degreeRoots({ pointCount, rowStarts, weights }: Similarities): Float64Array {
  return Float64Array.from({ length: pointCount }, (_, i) => {
    let sum = 0;
    for (let edge = rowStarts[i]!; edge < rowStarts[i + 1]!; edge++) sum += weights[edge]!;
    return Math.sqrt(Math.max(sum, 1e-30));
  });
}

/** D^−½·P·D^−½ times each column of the block, which has a point's entries side by side. */
function multiply({ rowStarts, columns, weights }: Similarities, root: Float64Array, block: Float64Array) {
  const product = new Float64Array(block.length);
  for (let i = 0; i < root.length; i++) {
    let first = 0;
    let second = 0;
    let third = 0;
    for (let edge = rowStarts[i]!; edge < rowStarts[i + 1]!; edge++) {
      const j = columns[edge]!;
      const weight = weights[edge]! / root[j]!;
      first += weight * block[SUBSPACE * j]!;
      second += weight * block[SUBSPACE * j + 1]!;
      third += weight * block[SUBSPACE * j + 2]!;
    }
    product[SUBSPACE * i] = first / root[i]!;
    product[SUBSPACE * i + 1] = second / root[i]!;
    product[SUBSPACE * i + 2] = third / root[i]!;
  }
  return product;
}

/** T_m of the matrix, shifted so that eigenvalues in [−1, bound] stay within ±1 and those above grow. */
function filtered(similarities: Similarities, root: Float64Array, block: Float64Array, bound: number): Float64Array {
  const center = (bound - 1) / 2;
  const halfWidth = (bound + 1) / 2;
  let previous = block;
  let current = multiply(similarities, root, block).map((value, at) => (value - center * block[at]!) / halfWidth);
  for (let degree = 2; degree <= DEGREE; degree++) {
    const product = multiply(similarities, root, current);
    for (let at = 0; at < product.length; at++) {
      product[at] = (2 * (product[at]! - center * current[at]!)) / halfWidth - previous[at]!;
    }
    previous = current;
    current = product;
  }
  return current;
}

/** Gram–Schmidt in place, against the trivial eigenvector too; twice, since once leaves rounding behind. */
function orthonormalize(block: Float64Array, trivial: Float64Array): void {
  const trivialSquares = trivial.reduce((sum, value) => sum + value * value, 0);
  for (let pass = 0; pass < 2; pass++) {
    for (let column = 0; column < SUBSPACE; column++) {
      let along = 0;
      for (let i = 0; i < trivial.length; i++) along += trivial[i]! * block[SUBSPACE * i + column]!;
      for (let i = 0; i < trivial.length; i++) block[SUBSPACE * i + column]! -= (along / trivialSquares) * trivial[i]!;
      for (let other = 0; other < column; other++) {
        let inner = 0;
        for (let at = 0; at < block.length; at += SUBSPACE) inner += block[at + other]! * block[at + column]!;
        for (let at = 0; at < block.length; at += SUBSPACE) block[at + column]! -= inner * block[at + other]!;
      }
      let squares = 0;
      for (let at = column; at < block.length; at += SUBSPACE) squares += block[at]! ** 2;
      const factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
      for (let at = column; at < block.length; at += SUBSPACE) block[at]! *= factor;
    }
  }
}

function innerProducts(left: Float64Array, right: Float64Array): number[][] {
  return Array.from({ length: SUBSPACE }, (_, row) =>
    Array.from({ length: SUBSPACE }, (_, column) => {
      let sum = 0;
      for (let at = 0; at < left.length; at += SUBSPACE) sum += left[at + row]! * right[at + column]!;
      return sum;
    }),
  );
}

/** Eigenvalues in descending order and their vectors, by Jacobi rotations of a small symmetric matrix. */
function symmetricEigen(matrix: number[][]): { values: number[]; vectors: number[][] } {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = matrix.map((_, row) => matrix.map((_, column) => (row === column ? 1 : 0)));
  for (let sweep = 0; sweep < 20; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (Math.abs(a[p]![q]!) < 1e-15) continue;
        const angle = 0.5 * Math.atan2(2 * a[p]![q]!, a[p]![p]! - a[q]![q]!);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const turn = (m: number[][], byRow: boolean) => {
          for (let n = 0; n < size; n++) {
            const [first, second] = byRow ? [m[p]![n]!, m[q]![n]!] : [m[n]![p]!, m[n]![q]!];
            const turned = [c * first + s * second, c * second - s * first] as const;
            if (byRow) [m[p]![n], m[q]![n]] = turned;
            else [m[n]![p], m[n]![q]] = turned;
          }
        };
        turn(a, false);
        turn(a, true);
        turn(v, false);
      }
    }
  }
  const order = a.map((_, index) => index).sort((left, right) => a[right]![right]! - a[left]![left]!);
  return {
    values: order.map((index) => a[index]![index]!),
    vectors: v.map((row) => order.map((index) => row[index]!)),
  };
}

function rotated(block: Float64Array, vectors: readonly number[][]): Float64Array<ArrayBuffer> {
  const result = new Float64Array(block.length);
  for (let at = 0; at < block.length; at += SUBSPACE) {
    for (let column = 0; column < SUBSPACE; column++) {
      let sum = 0;
      for (let row = 0; row < SUBSPACE; row++) sum += block[at + row]! * vectors[row]![column]!;
      result[at + column] = sum;
    }
  }
  return result;
}
