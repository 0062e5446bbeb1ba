import type { DiskPoint } from './diskPoint.ts';
import { isometryFromCenter, type Isometry } from './isometry.ts';

/** What somebody looks at: `center` lies in the middle of the screen, turned by `rotation` radians. */
export interface DiskView {
  readonly center: DiskPoint;
  readonly rotation: number;
  /** 1: the whole disk fits. */
  readonly zoom: number;
}

export const HOME_VIEW: DiskView = { center: { x: 0, y: 0 }, rotation: 0, zoom: 1 };
export const ZOOM_RANGE = { min: 0.5, max: 40 } as const;

/** Carries the layout to where it is seen, before zoom. */
export function viewIsometry({ center, rotation }: DiskView): Isometry {
  return isometryFromCenter(center, rotation);
}

/** The view that an address holds: `c` the center, `rot` in degrees, `z` the zoom; what makes no sense is left out. */
export function readDiskView(query: Readonly<Record<string, unknown>>): DiskView {
  const [x = NaN, y = NaN] = typeof query.c === 'string' ? query.c.split(',').map(Number) : [];
  const rotation = numberIn(query.rot, -360, 360);
  return {
    center: Math.hypot(x, y) < 1 ? { x, y } : HOME_VIEW.center,
    rotation: rotation === null ? 0 : (rotation * Math.PI) / 180,
    zoom: numberIn(query.z, ZOOM_RANGE.min, ZOOM_RANGE.max) ?? 1,
  };
}

/** A number of an address; null for text that is none, or one out of range. */
export function numberIn(text: unknown, low: number, high: number): number | null {
  if (typeof text !== 'string' || text.trim() === '') return null;
  const value = Number(text);
  return value >= low && value <= high ? value : null;
}
