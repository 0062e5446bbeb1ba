import type { DiskPoint } from './diskPoint.ts';
import { applyIsometry, compose, inverse, isometryFromCenter, translation, type Isometry } from './isometry.ts';
import { lorentzCentroid } from './lorentz.ts';
import { conformalFactor, geodesicDistance, logMap } from './poincare.ts';

/** A distance-preserving map of the disk: the mirror image u ↦ ū first when `reflected`, then `isometry`. */
export interface Alignment {
  readonly isometry: Isometry;
  readonly reflected: boolean;
}

const CENTROID_ROUNDS = 4;
const REFINEMENT_ROUNDS = 30;
/** Steps shorter than this (hyperbolic length, radians) change nothing that float64 shows. */
const CONVERGED = 1e-14;
/** Points count fully up to about this multiple of the median residual, and hardly beyond. */
const RESIDUAL_SCALE = 1.5;
/** Keeps the weights finite when most points agree exactly. */
const SMALLEST_SCALE = 1e-13;

/** Where the alignment puts a point. */
export function applyAlignment({ isometry, reflected }: Alignment, point: DiskPoint): DiskPoint {
  return applyIsometry(isometry, reflected ? { x: point.x, y: -point.y } : point);
}

/**
 * The isometry of the disk, mirrored or not, that carries `right` as near as possible onto `left`: weighted Lorentz
 * centroids onto each other, then the best rotation, then Gauss–Newton steps on geodesic distance, with weights that fade
 * out points which have really moved (Geman and McClure 1987). There is no scaling: the hyperbolic plane has no
 * similarities.
 * @param left N × 2, interleaved; point i of both belongs together
 */
export function alignLayouts(left: Float64Array, right: Float64Array): Alignment {
  const straight = fit(left, right, false);
  const mirrored = fit(left, right, true);
  return mirrored.median < straight.median ? mirrored.alignment : straight.alignment;
}

/** The geodesic distance of every point of `left` from its aligned partner. */
export function residualsOf(left: Float64Array, right: Float64Array, alignment: Alignment): Float64Array {
  const residuals = new Float64Array(left.length / 2);
  for (let i = 0; i < residuals.length; i++) {
    residuals[i] = geodesicDistance(pointAt(left, i), applyAlignment(alignment, pointAt(right, i)));
  }
  return residuals;
}

function fit(left: Float64Array, right: Float64Array, reflected: boolean): { alignment: Alignment; median: number } {
  const weights = new Float64Array(left.length / 2).fill(1);
  let alignment: Alignment = { isometry: translation({ x: 0, y: 0 }), reflected };
  for (let round = 0; round < CENTROID_ROUNDS; round++) {
    alignment = alignByCentroids(left, right, weights, reflected);
    reweight(weights, residualsOf(left, right, alignment));
  }
  for (let round = 0; round < REFINEMENT_ROUNDS; round++) {
    const { isometry, length } = gaussNewtonStep(left, right, weights, alignment);
    alignment = { isometry: compose(isometry, alignment.isometry), reflected };
    reweight(weights, residualsOf(left, right, alignment));
    if (length < CONVERGED) break;
  }
  return { alignment, median: medianOf(residualsOf(left, right, alignment)) };
}

/** Both centroids to the origin, best rotation there, and back to where the left one was. */
function alignByCentroids(
  left: Float64Array,
  right: Float64Array,
  weights: Float64Array,
  reflected: boolean,
): Alignment {
  const leftHome = isometryFromCenter(lorentzCentroid(left, weights), 0);
  const rightCenter = lorentzCentroid(right, weights);
  const rightHome = isometryFromCenter(reflected ? { x: rightCenter.x, y: -rightCenter.y } : rightCenter, 0);
  let re = 0;
  let im = 0;
  for (let i = 0; i < weights.length; i++) {
    const a = applyIsometry(leftHome, pointAt(left, i));
    const b = applyAlignment({ isometry: rightHome, reflected }, pointAt(right, i));
    re += weights[i] * (a.x * b.x + a.y * b.y);
    im += weights[i] * (a.y * b.x - a.x * b.y);
  }
  const turn = isometryFromCenter({ x: 0, y: 0 }, Math.atan2(im, re));
  return { isometry: compose(inverse(leftHome), compose(turn, rightHome)), reflected };
}

/**
 * One step on the sum of squared distances. An infinitesimal isometry moves z by b − b̄z² + iφz; its three real numbers
 * (b, φ) solve the normal equations of Σ w λ² |b − b̄z² + iφz − log_z(target)|².
 */
function gaussNewtonStep(
  left: Float64Array,
  right: Float64Array,
  weights: Float64Array,
  alignment: Alignment,
): { isometry: Isometry; length: number } {
  const normal = new Float64Array(9);
  const side = new Float64Array(3);
  for (let i = 0; i < weights.length; i++) {
    const z = applyAlignment(alignment, pointAt(right, i));
    const wanted = logMap(z, pointAt(left, i));
    const factor = conformalFactor(z);
    const weight = weights[i] * factor * factor;
    const squareRe = z.x * z.x - z.y * z.y;
    const squareIm = 2 * z.x * z.y;
    const columns = [1 - squareRe, -squareIm, -squareIm, 1 + squareRe, -z.y, z.x];
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        normal[3 * a + b] += weight * (columns[2 * a] * columns[2 * b] + columns[2 * a + 1] * columns[2 * b + 1]);
      }
      side[a] += weight * (columns[2 * a] * wanted.x + columns[2 * a + 1] * wanted.y);
    }
  }
  const [bx, by, angle] = solveThree(normal, side);
  const length = Math.hypot(bx, by);
  const scale = length > 0 ? Math.tanh(Math.min(length, 1)) / length : 0;
  const turn = isometryFromCenter({ x: 0, y: 0 }, angle);
  return { isometry: compose(translation({ x: bx * scale, y: by * scale }), turn), length: length + Math.abs(angle) };
}

function reweight(weights: Float64Array, residuals: Float64Array): void {
  const scale = Math.max(SMALLEST_SCALE, RESIDUAL_SCALE * medianOf(residuals));
  for (let i = 0; i < weights.length; i++) {
    const ratio = residuals[i] / scale;
    weights[i] = 1 / (1 + ratio * ratio) ** 2;
  }
}

function medianOf(values: Float64Array): number {
  return values.slice().sort()[values.length >> 1];
}

/** Solves a symmetric 3 × 3 system by Cramer's rule; a singular one gives zeros, which is no step. */
function solveThree(m: Float64Array, v: Float64Array): [number, number, number] {
  const minor = (a: number, b: number, c: number, d: number): number => m[a] * m[d] - m[b] * m[c];
  const c0 = minor(4, 5, 7, 8);
  const c1 = minor(3, 5, 6, 8);
  const c2 = minor(3, 4, 6, 7);
  const determinant = m[0] * c0 - m[1] * c1 + m[2] * c2;
  if (!(Math.abs(determinant) > 0)) return [0, 0, 0];
  return [
    (v[0] * c0 - m[1] * (v[1] * m[8] - m[5] * v[2]) + m[2] * (v[1] * m[7] - m[4] * v[2])) / determinant,
    (m[0] * (v[1] * m[8] - m[5] * v[2]) - v[0] * c1 + m[2] * (m[3] * v[2] - v[1] * m[6])) / determinant,
    (m[0] * (m[4] * v[2] - v[1] * m[7]) - m[1] * (m[3] * v[2] - v[1] * m[6]) + v[0] * c2) / determinant,
  ];
}

function pointAt(positions: Float64Array, index: number): DiskPoint {
  return { x: positions[2 * index], y: positions[2 * index + 1] };
}
