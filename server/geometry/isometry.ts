import type { DiskPoint } from './diskPoint.ts';

/**
 * Orientation-preserving isometries of the Poincaré disk as SU(1,1): w = (αz + β) / (β̄z + ᾱ) with |α|² − |β|² = 1.
 * All in double precision; composition is exact up to rounding, so a long chain of gestures does not drift off the disk.
 */
export interface Isometry {
  readonly alphaRe: number;
  readonly alphaIm: number;
  readonly betaRe: number;
  readonly betaIm: number;
}

export const IDENTITY: Isometry = { alphaRe: 1, alphaIm: 0, betaRe: 0, betaIm: 0 };

/** w = e^(i·rotation) (z − c) / (1 − c̄z): brings `center` to the origin, then turns. `rotation` in radians. */
export function isometryFromCenter(center: DiskPoint, rotation: number): Isometry {
  const scale = 1 / Math.sqrt(1 - center.x * center.x - center.y * center.y);
  const alphaRe = Math.cos(rotation / 2) * scale;
  const alphaIm = Math.sin(rotation / 2) * scale;
  return {
    alphaRe,
    alphaIm,
    betaRe: -(alphaRe * center.x - alphaIm * center.y),
    betaIm: -(alphaRe * center.y + alphaIm * center.x),
  };
}

/** The point that `isometry` brings to the origin: −β/α. */
export function centerOf({ alphaRe, alphaIm, betaRe, betaIm }: Isometry): DiskPoint {
  const norm = alphaRe * alphaRe + alphaIm * alphaIm;
  return { x: -(betaRe * alphaRe + betaIm * alphaIm) / norm, y: -(betaIm * alphaRe - betaRe * alphaIm) / norm };
}

/** The angle by which `isometry` turns after bringing its center to the origin, in (−π, π]. */
export function rotationOf({ alphaRe, alphaIm }: Isometry): number {
  const angle = 2 * Math.atan2(alphaIm, alphaRe);
  return angle > Math.PI ? angle - 2 * Math.PI : angle <= -Math.PI ? angle + 2 * Math.PI : angle;
}

/** `first`, then `second`. */
export function compose(second: Isometry, first: Isometry): Isometry {
  const { alphaRe: a, alphaIm: b, betaRe: c, betaIm: d } = second;
  const { alphaRe: p, alphaIm: q, betaRe: r, betaIm: s } = first;
  // [α β; β̄ ᾱ] · [p r; r̄ p̄]: α' = αp + βr̄, β' = αr + βp̄.
  const alphaRe = a * p - b * q + c * r + d * s;
  const alphaIm = a * q + b * p + d * r - c * s;
  const betaRe = a * r - b * s + c * p + d * q;
  const betaIm = a * s + b * r + d * p - c * q;
  const scale = 1 / Math.sqrt(alphaRe * alphaRe + alphaIm * alphaIm - betaRe * betaRe - betaIm * betaIm);
  return { alphaRe: alphaRe * scale, alphaIm: alphaIm * scale, betaRe: betaRe * scale, betaIm: betaIm * scale };
}

export function inverse({ alphaRe, alphaIm, betaRe, betaIm }: Isometry): Isometry {
  return { alphaRe, alphaIm: -alphaIm, betaRe: -betaRe, betaIm: -betaIm };
}

export function applyIsometry({ alphaRe, alphaIm, betaRe, betaIm }: Isometry, { x, y }: DiskPoint): DiskPoint {
  const topRe = alphaRe * x - alphaIm * y + betaRe;
  const topIm = alphaRe * y + alphaIm * x + betaIm;
  const bottomRe = betaRe * x + betaIm * y + alphaRe;
  const bottomIm = betaRe * y - betaIm * x - alphaIm;
  const norm = bottomRe * bottomRe + bottomIm * bottomIm;
  return { x: (topRe * bottomRe + topIm * bottomIm) / norm, y: (topIm * bottomRe - topRe * bottomIm) / norm };
}

/** The translation w ↦ (w + b) / (1 + b̄w) along the diameter through `b`. */
export function translation(b: DiskPoint): Isometry {
  return isometryFromCenter({ x: -b.x, y: -b.y }, 0);
}

/**
 * The translation along a diameter that carries `from` to `to`. From b − from·to·b̄ = to − from it follows that
 * b = (d + from·to·d̄) / (1 − |from·to|²) with d = to − from.
 */
export function translationBetween(from: DiskPoint, to: DiskPoint): Isometry {
  const productRe = from.x * to.x - from.y * to.y;
  const productIm = from.x * to.y + from.y * to.x;
  const deltaRe = to.x - from.x;
  const deltaIm = to.y - from.y;
  const scale = 1 / (1 - productRe * productRe - productIm * productIm);
  return translation({
    x: (deltaRe + productRe * deltaRe + productIm * deltaIm) * scale,
    y: (deltaIm + productIm * deltaRe - productRe * deltaIm) * scale,
  });
}
