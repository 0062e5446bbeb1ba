import { centerOf, rotationOf } from '../geometry/isometry.ts';
import { DiskIndex } from '../neighbors/diskIndex.ts';
import type { LayoutMetric } from '../neighbors/diskNeighbors.ts';
import type { AlignRequest, ComparisonTask } from './compare.worker.ts';
import { ComparisonThreads } from './comparisonThreads.ts';
import { jackknifeInterval, type Interval } from './jackknife.ts';

/** u ↦ e^(i·rotation) · (u − c) / (1 − c̄·u), after the mirror image u ↦ ū when `reflected`. */
export interface LayoutAlignment {
  readonly centerX: number;
  readonly centerY: number;
  /** Radians. */
  readonly rotation: number;
  readonly reflected: boolean;
}

export interface LayoutComparison {
  /** Carries the right layout onto the left one. */
  readonly alignment: LayoutAlignment;
  readonly meanDisplacement: number;
  readonly neighborhoodOverlap: number;
  /** N: geodesic distance between the two places of a point after alignment. */
  readonly displacement: Float32Array;
  /** N: share of a point's 15 nearest on the left that are among its 15 nearest on the right. */
  readonly overlap: Float32Array;
}

/** A layout and how distance on it is measured. */
export interface MeasuredLayout {
  /** N × 2, interleaved; points of the open unit disk, or of a plane where the metric is Euclidean. */
  readonly positions: Float64Array;
  readonly metric: LayoutMetric;
}

/** How much layouts of the same points agree, whatever isometry lies between them. */
export interface LayoutStability {
  /** N: share of a point's 15 nearest that two layouts have in common, the mean over all pairs of layouts. */
  readonly agreement: Float32Array;
  readonly mean: number;
  /** Of the mean, over layouts; null for fewer than three. */
  readonly interval: Interval | null;
}

/** What the right layout is laid over the left one by: all points, some of them, or nothing. */
export type FitChoice = 'all' | 'none' | Int32Array;

const NEIGHBOR_COUNT = 15;
const FEWEST_FITTED = 3;

/** Compares layouts on all cores, one comparison at a time. Close it when done. */
export class LayoutComparer {
  readonly #threads = new ComparisonThreads();

  /** Gets its threads going, for a comparison whose layouts are being read. */
  prepare(): void {
    this.#threads.start();
  }

  /**
   * Lays two layouts of the same points over each other by an isometry of the hyperbolic plane and tells how they differ.
   * A flat layout has no isometry onto the other one; both stay where they are then.
   * @throws RangeError for layouts of different lengths, for too few points, and for numbers that are not finite
   */
  async compare(left: MeasuredLayout, right: MeasuredLayout, fit: FitChoice = 'all'): Promise<LayoutComparison> {
    requireLayouts([left, right]);
    const flat = left.metric === 'euclidean' || right.metric === 'euclidean';
    if (fit instanceof Int32Array && fit.length < FEWEST_FITTED) {
      throw new RangeError(`${fit.length} points to fit; at least ${FEWEST_FITTED} are needed`);
    }
    const displacement = new Float32Array(new SharedArrayBuffer(left.positions.length * 2));
    const fitted = fittedPoints(left.positions, right.positions, flat ? 'none' : fit);
    const task = sharedTask([left, right], { fitted, displacement });
    const alignment = (await this.#threads.run(task))!;
    const { x, y } = centerOf(alignment.isometry);
    return {
      alignment: {
        centerX: x,
        centerY: y,
        rotation: rotationOf(alignment.isometry),
        reflected: alignment.reflected,
      },
      meanDisplacement: mean(displacement),
      neighborhoodOverlap: mean(task.agreement),
      displacement,
      overlap: task.agreement,
    };
  }

  /**
   * How much the neighborhoods of two or more layouts of the same points agree.
   * @throws RangeError as `compare`
   */
  async measureStability(layouts: readonly MeasuredLayout[]): Promise<LayoutStability> {
    requireLayouts(layouts);
    const task = sharedTask(layouts, null);
    await this.#threads.run(task);
    const { agreement, pairCounts, k } = task;
    const pairShares = Float64Array.from(pairCounts, (count) => Number(count) / (k * agreement.length));
    return { agreement, mean: mean(agreement), interval: jackknifeInterval(pairShares, layouts.length) };
  }

  async close(): Promise<void> {
    await this.#threads.close();
  }
}

function sharedTask(layouts: readonly MeasuredLayout[], align: AlignRequest | null): ComparisonTask {
  const pointCount = layouts[0].positions.length / 2;
  const k = Math.min(NEIGHBOR_COUNT, pointCount - 1);
  return {
    layouts: layouts.map(({ positions }) => toShared(positions)),
    metrics: layouts.map(({ metric }) => metric),
    trees: layouts.map(() => DiskIndex.emptyData(pointCount)),
    k,
    neighbors: layouts.map(() => new Int32Array(new SharedArrayBuffer(pointCount * k * 4))),
    agreement: new Float32Array(new SharedArrayBuffer(pointCount * 4)),
    pairCounts: new BigInt64Array(new SharedArrayBuffer(layouts.length ** 2 * 8)),
    align,
  };
}

function fittedPoints(left: Float64Array, right: Float64Array, fit: FitChoice): AlignRequest['fitted'] {
  if (fit === 'none') return null;
  if (fit === 'all') return { left, right };
  const pick = (from: Float64Array) =>
    Float64Array.from({ length: 2 * fit.length }, (_, at) => from[2 * fit[at >> 1] + (at & 1)]);
  return { left: pick(left), right: pick(right) };
}

function requireLayouts(layouts: readonly MeasuredLayout[]): void {
  const counts = layouts.map(({ positions }) => positions.length / 2);
  if (layouts.length < 2 || counts.some((count) => count !== counts[0]) || counts[0] < 2) {
    throw new RangeError(`layouts of the same points are needed, two or more, found ${counts.join(' and ')}`);
  }
  if (!layouts.every(({ positions }) => allFinite(positions))) {
    throw new RangeError('layouts of finite numbers are needed');
  }
}

function allFinite(values: Float64Array): boolean {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
}

function toShared(positions: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(positions.byteLength));
  copy.set(positions);
  return copy;
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
