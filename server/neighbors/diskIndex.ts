import KDBush from 'kdbush';
import type { DiskPoint } from '../geometry/diskPoint.ts';
import type { DiskNeighbors, LayoutMetric } from './diskNeighbors.ts';
import { distanceOf, keyOfDistance, nearestOnDisk, ranksByCounting } from './diskNeighbors.ts';
import { NearestSearch } from './nearestSearch.ts';
import { RankCount } from './rankCount.ts';

const NODE_SIZE = 8;
/** Below this many points a scan is as quick as the tree. */
const SCAN_SIZE = 64;
/** Rounding must not leave a point out whose distance is the radius. */
const SLACK = 1 + 1e-9;
const NOBODY = -1;

/**
 * The nearest points of a layout for many queries: a k-d tree in the disk's own coordinates, which can be asked for
 * hyperbolic balls, since they are Euclidean disks. Its data is a SharedArrayBuffer, so that threads share one tree.
 */
export class DiskIndex {
  readonly #positions: Float64Array;
  readonly #metric: LayoutMetric;
  readonly #tree: KDBush;
  #searcher: NearestSearch | null = null;
  #rankCount: RankCount | null = null;

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

  get pointCount(): number {
    return this.#positions.length / 2;
  }

  get data(): SharedArrayBuffer {
    return this.#tree.data as SharedArrayBuffer;
  }

  /** The k points nearest to a point of the layout, without itself; equal distances go to the lower index. */
  nearestToPoint(point: number, k: number): DiskNeighbors {
    return this.nearestTo({ x: this.#positions[2 * point], y: this.#positions[2 * point + 1] }, k, point);
  }

  /** The k points nearest to a place; `exclude` is left out. */
  nearestTo(place: DiskPoint, k: number, exclude = NOBODY): DiskNeighbors {
    const others = this.pointCount - (exclude === NOBODY ? 0 : 1);
    if (others <= SCAN_SIZE) return nearestOnDisk(this.#positions, place, k, exclude, this.#metric);
    const search = this.#search(Math.max(0, Math.min(k, others)));
    search.find(place.x, place.y, exclude);
    return {
      points: search.points.slice(),
      distances: search.keys.map((key) => distanceOf(key, place, this.#metric)),
    };
  }

  /**
   * The k nearest, in order, of each point that has its place in the tree from `start` up to `end`, without an object a
   * query. Points side by side in the tree are side by side in the layout, so that their queries meet the same memory.
   * @param into N × k, by point
   */
  nearestOfPlacesInto(start: number, end: number, k: number, into: Int32Array): void {
    const search = this.#search(k);
    const { ids } = this.#tree;
    for (let place = start; place < Math.min(end, ids.length); place++) {
      const point = ids[place];
      search.find(this.#positions[2 * point], this.#positions[2 * point + 1], point);
      into.set(search.points, k * point);
    }
  }

  /** The points within a distance of a place, nearest first, and no more than `most` of them. */
  nearestWithin(place: DiskPoint, radius: number, most: number, exclude = NOBODY): DiskNeighbors {
    const search = this.#search(Math.min(most, this.pointCount));
    const found = search.find(place.x, place.y, exclude, keyOfDistance(radius, place, this.#metric) * SLACK);
    const distances = search.keys.slice(0, found).map((key) => distanceOf(key, place, this.#metric));
    const beyond = distances.findIndex((distance) => distance > radius);
    const count = beyond === -1 ? found : beyond;
    return { points: search.points.slice(0, count), distances: distances.slice(0, count) };
  }

  /** The rank (1 is nearest) that each of `points` has among all points as seen from a place; `exclude` is not counted. */
  ranks(place: DiskPoint, points: Int32Array, exclude = NOBODY): Int32Array {
    const positions = this.#positions;
    return ranksByCounting({ positions, place, metric: this.#metric, exclude }, points, (limits, limitPoints) => {
      this.#rankCount ??= new RankCount(this.#tree, this.#metric);
      return this.#rankCount.count(place, limits, limitPoints);
    });
  }

  #search(k: number): NearestSearch {
    if (this.#searcher?.points.length !== k) this.#searcher = new NearestSearch(this.#tree, k, this.#metric);
    return this.#searcher;
  }
}
