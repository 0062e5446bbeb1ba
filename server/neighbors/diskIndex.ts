import KDBush from 'kdbush';
import type { DiskPoint } from '../geometry/diskPoint.ts';
import { hyperbolicBall } from '../geometry/hyperbolicBall.ts';
import type { DiskNeighbors, LayoutMetric } from './diskNeighbors.ts';
import { nearestOnDisk } from './diskNeighbors.ts';

const NODE_SIZE = 32;
/** First guess of the distance to the k-th neighbor; every search starts from what the one before it found. */
const FIRST_RADIUS = 0.1;
/** Rounding must not cut a point off that lies on the circle. */
const SLACK = 1 + 1e-9;
/** Below this many points a scan is as quick as the tree. */
const SCAN_SIZE = 64;

/**
 * The nearest points of a layout for many queries: a k-d tree in the disk's own coordinates, asked for Euclidean disks,
 * since a hyperbolic ball is one. Its data is a SharedArrayBuffer, so that threads share one tree.
 */
export class DiskIndex {
  readonly #positions: Float64Array;
  readonly #metric: LayoutMetric;
  readonly #tree: KDBush;
  #radius = FIRST_RADIUS;

  private constructor(positions: Float64Array, metric: LayoutMetric, tree: KDBush) {
    this.#positions = positions;
    this.#metric = metric;
    this.#tree = tree;
  }

  /** @param positions N × 2, interleaved */
  static build(positions: Float64Array, metric: LayoutMetric): DiskIndex {
    const count = positions.length / 2;
    const bad = positions.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new RangeError(`point ${bad >> 1} of the layout is not finite: ${positions[bad]}`);
    const tree = new KDBush(count, NODE_SIZE, Float64Array, SharedArrayBuffer);
    for (let point = 0; point < count; point++) tree.add(positions[2 * point], positions[2 * point + 1]);
    tree.finish();
    return new DiskIndex(positions, metric, tree);
  }

  /** Memory for the tree of N points, for another thread to fill with `buildInto`. */
  static emptyData(pointCount: number): SharedArrayBuffer {
    return new KDBush(pointCount, NODE_SIZE, Float64Array, SharedArrayBuffer).data as SharedArrayBuffer;
  }

  static buildInto(positions: Float64Array, metric: LayoutMetric, data: SharedArrayBuffer): void {
    new Uint8Array(data).set(new Uint8Array(DiskIndex.build(positions, metric).data));
  }

  /** The tree that `build` or `buildInto` makes in another thread; not to be asked before that is done. */
  static over(positions: Float64Array, metric: LayoutMetric, data: SharedArrayBuffer): DiskIndex {
    return new DiskIndex(positions, metric, KDBush.from(data));
  }

  get data(): SharedArrayBuffer {
    return this.#tree.data as SharedArrayBuffer;
  }

  /** The k points nearest to a point of the layout, without itself; equal distances go to the lower index. */
  nearestToPoint(point: number, k: number): DiskNeighbors {
    const positions = this.#positions;
    const place = { x: positions[2 * point], y: positions[2 * point + 1] };
    const others = positions.length / 2 - 1;
    if (others <= SCAN_SIZE || k >= others) return nearestOnDisk(positions, place, k, point, this.#metric);
    let candidates = this.#within(place);
    while (candidates.length <= k) {
      this.#radius *= 1.6;
      candidates = this.#within(place);
    }
    candidates.sort((a, b) => a - b);
    const local = new Float64Array(candidates.length * 2);
    candidates.forEach((candidate, position) => {
      local[2 * position] = positions[2 * candidate];
      local[2 * position + 1] = positions[2 * candidate + 1];
    });
    const { points, distances } = nearestOnDisk(local, place, k, candidates.indexOf(point), this.#metric);
    // The next point, often a near one, is likely to need about the same.
    this.#radius = Math.max(distances[k - 1] * 1.15, Number.MIN_VALUE);
    return { points: points.map((position) => candidates[position]), distances };
  }

  #within(place: DiskPoint): number[] {
    if (this.#metric === 'euclidean') return this.#tree.within(place.x, place.y, this.#radius * SLACK);
    const { center, radius } = hyperbolicBall(place, this.#radius);
    return this.#tree.within(center.x, center.y, radius * SLACK + Number.EPSILON);
  }
}
