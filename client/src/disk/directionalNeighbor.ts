import { toView } from './diskTransform.ts';
import type { DiskPoint, DiskView, Plane } from './diskTransform.ts';
import type { Motion } from './nearestPoint.ts';

/** Only points within this angle of the direction count: cos 50°. */
const CONE = Math.cos((50 * Math.PI) / 180);

/**
 * The visible point to which an arrow key leads from `start`: the nearest in a cone around `direction`, as seen on the
 * screen. Without a start, the point nearest to the middle.
 */
export function nearestInDirection(
  plane: Plane,
  view: DiskView,
  { from, to, share }: Motion,
  start: number | null,
  direction: DiskPoint,
  colors: Uint8Array,
): number | null {
  const seen = (point: number): DiskPoint =>
    toView(plane, view, {
      x: from[2 * point]! + share * (to[2 * point]! - from[2 * point]!),
      y: from[2 * point + 1]! + share * (to[2 * point + 1]! - from[2 * point + 1]!),
    });
  const origin = start === null ? { x: 0, y: 0 } : seen(start);
  let best: number | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let i = 0; 2 * i < from.length; i++) {
    if (i === start || colors[4 * i + 3] === 0) continue;
    const place = seen(i);
    const dx = place.x - origin.x;
    const dy = place.y - origin.y;
    const distance = Math.hypot(dx, dy);
    const ahead = start === null || dx * direction.x + dy * direction.y >= CONE * distance;
    if (ahead && distance > 0 && distance < bestDistance) {
      bestDistance = distance;
      best = i;
    }
  }
  return best;
}
