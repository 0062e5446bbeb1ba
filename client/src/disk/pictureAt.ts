import { toView } from './diskTransform.ts';
import type { DiskPoint, DiskView, Plane } from './diskTransform.ts';
import { pictureSide } from './layers/pictures/pictureSize.ts';
import type { PictureSizes } from './layers/pictures/pictureSize.ts';
import type { Motion } from './nearestPoint.ts';

/**
 * The picture under the pointer: of those that cover the place, the most central, as it lies on top.
 * @param separations for every point the geodesic distance that its picture has to itself
 * @param colors RGBA a point; those with alpha 0 are hidden
 * @returns the index of its point, or −1
 */
export function pictureAt(
  plane: Plane,
  view: DiskView,
  { from, to, share }: Motion,
  seen: DiskPoint,
  sizes: PictureSizes,
  separations: Float32Array,
  colors: Uint8Array,
): number {
  let best = -1;
  let bestRadius = Number.POSITIVE_INFINITY;
  for (let i = 0; i < separations.length; i++) {
    // Nothing has more room than in the middle of the disk.
    if (colors[4 * i + 3] === 0 || pictureSide(plane, sizes, separations[i]!, 1) === 0) continue;
    const place = toView(plane, view, {
      x: from[2 * i]! + share * (to[2 * i]! - from[2 * i]!),
      y: from[2 * i + 1]! + share * (to[2 * i + 1]! - from[2 * i + 1]!),
    });
    const radius = Math.hypot(place.x, place.y);
    const side = pictureSide(plane, sizes, separations[i]!, 1 - radius * radius);
    const away = Math.max(Math.abs(place.x - seen.x), Math.abs(place.y - seen.y)) * sizes.scalePixels;
    if (away <= side / 2 && radius < bestRadius) {
      best = i;
      bestRadius = radius;
    }
  }
  return best;
}
