import type { DiskPoint } from './diskPoint.ts';

/** A circle of the plane. */
export interface EuclideanDisk {
  readonly center: DiskPoint;
  readonly radius: number;
}

/**
 * The hyperbolic ball as the Euclidean disk that it is: with T = tanh(ρ/2), center c(1−T²)/(1−|c|²T²), radius
 * T(1−|c|²)/(1−|c|²T²).
 * @param radius hyperbolic, ≥ 0
 */
export function hyperbolicBall(center: DiskPoint, radius: number): EuclideanDisk {
  const t = Math.tanh(radius / 2);
  const squared = center.x * center.x + center.y * center.y;
  const denominator = 1 - squared * t * t;
  const shrink = (1 - t * t) / denominator;
  return { center: { x: center.x * shrink, y: center.y * shrink }, radius: (t * (1 - squared)) / denominator };
}
