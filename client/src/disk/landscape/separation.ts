import type { Plane } from '../diskTransform.ts';

const WIDEST = 4;
const NARROWEST = 0.015;
const LEVEL_STEP = Math.SQRT1_2;
/** Pictures of more points than this are never wanted at once. */
const ENOUGH_POINTS = 12_000;

/**
 * How much room every point has for its picture: the largest radius r of a fixed scale (4, 2.8, 2, …) at which it keeps
 * the distance r from all points that come before it. Points that are r or more apart at every scale make a level of
 * detail that depends on the layout alone, so that panning and zooming never reshuffle pictures (Poisson-disk sampling,
 * Bridson 2007, with geodesic distance and a fixed order of points).
 * @param coordinates N × 2, interleaved
 * @returns N distances; 0 for points without room at any scale
 */
export function separations(coordinates: Float32Array, plane: Plane): Float32Array {
  const pointCount = coordinates.length / 2;
  const grid = new PolarGrid(coordinates, plane);
  const result = new Float32Array(pointCount);
  let left = shuffledIndices(pointCount);
  const accepted: number[] = [];
  for (let radius = WIDEST; radius > NARROWEST && accepted.length < ENOUGH_POINTS; radius *= LEVEL_STEP) {
    grid.reset(radius);
    for (const point of accepted) grid.add(point);
    const remaining: number[] = [];
    for (const point of left) {
      if (grid.hasNear(point)) {
        remaining.push(point);
        continue;
      }
      grid.add(point);
      accepted.push(point);
      result[point] = radius;
    }
    left = remaining;
  }
  return result;
}

/** Indices in an order that has nothing to do with that of the data set, where one class often follows another. */
function shuffledIndices(count: number): number[] {
  const keys = new Uint32Array(count);
  for (let i = 0; i < count; i++) keys[i] = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  return Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]!);
}

/**
 * Points in cells of about one radius: rings around the origin, cut into equal angles. Cells share the buckets of a hash
 * table; a collision only costs a comparison of distances.
 */
class PolarGrid {
  private readonly coordinates: Float32Array;
  private readonly hyperbolic: boolean;
  private readonly distances: Float64Array;
  private readonly angles: Float64Array;
  private readonly heads: Int32Array;
  private readonly following: Int32Array;
  private radius = 1;
  private limit = 1;

  constructor(coordinates: Float32Array, plane: Plane) {
    const count = coordinates.length / 2;
    this.coordinates = coordinates;
    this.hyperbolic = plane === 'POINCARE';
    this.distances = new Float64Array(count);
    this.angles = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const x = coordinates[2 * i]!;
      const y = coordinates[2 * i + 1]!;
      const norm = Math.min(Math.hypot(x, y), 1 - 1e-9);
      this.distances[i] = this.hyperbolic ? 2 * Math.atanh(norm) : Math.hypot(x, y);
      this.angles[i] = Math.atan2(y, x) + Math.PI;
    }
    this.heads = new Int32Array(1 << 16);
    this.following = new Int32Array(count);
  }

  reset(radius: number): void {
    this.radius = radius;
    this.limit = this.hyperbolic ? Math.cosh(radius) - 1 : radius * radius;
    this.heads.fill(-1);
  }

  add(point: number): void {
    const ring = Math.floor(this.distances[point]! / this.radius);
    const sector = Math.floor((this.angles[point]! / (2 * Math.PI)) * this.sectors(ring));
    const bucket = this.bucket(ring, sector);
    this.following[point] = this.heads[bucket]!;
    this.heads[bucket] = point;
  }

  hasNear(point: number): boolean {
    const distance = this.distances[point]!;
    const own = Math.floor(distance / this.radius);
    // A circle of radius r at distance ρ is seen from the origin under the half angle asin(sinh r / sinh ρ).
    const ratio = distance > this.radius ? this.size(this.radius) / this.size(distance) : 1;
    const half = ratio < 1 ? Math.asin(ratio) : Math.PI;
    for (let ring = Math.max(0, own - 1); ring <= own + 1; ring++) {
      const count = this.sectors(ring);
      const first = Math.floor(((this.angles[point]! - half) / (2 * Math.PI)) * count);
      const last = Math.floor(((this.angles[point]! + half) / (2 * Math.PI)) * count);
      for (let sector = first; sector <= Math.min(last, first + count - 1); sector++) {
        if (this.bucketHasNear(this.bucket(ring, (sector + count) % count), point)) return true;
      }
    }
    return false;
  }

  private size(distance: number): number {
    return this.hyperbolic ? Math.sinh(distance) : distance;
  }

  private sectors(ring: number): number {
    return Math.max(1, Math.floor((2 * Math.PI * this.size(ring * this.radius)) / this.size(this.radius)));
  }

  private bucket(ring: number, sector: number): number {
    return (Math.imul(ring, 0x85ebca6b) ^ Math.imul(sector, 0xc2b2ae35)) >>> 16;
  }

  private bucketHasNear(bucket: number, point: number): boolean {
    const { coordinates, following, limit } = this;
    const x = coordinates[2 * point]!;
    const y = coordinates[2 * point + 1]!;
    const closeness = 1 - x * x - y * y;
    for (let other = this.heads[bucket]!; other >= 0; other = following[other]!) {
      const u = coordinates[2 * other]!;
      const v = coordinates[2 * other + 1]!;
      const square = (u - x) * (u - x) + (v - y) * (v - y);
      const gap = this.hyperbolic ? (2 * square) / (closeness * (1 - u * u - v * v)) : square;
      if (gap < limit) return true;
    }
    return false;
  }
}
