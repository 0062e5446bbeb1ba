import type KDBush from 'kdbush';
import type { DiskPoint } from '../geometry/diskPoint.ts';
import type { LayoutMetric } from './diskNeighbors.ts';

/** Rounding must not put a point on the wrong side of a circle that it lies on: those near it are looked at closely. */
const SLACK = 1e-9;
const LEAST_SLACK = 4 * Number.EPSILON;
/** Nodes with so few points have no parts: their points are looked at instead. */
const LEAF_POINTS = 32;
const NUMBERS_PER_BOX = 4;
const NUMBERS_PER_BALL = 4;

/**
 * Counts the points of a layout between limits of distance by one walk over its KDBush tree: a node that lies between two
 * limits as a whole is counted without a look at its points. The points within a limit are those in a Euclidean disk (see
 * `NearestSearch`), so that the box around a node's points tells.
 */
export class RankCount {
  readonly #ids: Uint16Array | Uint32Array;
  readonly #coords: Float64Array;
  readonly #flat: boolean;
  /**
   * Left, right, bottom and top of each node's points: of the one in the middle, which splits the others, and of the two
   * parts 2n and 2n + 1 of node n; the root is 1.
   */
  readonly #boxes: Float64Array;
  #x = 0;
  #y = 0;
  #limits: Float64Array = new Float64Array(0);
  #limitPoints: Int32Array = new Int32Array(0);
  /** Of each limit: center, and the squares of a radius that is a little too short and of one that is a little too long. */
  #balls = new Float64Array(0);
  #counts = new Uint32Array(0);

  /** @param tree over the layout's own coordinates in float64 */
  constructor(tree: KDBush, metric: LayoutMetric) {
    this.#ids = tree.ids;
    this.#coords = tree.coords as Float64Array;
    this.#flat = metric === 'euclidean';
    this.#boxes = new Float64Array(NUMBERS_PER_BOX * nodeCountOf(tree.ids.length));
    this.#measure(1, 0, tree.ids.length - 1);
  }

  /**
   * How many points come before the first limit as seen from a place, between the first and the second, and so on.
   * @param limits ascending keys (see `nearestOnDisk`); a point as far as a limit comes before it when its number is lower
   * than that of the limit's own
   */
  count({ x, y }: DiskPoint, limits: Float64Array, limitPoints: Int32Array): Uint32Array {
    this.#x = x;
    this.#y = y;
    this.#limits = limits;
    this.#limitPoints = limitPoints;
    this.#balls = new Float64Array(NUMBERS_PER_BALL * limits.length);
    limits.forEach((key, limit) => this.#balls.set(ballOf(key, x, y, this.#flat), NUMBERS_PER_BALL * limit));
    this.#counts = new Uint32Array(limits.length + 1);
    this.#countNode(1, 0, this.#ids.length - 1, 0, limits.length);
    return this.#counts;
  }

  /** Writes the boxes of a node and its parts. */
  #measure(node: number, first: number, last: number): void {
    const box = NUMBERS_PER_BOX * node;
    this.#boxes.set([Infinity, -Infinity, Infinity, -Infinity], box);
    if (last - first < LEAF_POINTS) {
      this.#widen(box, this.#coords, first, last);
      return;
    }
    const middle = (first + last) >> 1;
    this.#widen(box, this.#coords, middle, middle);
    for (const part of [2 * node, 2 * node + 1]) {
      if (part % 2 === 0) this.#measure(part, first, middle - 1);
      else this.#measure(part, middle + 1, last);
      const [left, right, bottom, top] = this.#boxes.subarray(NUMBERS_PER_BOX * part, NUMBERS_PER_BOX * (part + 1));
      this.#widen(box, Float64Array.of(left, bottom, right, top), 0, 1);
    }
  }

  /** Makes a box hold the points at some places too. */
  #widen(box: number, coords: Float64Array, first: number, last: number): void {
    let [left, right, bottom, top] = this.#boxes.subarray(box, box + NUMBERS_PER_BOX);
    for (let place = first; place <= last; place++) {
      left = Math.min(left, coords[2 * place]);
      right = Math.max(right, coords[2 * place]);
      bottom = Math.min(bottom, coords[2 * place + 1]);
      top = Math.max(top, coords[2 * place + 1]);
    }
    this.#boxes.set([left, right, bottom, top], box);
  }

  /** `from` … `to` are the limits that may lie between points of the node: all of them come after the limits before. */
  #countNode(node: number, first: number, last: number, from: number, to: number): void {
    while (from < to && this.#isOutside(node, from)) from++;
    while (from < to && this.#isInside(node, to - 1)) to--;
    if (from === to) {
      this.#counts[from] += last - first + 1;
    } else if (last - first < LEAF_POINTS) {
      this.#countPoints(first, last, from, to);
    } else {
      const middle = (first + last) >> 1;
      this.#countNode(2 * node, first, middle - 1, from, to);
      this.#countPoints(middle, middle, from, to);
      this.#countNode(2 * node + 1, middle + 1, last, from, to);
    }
  }

  #countPoints(first: number, last: number, from: number, to: number): void {
    const coords = this.#coords;
    const limits = this.#limits;
    const [x, y, flat] = [this.#x, this.#y, this.#flat];
    for (let place = first; place <= last; place++) {
      const u = coords[2 * place];
      const v = coords[2 * place + 1];
      const squared = (u - x) * (u - x) + (v - y) * (v - y);
      const key = flat ? squared : squared / (1 - u * u - v * v);
      let limit = from;
      while (limit < to && !(key < limits[limit]) && !this.#isTie(key, place, limit)) limit++;
      this.#counts[limit]++;
    }
  }

  #isTie(key: number, place: number, limit: number): boolean {
    return key === this.#limits[limit] && this.#ids[place] < this.#limitPoints[limit];
  }

  #isOutside(node: number, limit: number): boolean {
    const boxes = this.#boxes;
    const box = NUMBERS_PER_BOX * node;
    const ball = NUMBERS_PER_BALL * limit;
    const x = this.#balls[ball];
    const y = this.#balls[ball + 1];
    const dx = Math.max(boxes[box] - x, 0, x - boxes[box + 1]);
    const dy = Math.max(boxes[box + 2] - y, 0, y - boxes[box + 3]);
    return dx * dx + dy * dy > this.#balls[ball + 3];
  }

  #isInside(node: number, limit: number): boolean {
    const boxes = this.#boxes;
    const box = NUMBERS_PER_BOX * node;
    const ball = NUMBERS_PER_BALL * limit;
    const x = this.#balls[ball];
    const y = this.#balls[ball + 1];
    const dx = Math.max(x - boxes[box], boxes[box + 1] - x);
    const dy = Math.max(y - boxes[box + 2], boxes[box + 3] - y);
    return dx * dx + dy * dy < this.#balls[ball + 2];
  }
}

/** Room for all nodes of a tree whose halves are halved down to leaves; number 0 is none. */
function nodeCountOf(points: number): number {
  let count = 2;
  for (let most = points; most > LEAF_POINTS; most = Math.ceil(most / 2)) count *= 2;
  return count;
}

function ballOf(key: number, x: number, y: number, flat: boolean): number[] {
  const shrink = flat ? 1 : 1 / (1 + key);
  const radius = flat ? Math.sqrt(key) : Math.sqrt(key * (1 - x * x - y * y + key)) * shrink;
  const inside = Math.max(0, radius * (1 - SLACK) - LEAST_SLACK);
  const outside = radius * (1 + SLACK) + LEAST_SLACK;
  return [x * shrink, y * shrink, inside * inside, outside * outside];
}
