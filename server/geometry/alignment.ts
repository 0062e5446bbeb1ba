import type { DiskPoint } from './diskPoint.ts';
import {
  applyIsometry,
  compose,
  IDENTITY,
  inverse,
  isometryFromCenter,
  translation,
  type Isometry,
} from './isometry.ts';
import { lorentzCentroid } from './lorentz.ts';
import { mobiusDifferenceInto } from './poincare.ts';
import { LARGEST_RADIUS } from './tolerances.ts';

/** A distance-preserving map of the disk: the mirror image u ↦ ū first when `reflected`, then `isometry`. */
export interface Alignment {
  readonly isometry: Isometry;
  readonly reflected: boolean;
}

const CENTROID_ROUNDS = 4;
const REFINEMENT_ROUNDS = 30;
/** After the sample has converged, all points move the result a little. */
const FINAL_ROUNDS = 8;
/** Straight or mirrored, and nearly where to, is decided on so many points, evenly spread over the list. */
const SAMPLE_SIZE = 4096;
/** Steps shorter than this (hyperbolic length, radians) change nothing that float64 shows. */
const CONVERGED = 1e-14;
/** And these are shorter than what all points change of the sample's result. */
const SAMPLE_CONVERGED = 1e-6;
/** Points count fully up to about this multiple of the median residual, and hardly beyond. */
const RESIDUAL_SCALE = 1.5;
/** Keeps the weights finite when most points agree exactly. */
const SMALLEST_SCALE = 1e-13;

export const IDENTITY_ALIGNMENT: Alignment = { isometry: IDENTITY, reflected: false };

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
  const stride = Math.ceil(left.length / 2 / SAMPLE_SIZE);
  const sample = new Pairs(everyNth(left, stride), everyNth(right, stride));
  const converged = stride === 1 ? CONVERGED : SAMPLE_CONVERGED;
  const straight = fitFromCentroids(sample, false, converged);
  const mirrored = fitFromCentroids(sample, true, converged);
  const best = mirrored.median < straight.median ? mirrored.alignment : straight.alignment;
  return stride === 1 ? best : refine(new Pairs(left, right), best, FINAL_ROUNDS, CONVERGED);
}

/** The geodesic distance of every point of `left` from its aligned partner. */
export function residualsOf(left: Float64Array, right: Float64Array, { isometry, reflected }: Alignment): Float64Array {
  const moved = new Float64Array(right.length);
  applyToAll(isometry, reflected, right, moved);
  const residuals = new Float64Array(left.length / 2);
  for (let i = 0; i < residuals.length; i++) {
    const x = moved[2 * i];
    const y = moved[2 * i + 1];
    const u = left[2 * i];
    const v = left[2 * i + 1];
    const square = (u - x) * (u - x) + (v - y) * (v - y);
    // d = 2 asinh √(sinh²(d/2)), as in `geodesicDistance`.
    residuals[i] = 2 * Math.asinh(Math.sqrt(square / ((1 - x * x - y * y) * (1 - u * u - v * v))));
  }
  return residuals;
}

/** Two layouts, and what every round computes of them: plain arrays, since a round is a pass over all points. */
class Pairs {
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** N × 2: the right layout where the alignment puts it. */
  readonly moved: Float64Array;
  /** N × 2: the tangent vectors at `moved` that lead to the left layout. */
  readonly wanted: Float64Array;
  /** N: geodesic distance of each aligned pair. */
  readonly residuals: Float64Array;
  readonly weights: Float64Array;

  constructor(left: Float64Array, right: Float64Array) {
    this.left = left;
    this.right = right;
    this.moved = new Float64Array(left.length);
    this.wanted = new Float64Array(left.length);
    this.residuals = new Float64Array(left.length / 2);
    this.weights = new Float64Array(left.length / 2).fill(1);
  }

  /** Puts the right layout where the alignment says, and finds how far and where to each point has to go. */
  move({ isometry, reflected }: Alignment): void {
    const { left, moved, wanted, residuals } = this;
    applyToAll(isometry, reflected, this.right, moved);
    const difference = new Float64Array(2);
    for (let i = 0; i < residuals.length; i++) {
      const x = moved[2 * i];
      const y = moved[2 * i + 1];
      // m = −z ⊕ t; d = 2 artanh|m|; log_z(t) = m · artanh|m| / |m| · (1 − |z|²).
      mobiusDifferenceInto(difference, x, y, left[2 * i], left[2 * i + 1]);
      const [mx, my] = [difference[0], difference[1]];
      const length = Math.sqrt(mx * mx + my * my);
      const halfDistance = Math.atanh(Math.min(length, LARGEST_RADIUS));
      const inside = 1 - x * x - y * y;
      const scale = length > 1e-150 ? (inside * halfDistance) / length : inside;
      wanted[2 * i] = mx * scale;
      wanted[2 * i + 1] = my * scale;
      residuals[i] = 2 * halfDistance;
    }
  }

  reweight(): void {
    const scale = Math.max(SMALLEST_SCALE, RESIDUAL_SCALE * medianOf(this.residuals));
    for (let i = 0; i < this.weights.length; i++) {
      const ratio = this.residuals[i] / scale;
      const root = 1 / (1 + ratio * ratio);
      this.weights[i] = root * root;
    }
  }
}

