import { lorentzCentroid } from '../../../server/geometry/lorentz.ts';
import {
  applyIsometry,
  centerOf,
  compose,
  inverse,
  rotationOf,
  translation,
  translationBetween,
} from '../../../server/geometry/isometry.ts';
import { viewIsometry, ZOOM_RANGE } from '../../../server/geometry/diskView.ts';
import type { DiskPoint } from '../../../server/geometry/diskPoint.ts';
import type { DiskView } from '../../../server/geometry/diskView.ts';
import type { Isometry } from '../../../server/geometry/isometry.ts';

export type { DiskPoint } from '../../../server/geometry/diskPoint.ts';
export { HOME_VIEW, viewIsometry, ZOOM_RANGE } from '../../../server/geometry/diskView.ts';
export type { DiskView } from '../../../server/geometry/diskView.ts';

export type Plane = 'POINCARE' | 'EUCLIDEAN';

/** The canvas: middle and radius of the disk at zoom 1, in CSS pixels; y points down. */
export interface Screen {
  readonly middleX: number;
  readonly middleY: number;
  readonly radius: number;
}

/**
 * How far from the origin (geodesic distance) the view may go. int16 frames of a live run err by 0.7 pixels at 6 and by
 * more beyond; float32 of a finished layout errs by 0.4 pixels at 10.
 */
export const REACH = { live: 6, finished: 10 } as const;

/** A flat view may move so far that the unit disk is still partly visible. */
const FLAT_REACH = 2;
/** Pointers outside the disk pan like those just inside. */
const POINTER_LIMIT = 0.995;

export function screenToView(screen: Screen, zoom: number, pixelX: number, pixelY: number): DiskPoint {
  const scale = screen.radius * zoom;
  return { x: (pixelX - screen.middleX) / scale, y: (screen.middleY - pixelY) / scale };
}

export function viewToScreen(screen: Screen, zoom: number, { x, y }: DiskPoint): DiskPoint {
  const scale = screen.radius * zoom;
  return { x: screen.middleX + x * scale, y: screen.middleY - y * scale };
}

/** From the layout to where it is seen (before zoom). */
export function toView(plane: Plane, view: DiskView, point: DiskPoint): DiskPoint {
  if (plane === 'POINCARE') return applyIsometry(viewIsometry(view), point);
  return turn({ x: point.x - view.center.x, y: point.y - view.center.y }, view.rotation);
}

/** From where it is seen (before zoom) to the layout: the inverse of `toView`. */
export function fromView(plane: Plane, view: DiskView, seen: DiskPoint): DiskPoint {
  if (plane === 'POINCARE') return applyIsometry(inverse(viewIsometry(view)), seen);
  const back = turn(seen, -view.rotation);
  return { x: back.x + view.center.x, y: back.y + view.center.y };
}

/** Moves the view so that what is seen at `from` is seen at `to`, by the translation along one geodesic. */
export function panned(plane: Plane, view: DiskView, from: DiskPoint, to: DiskPoint): DiskView {
  if (plane === 'EUCLIDEAN') {
    const back = turn({ x: to.x - from.x, y: to.y - from.y }, -view.rotation);
    return { ...view, center: { x: view.center.x - back.x, y: view.center.y - back.y } };
  }
  return withIsometry(view, compose(translationBetween(insideDisk(from), insideDisk(to)), viewIsometry(view)));
}

/** Zooms by `factor`; what is seen at the pointer stays there. */
export function zoomed(plane: Plane, view: DiskView, factor: number, pointer: DiskPoint): DiskView {
  const zoom = Math.min(ZOOM_RANGE.max, Math.max(ZOOM_RANGE.min, view.zoom * factor));
  const to = { x: (pointer.x * view.zoom) / zoom, y: (pointer.y * view.zoom) / zoom };
  const outside = plane === 'POINCARE' && (Math.hypot(pointer.x, pointer.y) > 1 || Math.hypot(to.x, to.y) > 1);
  return { ...(outside ? view : panned(plane, view, pointer, to)), zoom };
}

export function rotated(view: DiskView, angle: number): DiskView {
  const rotation = view.rotation + angle;
  return { ...view, rotation: Math.atan2(Math.sin(rotation), Math.cos(rotation)) };
}

