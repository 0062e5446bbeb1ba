import type KDBush from 'kdbush';
import type { LayoutMetric } from './diskNeighbors.ts';

/** Rounding must not cut a point off that lies on the circle. */
const SLACK = 1 + 1e-9;
/** Left and right end of a node and its axis; a tree over 2³² points has fewer levels than this has room for. */
const STACK_SIZE = 3 * 64;
/** Later than every point, where no point is known yet. */
const NO_POINT = 2 ** 31 - 1;

/**
 * Finds the k nearest points of a layout by walking a KDBush tree, without an object a query. The k-th nearest so far
 * bounds the search: a hyperbolic ball around u is the Euclidean disk with center u / (1 + κ) and radius
 * √(κ (1 − |u|² + κ)) / (1 + κ), where κ = sinh²(ρ/2) · (1 − |u|²) is the key of `nearestOnDisk` at the distance ρ.
 */
export class NearestSearch {
  /** The nearest points of the last query in order, and their keys; a key grows with the distance. */
  readonly points: Int32Array;
  readonly keys: Float64Array;

  readonly #ids: Uint16Array | Uint32Array;
  readonly #coords: Float64Array;
  readonly #nodeSize: number;
  readonly #flat: boolean;
  readonly #stack = new Int32Array(STACK_SIZE);
  #mostKey = Infinity;

  /**
   * @param tree over the layout's own coordinates in float64
   * @param k at most the number of points, without the one that a query excludes
   */
  constructor(tree: KDBush, k: number, metric: LayoutMetric) {
    this.#ids = tree.ids;
    this.#coords = tree.coords as Float64Array;
    this.#nodeSize = tree.nodeSize;
    this.#flat = metric === 'euclidean';
    this.points = new Int32Array(k);
    this.keys = new Float64Array(k);
  }

  /**
   * Fills `points` and `keys` for a place; equal distances go to the lower index.
   * @param mostKey points with a greater key are not wanted
   * @returns how many were found
   */
  find(x: number, y: number, exclude: number, mostKey = Infinity): number {
    this.#mostKey = mostKey;
    const stack = this.#stack;
    const coords = this.#coords;
    const nodeSize = this.#nodeSize;
    this.keys.fill(Infinity);
    this.points.fill(NO_POINT);
    let depth = 0;
    let left = 0;
    let right = this.#ids.length - 1;
    let axis = 0;
    for (;;) {
      // Down to the leaf on the near side; the far sides wait, each with the point that splits.
      while (right - left > nodeSize) {
        const middle = (left + right) >> 1;
        const onLeft = (axis === 0 ? x : y) <= coords[2 * middle + axis];
        stack[depth] = onLeft ? middle : left;
        stack[depth + 1] = onLeft ? right : middle;
        stack[depth + 2] = onLeft ? axis : axis + 2;
        depth += 3;
        if (onLeft) right = middle - 1;
        else left = middle + 1;
        axis = 1 - axis;
      }
      this.#scan(left, right, x, y, exclude);
      // The next far side that the ball reaches.
      for (;;) {
        if (depth === 0) return this.#countFound();
        depth -= 3;
        const onRight = stack[depth + 2] < 2;
        const splitAxis = stack[depth + 2] & 1;
        left = stack[depth];
        right = stack[depth + 1];
        const middle = onRight ? left : right;
        if (!this.#reaches(x, y, splitAxis, coords[2 * middle + splitAxis], onRight)) continue;
        this.#scan(middle, middle, x, y, exclude);
        if (onRight) left++;
        else right--;
        axis = 1 - splitAxis;
        break;
      }
    }
  }

  #countFound(): number {
    let found = this.points.length;
    while (found > 0 && this.points[found - 1] === NO_POINT) found--;
    return found;
  }

  /** Whether the ball of the k-th nearest goes over a line at right angles to an axis. */
  #reaches(x: number, y: number, axis: number, split: number, onRight: boolean): boolean {
    const key = Math.min(this.#mostKey, this.keys[this.keys.length - 1]);
    if (key === Infinity) return true;
    const at = axis === 0 ? x : y;
    const center = this.#flat ? at : at / (1 + key);
    const radius = this.#flat ? Math.sqrt(key) : Math.sqrt(key * (1 - x * x - y * y + key)) / (1 + key);
    const reach = radius * SLACK + Number.EPSILON;
    return onRight ? center + reach >= split : center - reach <= split;
  }

  #scan(left: number, right: number, x: number, y: number, exclude: number): void {
    const { keys, points } = this;
    const ids = this.#ids;
    const coords = this.#coords;
    const flat = this.#flat;
    const last = keys.length - 1;
    const most = this.#mostKey;
    let farthest = Math.min(most, keys[last]);
    for (let position = left; position <= right; position++) {
      const u = coords[2 * position];
      const v = coords[2 * position + 1];
      const squared = (u - x) * (u - x) + (v - y) * (v - y);
      const key = flat ? squared : squared / (1 - u * u - v * v);
      if (key > farthest) continue;
      const point = ids[position];
      if (point === exclude || (key === farthest && point > points[last])) continue;
      let at = last;
      for (; at > 0 && (keys[at - 1] > key || (keys[at - 1] === key && points[at - 1] > point)); at--) {
        keys[at] = keys[at - 1];
        points[at] = points[at - 1];
      }
      keys[at] = key;
      points[at] = point;
      farthest = Math.min(most, keys[last]);
    }
  }
}
