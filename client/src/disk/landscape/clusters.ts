import { cellMiddle, cellOf } from './density.ts';
import type { DensityField } from './density.ts';

export interface ClusterLabel {
  /** Where the cluster is densest, in layout coordinates. */
  readonly x: number;
  readonly y: number;
  /** Index of the most frequent class. */
  readonly code: number;
  /** Part of the cluster that this class has. */
  readonly share: number;
  readonly count: number;
}

export interface ClusterOptions {
  /** Clusters of fewer points get no label. */
  readonly smallest: number;
  /** The most frequent class must have this part. */
  readonly minShare: number;
}

/**
 * Names the hills of a density: every cell belongs to the peak to which the steepest way up leads, and a hill is called
 * by the class that most of its points have.
 * @param coordinates N × 2  @param codes N class indices, −1 for none
 * @returns largest first
 */
export function clusterLabels(
  field: DensityField,
  coordinates: Float32Array,
  codes: Int16Array,
  classCount: number,
  { smallest, minShare }: ClusterOptions,
): ClusterLabel[] {
  const peaks = peakOfCells(field);
  const counts = new Map<number, Uint32Array>();
  for (let i = 0; i < codes.length; i++) {
    const cell = cellOf(coordinates[2 * i]!, coordinates[2 * i + 1]!, field.size);
    if (cell < 0 || codes[i]! < 0) continue;
    const peak = peaks[cell]!;
    let histogram = counts.get(peak);
    if (histogram === undefined) counts.set(peak, (histogram = new Uint32Array(classCount)));
    histogram[codes[i]!]!++;
  }
  const labels: ClusterLabel[] = [];
  for (const [peak, histogram] of counts) {
    const count = histogram.reduce((sum, value) => sum + value, 0);
    const most = histogram.reduce((best, value, code) => (value > histogram[best]! ? code : best), 0);
    const share = histogram[most]! / count;
    if (count < smallest || share < minShare) continue;
    const { size } = field;
    labels.push({
      x: cellMiddle(peak % size, size),
      y: cellMiddle(Math.floor(peak / size), size),
      code: most,
      share,
      count,
    });
  }
  return labels.sort((a, b) => b.count - a.count);
}

/** For every cell the peak above it. */
function peakOfCells({ size, values }: DensityField): Int32Array {
  const peaks = new Int32Array(size * size).fill(-1);
  const path: number[] = [];
  for (let start = 0; start < peaks.length; start++) {
    let cell = start;
    path.length = 0;
    while (peaks[cell]! < 0) {
      path.push(cell);
      const up = steepestUp(values, size, cell);
      if (up === cell) peaks[cell] = cell;
      cell = up;
    }
    for (const passed of path) peaks[passed] = peaks[cell]!;
  }
  return peaks;
}

function steepestUp(values: Float32Array, size: number, cell: number): number {
  const column = cell % size;
  const row = Math.floor(cell / size);
  let best = cell;
  for (let y = Math.max(0, row - 1); y <= Math.min(size - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(size - 1, column + 1); x++) {
      const other = y * size + x;
      if (values[other]! > values[best]!) best = other;
    }
  }
  return best;
}