/**
 * The view on the way from `view` to the one with `target` in the middle; at constant speed along their geodesic.
 * @param progress 0 is `view`, 1 is the end
 */
export function glided(plane: Plane, view: DiskView, target: DiskPoint, progress: number): DiskView {
  const seen = toView(plane, view, target);
  const radius = Math.hypot(seen.x, seen.y);
  if (radius < 1e-12) return view;
  if (plane === 'EUCLIDEAN') {
    return panned(plane, view, seen, { x: seen.x * (1 - progress), y: seen.y * (1 - progress) });
  }
  const moved = Math.tanh(progress * Math.atanh(Math.min(radius, 1 - 1e-12)));
  const step = translation({ x: (-seen.x / radius) * moved, y: (-seen.y / radius) * moved });
  return withIsometry(view, compose(step, viewIsometry(view)));
}

/** Points that are fitted reach to this part of the disk's radius. */
const FIT_RADIUS = 0.8;
const MOST_FIT_ZOOM = 8;

/** Where the view has to go to show all of `points`: their center (of mass, in the hyperboloid), and the zoom there. */
export function fitTo(plane: Plane, points: Float64Array): { center: DiskPoint; zoom: number } {
  const center = plane === 'POINCARE' ? lorentzCentroid(points) : meanOf(points);
  const view: DiskView = { center, rotation: 0, zoom: 1 };
  let farthest = 0;
  for (let i = 0; i < points.length; i += 2) {
    const seen = toView(plane, view, { x: points[i]!, y: points[i + 1]! });
    farthest = Math.max(farthest, Math.hypot(seen.x, seen.y));
  }
  return { center, zoom: Math.min(MOST_FIT_ZOOM, Math.max(1, FIT_RADIUS / Math.max(farthest, 1e-9))) };
}

function meanOf(points: Float64Array): DiskPoint {
  let x = 0;
  let y = 0;
  for (let i = 0; i < points.length; i += 2) {
    x += points[i]!;
    y += points[i + 1]!;
  }
  return { x: (2 * x) / points.length, y: (2 * y) / points.length };
}

/** Distance of a point from the origin: geodesic on the disk, for a radius in [0, 1); Euclidean on a flat layout. */
export function distanceFromOrigin(plane: Plane, { x, y }: DiskPoint): number {
  const radius = Math.hypot(x, y);
  return plane === 'POINCARE' ? 2 * Math.atanh(radius) : radius;
}

/** Distance of every point from the origin: geodesic on the disk. @param coordinates N × 2, interleaved */
export function radiiOf(plane: Plane, coordinates: Float32Array): Float32Array {
  const radii = new Float32Array(coordinates.length / 2);
  for (let i = 0; i < radii.length; i++) {
    const norm = Math.hypot(coordinates[2 * i]!, coordinates[2 * i + 1]!);
    radii[i] = plane === 'POINCARE' ? 2 * Math.atanh(Math.min(norm, 1 - 1e-7)) : norm;
  }
  return radii;
}

/** Holds the center within `reach`; `stopped` tells that it had to. */
export function withinReach(plane: Plane, view: DiskView, reach: number): { view: DiskView; stopped: boolean } {
  const radius = Math.hypot(view.center.x, view.center.y);
  const limit = plane === 'POINCARE' ? Math.tanh(reach / 2) : FLAT_REACH;
  if (radius <= limit) return { view, stopped: false };
  const scale = limit / radius;
  return { view: { ...view, center: { x: view.center.x * scale, y: view.center.y * scale } }, stopped: true };
}

function withIsometry(view: DiskView, isometry: Isometry): DiskView {
  return { ...view, center: centerOf(isometry), rotation: rotationOf(isometry) };
}

function insideDisk(point: DiskPoint): DiskPoint {
  const radius = Math.hypot(point.x, point.y);
  return radius <= POINTER_LIMIT
    ? point
    : { x: (point.x / radius) * POINTER_LIMIT, y: (point.y / radius) * POINTER_LIMIT };
}

function turn({ x, y }: DiskPoint, angle: number): DiskPoint {
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  return { x: cosine * x - sine * y, y: sine * x + cosine * y };
}
