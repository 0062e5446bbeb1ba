import type { DiskView, Plane } from '../disk/diskTransform.ts';
import { isometryFromCenter } from '../../../server/geometry/isometry.ts';
import { PointSet } from './pointSet.ts';

/** The arrays between which points are drawn, each N × 2. */
export interface Motion {
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly share: number;
}

/**
 * The visible points that are seen inside a polygon. The test is made where things are seen: straight edges on the
 * screen are curved in the layout.
 * @param polygon x0 y0 x1 y1 … in view coordinates (before zoom); closed by itself, even-odd rule
 * @param colors RGBA a point; those with alpha 0 are hidden
 */
export function pointsInPolygon(
  plane: Plane,
  view: DiskView,
  { from, to, share }: Motion,
  polygon: Float64Array,
  colors: Uint8Array,
): PointSet {
  const pointCount = from.length / 2;
  if (polygon.length < 6) return PointSet.none(pointCount);
  const flat = plane === 'EUCLIDEAN';
  const { alphaRe, alphaIm, betaRe, betaIm } = isometryFromCenter(flat ? { x: 0, y: 0 } : view.center, view.rotation);
  const shiftX = flat ? view.center.x : 0;
  const shiftY = flat ? view.center.y : 0;
  const box = boundsOf(polygon);
  const bands = bandsOf(polygon, box);
  return PointSet.where(pointCount, (i) => {
    if (colors[4 * i + 3] === 0) return false;
    const x = from[2 * i]! + share * (to[2 * i]! - from[2 * i]!) - shiftX;
    const y = from[2 * i + 1]! + share * (to[2 * i + 1]! - from[2 * i + 1]!) - shiftY;
    // w = (αz + β) / (β̄z + ᾱ), as in nearestPoint.
    const topRe = alphaRe * x - alphaIm * y + betaRe;
    const topIm = alphaRe * y + alphaIm * x + betaIm;
    const bottomRe = betaRe * x + betaIm * y + alphaRe;
    const bottomIm = betaRe * y - betaIm * x - alphaIm;
    const norm = bottomRe * bottomRe + bottomIm * bottomIm;
    const seenX = (topRe * bottomRe + topIm * bottomIm) / norm;
    const seenY = (topIm * bottomRe - topRe * bottomIm) / norm;
    if (seenX < box.left || seenX > box.right || seenY < box.bottom || seenY > box.top) return false;
    return isInside(polygon, bands, seenX, seenY);
  });
}

interface Box {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

function boundsOf(polygon: Float64Array): Box {
  const box = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let i = 0; i < polygon.length; i += 2) {
    box.left = Math.min(box.left, polygon[i]!);
    box.right = Math.max(box.right, polygon[i]!);
    box.bottom = Math.min(box.bottom, polygon[i + 1]!);
    box.top = Math.max(box.top, polygon[i + 1]!);
  }
  return box;
}

/** Edges by the horizontal bands that they touch: a point is tested against the few of its band. */
interface Bands {
  readonly bottom: number;
  readonly perUnit: number;
  /** Offset of the first corner of each edge. */
  readonly edges: readonly Int32Array[];
}

const BAND_COUNT = 128;

function bandsOf(polygon: Float64Array, { bottom, top }: Box): Bands {
  const perUnit = BAND_COUNT / Math.max(top - bottom, Number.MIN_VALUE);
  const edges = Array.from({ length: BAND_COUNT + 1 }, (): number[] => []);
  for (let i = 0; i < polygon.length; i += 2) {
    const [from, to] = [polygon[i + 1]!, polygon[(i + 3) % polygon.length]!];
    const last = Math.floor((Math.max(from, to) - bottom) * perUnit);
    for (let band = Math.floor((Math.min(from, to) - bottom) * perUnit); band <= last; band++) edges[band]?.push(i);
  }
  return { bottom, perUnit, edges: edges.map((list) => Int32Array.from(list)) };
}

/** Even-odd rule: how many edges a ray to the right crosses. */
function isInside(polygon: Float64Array, { bottom, perUnit, edges }: Bands, x: number, y: number): boolean {
  const band = edges[Math.floor((y - bottom) * perUnit)]!;
  let inside = false;
  for (const i of band) {
    const j = i + 2 < polygon.length ? i + 2 : 0;
    const ay = polygon[i + 1]!;
    const by = polygon[j + 1]!;
    if (ay > y === by > y) continue;
    const ax = polygon[i]!;
    if (x < ((polygon[j]! - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/**
 * A lasso with fewer corners: a corner nearer than `tolerance` to the last kept one is left out, so that a long drag
 * over 60,000 points stays under a frame.
 */
export function thinned(polygon: readonly number[], tolerance: number): Float64Array {
  const kept: number[] = [];
  for (let i = 0; i < polygon.length; i += 2) {
    const far = kept.length < 2 || Math.hypot(polygon[i]! - kept.at(-2)!, polygon[i + 1]! - kept.at(-1)!) >= tolerance;
    if (far) kept.push(polygon[i]!, polygon[i + 1]!);
  }
  return Float64Array.from(kept);
}
