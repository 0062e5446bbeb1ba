import { IDENTITY_ALIGNMENT, type Alignment } from '../geometry/alignment.ts';
import type { DiskPoint } from '../geometry/diskPoint.ts';
import { viewIsometry, type DiskView } from '../geometry/diskView.ts';
import { applyIsometry, compose } from '../geometry/isometry.ts';
import { geodesicPoint } from '../geometry/poincare.ts';

/** One disk of the picture. */
export interface SharedDisk {
  /** N × 2, interleaved. */
  readonly positions: Float64Array;
  readonly hyperbolic: boolean;
  /** Lays it over the first one. */
  readonly alignment: Alignment;
  /** Class of every point, −1 for none. */
  readonly codes: Int32Array;
  /** What colors show instead of classes; NaN where nothing was measured. */
  readonly values: Float32Array | null;
  /** The selected points; none where nothing is selected. */
  readonly selected: ReadonlySet<number>;
  /** N × 2: where the point's image lies in the first disk, NaN where it does not; null where that is not drawn. */
  readonly places: Float64Array | null;
  /** Share of the way there that each point has gone. */
  readonly morph: number;
  /** Points whose way there is drawn. */
  readonly trails: readonly number[];
}

/**
 * The way of a point, as it is seen before zoom, from its own place at 0 to that in the first disk at 1: the geodesic, or
 * the straight line of a flat layout. A point without such a place stays.
 */
export function waysToFirst(disk: SharedDisk, view: DiskView): (point: number) => (share: number) => DiskPoint {
  const { positions, places, hyperbolic } = disk;
  const seenAt = placing(disk, view);
  const seenInFirst = placing({ ...disk, alignment: IDENTITY_ALIGNMENT }, view);
  return (point) => {
    const start = seenAt({ x: positions[2 * point], y: positions[2 * point + 1] });
    if (places === null || Number.isNaN(places[2 * point])) return () => start;
    const end = seenInFirst({ x: places[2 * point], y: places[2 * point + 1] });
    return (share) => {
      if (share === 0) return start;
      if (hyperbolic) return geodesicPoint(share, start, end);
      return { x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y) };
    };
  };
}

/** From the layout to where a point is seen before zoom; y points up. */
function placing({ alignment, hyperbolic }: SharedDisk, view: DiskView): (point: DiskPoint) => DiskPoint {
  const isometry = compose(viewIsometry(view), alignment.isometry);
  const cosine = Math.cos(view.rotation);
  const sine = Math.sin(view.rotation);
  return (point) => {
    if (hyperbolic) return applyIsometry(isometry, alignment.reflected ? { x: point.x, y: -point.y } : point);
    const x = point.x - view.center.x;
    const y = point.y - view.center.y;
    return { x: cosine * x - sine * y, y: sine * x + cosine * y };
  };
}
