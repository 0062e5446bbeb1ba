import { LayoutField, type FieldSums } from './layoutField.ts';

/** Neighbors at whose places the search for the best one may begin. */
const STARTS = 4;
const MOST_STEPS = 40;
/** A step shorter than this, in units of the kernel's width, ends the search. */
const SHORT_STEP = 1e-3;
/** The longest step in the same units. */
const LONGEST_STEP = 4;
const RIM = 0.99999;
/** Points from which Z is taken. */
const PARTITION_POINTS = 4096;

/**
 * Places single points on a finished layout without moving it. For a point x whose neighbors have the similarities p_j
 * (adding up to 1), the terms of the layout's KL that depend on its place u are, in units of 2/N,
 *   f(u) = Σ_j p_j·log(1 + k·δ(u,u_j)) + N/Z·Σ_j w(u,u_j),   w = 1/(1 + k·δ),  k = 4s²,
 * with Z of the layout (reference.ts has δ, w and Z). f is minimized from the best of a few neighbors' places by steps
 * that the attraction's quadratic majorizer gives (iteratively reweighted means), halved while they do not descend. The
 * idea is that of openTSNE (Poličar et al. 2019), the repulsion is that of the whole layout.
 */
export class PointPlacement {
  readonly #field: LayoutField;
  readonly #k: number;
  readonly #scale: number;
  readonly #repulsion: number;
  readonly #sums: FieldSums = { kernel: 0, x: 0, y: 0 };
  /** Of the place looked at last: f, its gradient in the orthonormal frame, and Σ p·w. */
  #loss = 0;
  #gradientX = 0;
  #gradientY = 0;
  #pull = 0;

  /** @param positions the layout, N × 2: points of the disk, or of the plane. @param scale s of the kernel. */
  constructor(positions: Float64Array, curved: boolean, scale: number) {
    this.#field = new LayoutField(positions, curved);
    this.#scale = scale;
    this.#k = 4 * scale * scale;
    const { pointCount } = this.#field;
    this.#repulsion = pointCount / this.#field.partition(this.#k, Math.ceil(pointCount / PARTITION_POINTS));
  }

  /** @param similarities p of each neighbor, adding up to 1. @returns x and y in `into` at `2·row`. */
  placeInto(into: Float64Array, row: number, neighbors: Int32Array, similarities: Float64Array): void {
    const { positions } = this.#field;
    let x = 0;
    let y = 0;
    let best = Infinity;
    for (let start = 0; start < Math.min(STARTS, neighbors.length); start++) {
      const startX = positions[2 * neighbors[start]!]!;
      const startY = positions[2 * neighbors[start]! + 1]!;
      this.#look(startX, startY, neighbors, similarities);
      if (this.#loss >= best) continue;
      best = this.#loss;
      x = startX;
      y = startY;
    }
    this.#descend(into, row, x, y, neighbors, similarities);
  }

  #descend(
    into: Float64Array,
    row: number,
    startX: number,
    startY: number,
    neighbors: Int32Array,
    similarities: Float64Array,
  ): void {
    let x = startX;
    let y = startY;
    this.#look(x, y, neighbors, similarities);
    let loss = this.#loss;
    let [vx, vy] = this.#direction();
    for (let step = 0; step < MOST_STEPS; step++) {
      if (this.#scale * Math.hypot(vx, vy) < SHORT_STEP) break;
      const next = this.#moved(x, y, vx, vy);
      this.#look(next.x, next.y, neighbors, similarities);
      if (this.#loss < loss) {
        ({ x, y } = next);
        loss = this.#loss;
        [vx, vy] = this.#direction();
      } else {
        vx /= 2;
        vy /= 2;
      }
    }
    into[2 * row] = x;
    into[2 * row + 1] = y;
  }

  /** The step of the majorizer: δ ≈ (d/2)², so that its curvature is ½·k·Σ p·w. */
  #direction(): [number, number] {
    const curvature = 0.5 * this.#k * this.#pull;
    const vx = -this.#gradientX / curvature;
    const vy = -this.#gradientY / curvature;
    const shortened = Math.min(1, LONGEST_STEP / (this.#scale * Math.hypot(vx, vy)));
    return [vx * shortened, vy * shortened];
  }

  /** exp_u(v) = u ⊕ tanh(|v|/2)·v/|v| on the disk; on the plane, the disk's metric at its center, 4|du|². */
  #moved(x: number, y: number, vx: number, vy: number): { x: number; y: number } {
    if (!this.#field.curved) return { x: x + vx / 2, y: y + vy / 2 };
    const length = Math.hypot(vx, vy);
    const factor = length > 0 ? Math.tanh(length / 2) / length : 0.5;
    const mx = factor * vx;
    const my = factor * vy;
    const re = 1 + x * mx + y * my;
    const im = x * my - y * mx;
    const norm = re * re + im * im;
    const toX = ((x + mx) * re + (y + my) * im) / norm;
    const toY = ((y + my) * re - (x + mx) * im) / norm;
    const inward = Math.min(1, RIM / Math.hypot(toX, toY));
    return { x: toX * inward, y: toY * inward };
  }

  #look(x: number, y: number, neighbors: Int32Array, similarities: Float64Array): void {
    const { positions, inverse, curved } = this.#field;
    const k = this.#k;
    this.#field.sumInto(this.#sums, x, y, k);
    const own = curved ? 1 / (1 - x * x - y * y) : 1;
    const bend = curved ? 1 : 0;
    let loss = 0;
    let forceX = 0;
    let forceY = 0;
    let pull = 0;
    for (let n = 0; n < neighbors.length; n++) {
      const j = neighbors[n]!;
      const dx = x - positions[2 * j]!;
      const dy = y - positions[2 * j + 1]!;
      const delta = own * inverse[j]! * (dx * dx + dy * dy);
      const pw = similarities[n]! / (1 + k * delta);
      loss += similarities[n]! * Math.log(1 + k * delta);
      forceX += pw * (dx * inverse[j]! + bend * delta * x);
      forceY += pw * (dy * inverse[j]! + bend * delta * y);
      pull += pw;
    }
    this.#loss = loss + this.#repulsion * this.#sums.kernel;
    this.#gradientX = k * (forceX - this.#repulsion * this.#sums.x);
    this.#gradientY = k * (forceY - this.#repulsion * this.#sums.y);
    this.#pull = pull;
  }
}
