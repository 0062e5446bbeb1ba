/** Points of a cell that is not divided any further. */
const LEAF_POINTS = 8;
/** A chain of cells around points at one place ends here; so there are never more than 4 N cells. */
const MOST_LEVELS = 24;
/** Opening angle. */
const THETA = 0.7;
/** f64 fields of a node: center, B = m0/n, V = Σ|v−c|²·ia/n, squared size, point count. */
const FIELDS = 6;

/** Sums over all points v of a layout as seen from u: Σw, and Σw²·[(u−v)·ia_v + δ·u] (see reference.ts). */
export interface FieldSums {
  kernel: number;
  x: number;
  y: number;
}

/**
 * The repulsion of a finished layout at any place of it: Barnes–Hut over a quadtree whose cells keep the exact mean of δ,
 * as in the engine (assembly/quadtree.ts, assembly/repulsion.ts). The layout itself does not move.
 */
export class LayoutField {
  readonly positions: Float64Array;
  /** 1/(1−|v|²) of every point; 1 on the plane. */
  readonly inverse: Float64Array;
  readonly curved: boolean;
  readonly #order: Uint32Array;
  readonly #nodes: Float64Array;
  /** The next node that is not below this one. */
  readonly #links: Int32Array;
  /** First and last position in the order of a leaf's points; −1 for inner nodes. */
  readonly #leafStarts: Int32Array;
  readonly #leafEnds: Int32Array;
  #nodeCount = 0;

  constructor(positions: Float64Array, curved: boolean) {
    const count = positions.length / 2;
    this.positions = positions;
    this.curved = curved;
    this.inverse = Float64Array.from({ length: count }, (_, i) =>
      curved ? 1 / (1 - positions[2 * i]! ** 2 - positions[2 * i + 1]! ** 2) : 1,
    );
    this.#order = new Uint32Array(count).map((_, i) => i);
    const extent = positions.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const capacity = MOST_LEVELS + 4 * count;
    this.#nodes = new Float64Array(FIELDS * capacity);
    this.#links = new Int32Array(capacity);
    this.#leafStarts = new Int32Array(capacity).fill(-1);
    this.#leafEnds = new Int32Array(capacity);
    this.#build(0, count, 0, 0, 2 * extent, 0);
  }

  get pointCount(): number {
    return this.#order.length;
  }

  /** Z = Σ_{i≠j} w_ij, from every stride-th point. */
  partition(k: number, stride = 1): number {
    const sums: FieldSums = { kernel: 0, x: 0, y: 0 };
    let total = 0;
    let seen = 0;
    for (let i = 0; i < this.pointCount; i += stride) {
      this.sumInto(sums, this.positions[2 * i]!, this.positions[2 * i + 1]!, k);
      // Without the point itself, whose kernel is 1.
      total += sums.kernel - 1;
      seen++;
    }
    return (total * this.pointCount) / seen;
  }

  /** Longer than most functions: the walk is one loop, and a call for each node would cost more than its arithmetic. */
  sumInto(sums: FieldSums, x: number, y: number, k: number): void {
    const nodes = this.#nodes;
    const inverse = this.curved ? 1 / (1 - x * x - y * y) : 1;
    const bend = this.curved ? 1 : 0;
    const bending = this.curved ? 0.25 : 0;
    let kernel = 0;
    let forceX = 0;
    let forceY = 0;
    let node = 0;
    while (node < this.#nodeCount) {
      const leaf = this.#leafStarts[node]!;
      if (leaf >= 0) {
        for (let at = leaf; at < this.#leafEnds[node]!; at++) {
          const j = this.#order[at]!;
          const dx = x - this.positions[2 * j]!;
          const dy = y - this.positions[2 * j + 1]!;
          const delta = inverse * this.inverse[j]! * (dx * dx + dy * dy);
          const w = 1 / (1 + k * delta);
          kernel += w;
          forceX += w * w * (dx * this.inverse[j]! + bend * delta * x);
          forceY += w * w * (dy * this.inverse[j]! + bend * delta * y);
        }
        node = this.#links[node]!;
        continue;
      }
      const field = FIELDS * node;
      const dx = x - nodes[field]!;
      const dy = y - nodes[field + 1]!;
      const mean = nodes[field + 2]!;
      const spread = inverse * nodes[field + 3]!;
      const delta = inverse * mean * (dx * dx + dy * dy) + spread;
      if (nodes[field + 4]! * (1 + bending * delta) < 4 * THETA * THETA * delta) {
        const w = 1 / (1 + k * delta);
        // Second order in the spread of the cell's points.
        const t = k * w * spread;
        const tq = t * k * w * (delta - spread);
        const count = nodes[field + 5]!;
        const force = count * w * w * (1 - 2 * t + 6 * tq);
        const bent = bend * (delta + (delta - spread) * t * (6 * k * w * delta - 4));
        kernel += count * w * (1 + 2 * tq);
        forceX += force * (dx * mean + bent * x);
        forceY += force * (dy * mean + bent * y);
        node = this.#links[node]!;
      } else node++;
    }
    sums.kernel = kernel;
    sums.x = forceX;
    sums.y = forceY;
  }

  /** The cell of the given center and side, over order[start … end). */
  #build(start: number, end: number, centerX: number, centerY: number, side: number, level: number): void {
    const node = this.#nodeCount++;
    this.#measure(node, start, end, side);
    if (end - start <= LEAF_POINTS || level === MOST_LEVELS) {
      this.#leafStarts[node] = start;
      this.#leafEnds[node] = end;
    } else {
      const middle = this.#divide(start, end, 1, centerY);
      const quarter = side / 4;
      for (const [from, to, sign] of [
        [start, middle, -1],
        [middle, end, 1],
      ] as const) {
        const half = this.#divide(from, to, 0, centerX);
        const y = centerY + sign * quarter;
        if (half > from) this.#build(from, half, centerX - quarter, y, side / 2, level + 1);
        if (to > half) this.#build(half, to, centerX + quarter, y, side / 2, level + 1);
      }
    }
    this.#links[node] = this.#nodeCount;
  }

  #measure(node: number, start: number, end: number, side: number): void {
    let mass = 0;
    let x = 0;
    let y = 0;
    for (let at = start; at < end; at++) {
      const j = this.#order[at]!;
      mass += this.inverse[j]!;
      x += this.inverse[j]! * this.positions[2 * j]!;
      y += this.inverse[j]! * this.positions[2 * j + 1]!;
    }
    x /= mass;
    y /= mass;
    let spread = 0;
    for (let at = start; at < end; at++) {
      const j = this.#order[at]!;
      spread += this.inverse[j]! * ((this.positions[2 * j]! - x) ** 2 + (this.positions[2 * j + 1]! - y) ** 2);
    }
    const count = end - start;
    const size = (2 * side * mass) / count;
    this.#nodes.set([x, y, mass / count, spread / count, size * size, count], FIELDS * node);
  }

  /** Puts the points below `limit` on an axis first. @returns where the others begin */
  #divide(start: number, end: number, axis: number, limit: number): number {
    const order = this.#order;
    let low = start;
    for (let at = start; at < end; at++) {
      const j = order[at]!;
      if (this.positions[2 * j + axis]! >= limit) continue;
      order[at] = order[low]!;
      order[low++] = j;
    }
    return low;
  }
}
