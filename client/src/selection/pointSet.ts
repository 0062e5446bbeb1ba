/**
 * A set of points of one layout, a bit a point. Immutable: every operation gives a new one, so that undo can keep the
 * old. Operations touch 32 points at once: 60,000 points are 1,875 words.
 */
export class PointSet {
  /** Number of points of the layout, in the set or not. */
  readonly pointCount: number;
  /** How many are in the set. */
  readonly size: number;
  readonly #words: Uint32Array;

  private constructor(pointCount: number, words: Uint32Array) {
    this.pointCount = pointCount;
    this.#words = words;
    let size = 0;
    for (const word of words) size += bitCount(word);
    this.size = size;
  }

  static none(pointCount: number): PointSet {
    return new PointSet(pointCount, new Uint32Array((pointCount + 31) >>> 5));
  }

  static all(pointCount: number): PointSet {
    return PointSet.where(pointCount, () => true);
  }

  /** Points outside of the layout are left out. */
  static of(pointCount: number, points: Iterable<number>): PointSet {
    const words = new Uint32Array((pointCount + 31) >>> 5);
    for (const point of points) if (point >= 0 && point < pointCount) words[point >>> 5]! |= 1 << (point & 31);
    return new PointSet(pointCount, words);
  }

  static where(pointCount: number, holds: (point: number) => boolean): PointSet {
    const words = new Uint32Array((pointCount + 31) >>> 5);
    for (let point = 0; point < pointCount; point++) if (holds(point)) words[point >>> 5]! |= 1 << (point & 31);
    return new PointSet(pointCount, words);
  }

  has(point: number): boolean {
    return point >= 0 && point < this.pointCount && (this.#words[point >>> 5]! & (1 << (point & 31))) !== 0;
  }

  union(other: PointSet): PointSet {
    return this.#combine(other, (a, b) => a | b);
  }

  intersection(other: PointSet): PointSet {
    return this.#combine(other, (a, b) => a & b);
  }

  difference(other: PointSet): PointSet {
    return this.#combine(other, (a, b) => a & ~b);
  }

  complement(): PointSet {
    return PointSet.all(this.pointCount).difference(this);
  }

  equals(other: PointSet): boolean {
    return this.pointCount === other.pointCount && this.#words.every((word, index) => word === other.#words[index]);
  }

  /** The points, ascending. */
  toArray(): Int32Array {
    const points = new Int32Array(this.size);
    let count = 0;
    for (let index = 0; index < this.#words.length; index++) {
      for (let word = this.#words[index]!; word !== 0; word &= word - 1) {
        points[count++] = (index << 5) + 31 - Math.clz32(word & -word);
      }
    }
    return points;
  }

  /** How many of each code are in the set; those without a code (−1) are not counted. */
  countCodes(codes: ArrayLike<number>, codeCount: number): Uint32Array {
    const counts = new Uint32Array(codeCount);
    for (const point of this.toArray()) {
      const code = codes[point]!;
      if (code >= 0) counts[code]!++;
    }
    return counts;
  }

  #combine(other: PointSet, operation: (a: number, b: number) => number): PointSet {
    if (other.pointCount !== this.pointCount) {
      throw new RangeError(`sets of ${this.pointCount} and ${other.pointCount} points cannot be combined`);
    }
    const words = new Uint32Array(this.#words.length);
    for (let index = 0; index < words.length; index++)
      words[index] = operation(this.#words[index]!, other.#words[index]!);
    return new PointSet(this.pointCount, words);
  }
}

/** Number of bits that are set (Warren, Hacker's Delight, fig. 5-2). */
function bitCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
