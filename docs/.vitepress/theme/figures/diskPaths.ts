import { geodesicPoint, hyperbolicBall } from '../../../../server/geometry/index.ts';
import type { DiskPoint } from '../../../../server/geometry/index.ts';

const STEPS = 64;

/** The geodesic between two points as an SVG path, y upwards. */
export function geodesicPath(from: DiskPoint, to: DiskPoint): string {
  const places = Array.from({ length: STEPS + 1 }, (_, step) => geodesicPoint(step / STEPS, from, to));
  return `M${places.map(({ x, y }) => `${x.toFixed(4)} ${(-y).toFixed(4)}`).join('L')}`;
}

/** The hyperbolic circle as the Euclidean one that it is on the disk, y downwards. */
export function circleOf(center: DiskPoint, radius: number): { cx: number; cy: number; r: number } {
  const ball = hyperbolicBall(center, radius);
  return { cx: ball.center.x, cy: -ball.center.y, r: ball.radius };
}
