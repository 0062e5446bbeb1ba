// The Poincaré disk at curvature −1. Points and tangent vectors are pairs; a tangent vector is given in the coordinates of
// the disk, where its hyperbolic length is conformalFactor(base)·|v|. Formulas: A. A. Ungar, "A Gyrovector Space Approach
// to Hyperbolic Geometry" (2008); Ganea, Bécigneul, Hofmann, "Hyperbolic Neural Networks" (2018), section 2.
import type { DiskPoint } from './diskPoint.ts';
import { LARGEST_RADIUS, SMALLEST_LENGTH } from './tolerances.ts';

export type { DiskPoint } from './diskPoint.ts';

/** λ(x) = 2 / (1 − |x|²), by which the metric stretches lengths at x. */
export function conformalFactor({ x, y }: DiskPoint): number {
  return 2 / (1 - x * x - y * y);
}

/**
 * sinh²(d/2) = |u − v|² / ((1 − |u|²)(1 − |v|²)): a rational function of the distance d that needs no acosh, grows with
 * it, and loses nothing for near points.
 */
export function sinhSquaredHalfDistance(u: DiskPoint, v: DiskPoint): number {
  const dx = u.x - v.x;
  const dy = u.y - v.y;
  return (dx * dx + dy * dy) / ((1 - u.x * u.x - u.y * u.y) * (1 - v.x * v.x - v.y * v.y));
}

/** The geodesic distance d(u, v) = acosh(1 + 2·sinh²(d/2)), computed as 2·asinh for near points' sake. */
export function geodesicDistance(u: DiskPoint, v: DiskPoint): number {
  return distanceFromSinhSquaredHalf(sinhSquaredHalfDistance(u, v));
}

export function distanceFromSinhSquaredHalf(value: number): number {
  return 2 * Math.asinh(Math.sqrt(value));
}

/** x ⊕ y = (x + y) / (1 + x̄y) in complex numbers: the translation along the diameter through x, applied to y. */
export function mobiusAdd(x: DiskPoint, y: DiskPoint): DiskPoint {
  const re = 1 + x.x * y.x + x.y * y.y;
  const im = x.x * y.y - x.y * y.x;
  const norm = re * re + im * im;
  const topRe = x.x + y.x;
  const topIm = x.y + y.y;
  return { x: (topRe * re + topIm * im) / norm, y: (topIm * re - topRe * im) / norm };
}

/** r ⊗ x: the point on the ray through x at r times its distance from the origin. */
export function mobiusScalarMul(r: number, x: DiskPoint): DiskPoint {
  const length = Math.hypot(x.x, x.y);
  if (length < SMALLEST_LENGTH) return x;
  const scale = Math.tanh(r * Math.atanh(Math.min(length, LARGEST_RADIUS))) / length;
  return { x: x.x * scale, y: x.y * scale };
}

/** −x, which undoes the translation by x: (−x) ⊕ (x ⊕ y) = y. */
export function mobiusNegate({ x, y }: DiskPoint): DiskPoint {
  return { x: -x, y: -y };
}

/** The point at time 1 of the geodesic that leaves the origin with velocity `tangent`. */
export function expMap0(tangent: DiskPoint): DiskPoint {
  const length = Math.hypot(tangent.x, tangent.y);
  if (length < SMALLEST_LENGTH) return tangent;
  // The metric doubles lengths at the origin, hence the point at hyperbolic distance 2·length.
  const scale = Math.tanh(length) / length;
  return projectToDisk({ x: tangent.x * scale, y: tangent.y * scale });
}

/** The velocity with which the geodesic leaves the origin that reaches `point` at time 1. */
export function logMap0(point: DiskPoint): DiskPoint {
  const length = Math.hypot(point.x, point.y);
  if (length < SMALLEST_LENGTH) return point;
  const scale = Math.atanh(Math.min(length, LARGEST_RADIUS)) / length;
  return { x: point.x * scale, y: point.y * scale };
}

/** The point at time 1 of the geodesic that leaves `base` with velocity `tangent`. */
export function expMap(base: DiskPoint, tangent: DiskPoint): DiskPoint {
  const half = conformalFactor(base) / 2;
  return projectToDisk(mobiusAdd(base, expMap0({ x: tangent.x * half, y: tangent.y * half })));
}

/** The velocity with which the geodesic leaves `base` that reaches `point` at time 1; undoes `expMap`. */
export function logMap(base: DiskPoint, point: DiskPoint): DiskPoint {
  const atOrigin = logMap0(mobiusAdd(mobiusNegate(base), point));
  const half = conformalFactor(base) / 2;
  return { x: atOrigin.x / half, y: atOrigin.y / half };
}

/**
 * −z ⊕ w = (w − z) / (1 − z̄w) of z = x + iy and w = u + iv, as `mobiusAdd` has it, for passes over many points: without an
 * object each.
 * @param into two numbers
 */
export function mobiusDifferenceInto(into: Float64Array, x: number, y: number, u: number, v: number): void {
  const belowRe = 1 - x * u - y * v;
  const belowIm = y * u - x * v;
  const below = belowRe * belowRe + belowIm * belowIm;
  into[0] = ((u - x) * belowRe + (v - y) * belowIm) / below;
  into[1] = ((v - y) * belowRe - (u - x) * belowIm) / below;
}

/** The point at share t of the way from x to y, at constant speed. */
export function geodesicPoint(t: number, x: DiskPoint, y: DiskPoint): DiskPoint {
  return mobiusAdd(x, mobiusScalarMul(t, mobiusAdd(mobiusNegate(x), y)));
}

/**
 * The rotation by which a ⊕ (b ⊕ z) and (a ⊕ b) ⊕ z differ, as a complex number of modulus 1: gyr[a, b] =
 * (1 + a·b̄) / (1 + ā·b).
 */
export function gyration(a: DiskPoint, b: DiskPoint): DiskPoint {
  const re = 1 + a.x * b.x + a.y * b.y;
  const im = a.y * b.x - a.x * b.y;
  const norm = re * re + im * im;
  return { x: (re * re - im * im) / norm, y: (2 * re * im) / norm };
}

/** Carries a tangent vector along the geodesic from `from` to `to`: PT(v) = λ(from)/λ(to)·gyr[to, −from] v. */
export function parallelTransport(from: DiskPoint, to: DiskPoint, tangent: DiskPoint): DiskPoint {
  const turn = gyration(to, mobiusNegate(from));
  const scale = conformalFactor(from) / conformalFactor(to);
  return {
    x: scale * (turn.x * tangent.x - turn.y * tangent.y),
    y: scale * (turn.x * tangent.y + turn.y * tangent.x),
  };
}

/** The gradient in the metric of the disk from the partial derivatives: grad f = ∂f / λ(x)². */
export function riemannianGradient(base: DiskPoint, partials: DiskPoint): DiskPoint {
  const factor = conformalFactor(base);
  return { x: partials.x / (factor * factor), y: partials.y / (factor * factor) };
}

/** The point itself inside the open disk; one that rounding has put on the rim or beyond, back inside. */
export function projectToDisk(point: DiskPoint): DiskPoint {
  const length = Math.hypot(point.x, point.y);
  if (length <= LARGEST_RADIUS) return point;
  const scale = LARGEST_RADIUS / length;
  return { x: point.x * scale, y: point.y * scale };
}
