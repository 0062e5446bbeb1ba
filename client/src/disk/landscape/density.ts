import type { Plane } from '../diskTransform.ts';

/** Points a unit of area, on a grid over the square [−1, 1]². */
export interface DensityField {
  /** Cells of a side; cell (column, row) has its middle at ((column + ½)·2/size − 1, (row + ½)·2/size − 1). */
  readonly size: number;
  /** size × size, row by row; 0 outside the unit disk of a hyperbolic layout. */
  readonly values: Float32Array;
}

/**
 * Kernel density of a layout with respect to hyperbolic area: the kernel depends on geodesic distance, and each point
 * keeps its mass where cells are larger than the kernel. Counted by pixels, everything near the rim would look dense.
 * @param coordinates N × 2, interleaved
 * @param bandwidth geodesic distance at which the kernel (biweight) ends
 */
export function densityOf(coordinates: Float32Array, plane: Plane, bandwidth: number, size = 256): DensityField {
  const counts = cellCounts(coordinates, size);
  const values = new Float32Array(size * size);
  const splat = new Splat(size, plane, bandwidth);
  for (let cell = 0; cell < counts.length; cell++) {
    if (counts[cell]! > 0) splat.add(values, cell, counts[cell]!);
  }
  return { size, values };
}

/** Column and row of the middle of a cell in [−1, 1]. */
export function cellMiddle(index: number, size: number): number {
  return ((index + 0.5) * 2) / size - 1;
}

/** The cell of a place, or −1 outside of the grid. */
export function cellOf(x: number, y: number, size: number): number {
  const column = Math.floor(((x + 1) / 2) * size);
  const row = Math.floor(((y + 1) / 2) * size);
  return column >= 0 && row >= 0 && column < size && row < size ? row * size + column : -1;
}

function cellCounts(coordinates: Float32Array, size: number): Float32Array {
  const counts = new Float32Array(size * size);
  for (let i = 0; i < coordinates.length; i += 2) {
    const cell = cellOf(coordinates[i]!, coordinates[i + 1]!, size);
    if (cell >= 0) counts[cell]!++;
  }
  return counts;
}

/** Spreads the points of one cell; holds what is the same for all cells. */
class Splat {
  private readonly weights: Float64Array;
  private readonly hyperbolic: boolean;
  /** 1 − |u|² of every cell, 0 outside the disk; constant for a flat layout. */
  private readonly closeness: Float64Array;

  constructor(
    private readonly size: number,
    plane: Plane,
    private readonly bandwidth: number,
  ) {
    this.hyperbolic = plane === 'POINCARE';
    this.weights = new Float64Array(size * size);
    this.closeness = new Float64Array(size * size).fill(2);
    for (let cell = 0; this.hyperbolic && cell < size * size; cell++) {
      const radius = Math.hypot(cellMiddle(cell % size, size), cellMiddle(Math.floor(cell / size), size));
      this.closeness[cell] = Math.max(0, 1 - radius * radius);
    }
  }

  add(values: Float32Array, cell: number, count: number): void {
    const { size, bandwidth, weights, closeness, hyperbolic } = this;
    const column = cell % size;
    const row = Math.floor(cell / size);
    const own = closeness[cell]!;
    // The conformal factor is 2 / (1 − |u|²); half as much again holds the circle, whose middle is shifted.
    const reach = Math.ceil(0.75 * bandwidth * own * (size / 2)) + 1;
    const bottom = Math.max(0, row - reach);
    const top = Math.min(size - 1, row + reach);
    const left = Math.max(0, column - reach);
    const right = Math.min(size - 1, column + reach);
    const cellSquare = (2 / size) ** 2;
    const squaredBandwidth = bandwidth * bandwidth;
    let mass = 0;
    let used = 0;
    for (let y = bottom; y <= top; y++) {
      for (let x = left; x <= right; x++) {
        const there = closeness[y * size + x]!;
        const square = ((y - row) * (y - row) + (x - column) * (x - column)) * cellSquare;
        const share = there > 0 ? 1 - squaredDistance(square, own * there, hyperbolic) / squaredBandwidth : 0;
        // Biweight, times the hyperbolic area of the cell in the sum.
        const weight = share > 0 ? share * share : 0;
        weights[used++] = weight;
        if (weight > 0) mass += (4 * weight) / (there * there);
      }
    }
    if (mass === 0) return;
    const scale = count / mass;
    used = 0;
    for (let y = bottom; y <= top; y++) {
      for (let x = left; x <= right; x++) values[y * size + x]! += scale * weights[used++]!;
    }
  }
}

/** Of the geodesic distance: acosh(1 + δ)² = 2δ − δ²/3 + 4δ³/45 − …, good to 1 % up to a distance of 1.2. */
function squaredDistance(square: number, closeness: number, hyperbolic: boolean): number {
  if (!hyperbolic) return square;
  const delta = (2 * square) / closeness;
  return delta > 1 ? Number.POSITIVE_INFINITY : delta * (2 - delta * (1 / 3 - delta * (4 / 45)));
}