function fitFromCentroids(
  pairs: Pairs,
  reflected: boolean,
  converged: number,
): { alignment: Alignment; median: number } {
  pairs.weights.fill(1);
  let alignment = alignByCentroids(pairs, reflected);
  for (let round = 1; round < CENTROID_ROUNDS; round++) {
    pairs.move(alignment);
    pairs.reweight();
    alignment = alignByCentroids(pairs, reflected);
  }
  alignment = refine(pairs, alignment, REFINEMENT_ROUNDS, converged);
  pairs.move(alignment);
  return { alignment, median: medianOf(pairs.residuals) };
}

function refine(pairs: Pairs, start: Alignment, rounds: number, converged: number): Alignment {
  let alignment = start;
  for (let round = 0; round < rounds; round++) {
    pairs.move(alignment);
    pairs.reweight();
    const { isometry, length } = gaussNewtonStep(pairs);
    alignment = { isometry: compose(isometry, alignment.isometry), reflected: start.reflected };
    if (length < converged) break;
  }
  return alignment;
}

/** Both centroids to the origin, best rotation there, and back to where the left one was. */
function alignByCentroids({ left, right, moved, weights }: Pairs, reflected: boolean): Alignment {
  const leftHome = isometryFromCenter(lorentzCentroid(left, weights), 0);
  const rightCenter = lorentzCentroid(right, weights);
  const rightHome = isometryFromCenter(reflected ? { x: rightCenter.x, y: -rightCenter.y } : rightCenter, 0);
  const leftMoved = new Float64Array(left.length);
  applyToAll(leftHome, false, left, leftMoved);
  applyToAll(rightHome, reflected, right, moved);
  let re = 0;
  let im = 0;
  for (let i = 0; i < weights.length; i++) {
    const ax = leftMoved[2 * i];
    const ay = leftMoved[2 * i + 1];
    const bx = moved[2 * i];
    const by = moved[2 * i + 1];
    re += weights[i] * (ax * bx + ay * by);
    im += weights[i] * (ay * bx - ax * by);
  }
  const turn = isometryFromCenter({ x: 0, y: 0 }, Math.atan2(im, re));
  return { isometry: compose(inverse(leftHome), compose(turn, rightHome)), reflected };
}

/**
 * One step on the sum of squared distances. An infinitesimal isometry moves z by b − b̄z² + iφz; its three real numbers
 * (b, φ) solve the normal equations of Σ w λ² |b − b̄z² + iφz − log_z(target)|².
 */
function gaussNewtonStep({ moved, wanted, weights }: Pairs): { isometry: Isometry; length: number } {
  let [n0, n1, n2, n4, n5, n8] = [0, 0, 0, 0, 0, 0];
  let [s0, s1, s2] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const x = moved[2 * i];
    const y = moved[2 * i + 1];
    const wantedX = wanted[2 * i];
    const wantedY = wanted[2 * i + 1];
    const inside = 1 - x * x - y * y;
    const weight = (4 * weights[i]) / (inside * inside);
    const squareRe = x * x - y * y;
    const squareIm = 2 * x * y;
    const a = 1 - squareRe;
    const b = 1 + squareRe;
    n0 += weight * (a * a + squareIm * squareIm);
    n1 -= weight * squareIm * (a + b);
    n2 += weight * (-a * y - squareIm * x);
    n4 += weight * (squareIm * squareIm + b * b);
    n5 += weight * (squareIm * y + b * x);
    n8 += weight * (x * x + y * y);
    s0 += weight * (a * wantedX - squareIm * wantedY);
    s1 += weight * (-squareIm * wantedX + b * wantedY);
    s2 += weight * (-y * wantedX + x * wantedY);
  }
  const normal = Float64Array.of(n0, n1, n2, n1, n4, n5, n2, n5, n8);
  const [bx, by, angle] = solveThree(normal, Float64Array.of(s0, s1, s2));
  const length = Math.hypot(bx, by);
  const scale = length > 0 ? Math.tanh(Math.min(length, 1)) / length : 0;
  const turn = isometryFromCenter({ x: 0, y: 0 }, angle);
  return { isometry: compose(translation({ x: bx * scale, y: by * scale }), turn), length: length + Math.abs(angle) };
}

/** `applyIsometry` for all points, after the mirror image when `reflected`, without an object a point. */
function applyToAll(isometry: Isometry, reflected: boolean, points: Float64Array, into: Float64Array): void {
  const { alphaRe, alphaIm, betaRe, betaIm } = isometry;
  const sign = reflected ? -1 : 1;
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i];
    const y = sign * points[i + 1];
    const topRe = alphaRe * x - alphaIm * y + betaRe;
    const topIm = alphaRe * y + alphaIm * x + betaIm;
    const bottomRe = betaRe * x + betaIm * y + alphaRe;
    const bottomIm = betaRe * y - betaIm * x - alphaIm;
    const norm = bottomRe * bottomRe + bottomIm * bottomIm;
    into[i] = (topRe * bottomRe + topIm * bottomIm) / norm;
    into[i + 1] = (topIm * bottomRe - topRe * bottomIm) / norm;
  }
}

function everyNth(points: Float64Array, stride: number): Float64Array {
  if (stride === 1) return points;
  const count = Math.ceil(points.length / 2 / stride);
  const picked = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    picked[2 * i] = points[2 * i * stride];
    picked[2 * i + 1] = points[2 * i * stride + 1];
  }
  return picked;
}

/** Of up to a few thousand values evenly spread over all. */
function medianOf(values: Float64Array): number {
  const stride = Math.ceil(values.length / SAMPLE_SIZE);
  const sample = new Float64Array(Math.ceil(values.length / stride));
  for (let i = 0; i < sample.length; i++) sample[i] = values[i * stride];
  return sample.sort()[sample.length >> 1];
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
