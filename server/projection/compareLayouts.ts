import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Alignment } from '../geometry/alignment.ts';
import { centerOf, rotationOf } from '../geometry/isometry.ts';
import { DiskIndex } from '../neighbors/diskIndex.ts';
import type { LayoutMetric } from '../neighbors/diskNeighbors.ts';
import { ThreadTeam } from '../neighbors/threadTeam.ts';
import { workerUrl } from '../paths.ts';
import type { AlignRequest, CompareWorkerData } from './compare.worker.ts';
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

/**
 * Lays two layouts of the same points over each other by an isometry of the hyperbolic plane and tells how they differ.
 * @param left N × 2, interleaved, points of the open unit disk; point i of both belongs together
 * @throws RangeError for layouts of different lengths, for too few points, and for numbers that are not finite
 */
export async function compareLayouts(
  left: Float64Array,
  right: Float64Array,
  fit: FitChoice = 'all',
): Promise<LayoutComparison> {
  return compareMeasured({ positions: left, metric: 'poincare' }, { positions: right, metric: 'poincare' }, fit);
}

/** The same where a layout may be flat: it has no isometry onto the other one, and stays where it is. */
export async function compareMeasured(
  left: MeasuredLayout,
  right: MeasuredLayout,
  fit: FitChoice,
): Promise<LayoutComparison> {
  requireLayouts([left, right]);
  const flat = left.metric === 'euclidean' || right.metric === 'euclidean';
  if (fit instanceof Int32Array && fit.length < FEWEST_FITTED) {
    throw new RangeError(`${fit.length} points to fit; at least ${FEWEST_FITTED} are needed`);
  }
  const displacement = new Float32Array(new SharedArrayBuffer(left.positions.length * 2));
  const fitted = fittedPoints(left.positions, right.positions, flat ? 'none' : fit);
  const { alignment, agreement } = await measure([left, right], { fitted, displacement });
  const { x, y } = centerOf(alignment!.isometry);
  return {
    alignment: {
      centerX: x,
      centerY: y,
      rotation: rotationOf(alignment!.isometry),
      reflected: alignment!.reflected,
    },
    meanDisplacement: mean(displacement),
    neighborhoodOverlap: mean(agreement),
    displacement,
    overlap: agreement,
  };
}

/**
 * How much the neighborhoods of two or more layouts of the same points agree.
 * @throws RangeError as `compareLayouts`
 */
export async function measureStability(layouts: readonly MeasuredLayout[]): Promise<LayoutStability> {
  requireLayouts(layouts);
  const { agreement, pairShares } = await measure(layouts, null);
  return { agreement, mean: mean(agreement), interval: jackknifeInterval(pairShares, layouts.length) };
}

async function measure(layouts: readonly MeasuredLayout[], align: AlignRequest | null) {
  const pointCount = layouts[0].positions.length / 2;
  const k = Math.min(NEIGHBOR_COUNT, pointCount - 1);
  const shared = {
    layouts: layouts.map(({ positions }) => toShared(positions)),
    metrics: layouts.map(({ metric }) => metric),
    trees: layouts.map(() => DiskIndex.emptyData(pointCount)),
    k,
    agreement: new Float32Array(new SharedArrayBuffer(pointCount * 4)),
    pairCounts: new BigInt64Array(new SharedArrayBuffer(layouts.length ** 2 * 8)),
    align,
    nextPoint: new Int32Array(new SharedArrayBuffer(4)),
    control: ThreadTeam.createBuffer(),
    threads: availableParallelism(),
  };
  const results = await Promise.all(
    Array.from({ length: shared.threads }, (_, thread) => runThread({ ...shared, thread })),
  );
  const pairShares = Float64Array.from(shared.pairCounts, (count) => Number(count) / (k * pointCount));
  return { alignment: results[0], agreement: shared.agreement, pairShares };
}

function fittedPoints(left: Float64Array, right: Float64Array, fit: FitChoice): AlignRequest['fitted'] {
  if (fit === 'none') return null;
  if (fit === 'all') return { left, right };
  const pick = (from: Float64Array) =>
    Float64Array.from({ length: 2 * fit.length }, (_, at) => from[2 * fit[at >> 1] + (at & 1)]);
  return { left: pick(left), right: pick(right) };
}

function runThread(workerData: CompareWorkerData): Promise<Alignment | null> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl(import.meta.url, 'compare.worker'), { workerData });
    worker.once('message', (alignment: Alignment | null) => resolve(alignment));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a comparison thread ended with code ${code}`)));
  });
}

function requireLayouts(layouts: readonly MeasuredLayout[]): void {
  const counts = layouts.map(({ positions }) => positions.length / 2);
  if (layouts.length < 2 || counts.some((count) => count !== counts[0]) || counts[0] < 2) {
    throw new RangeError(`layouts of the same points are needed, two or more, found ${counts.join(' and ')}`);
  }
  if (!layouts.every(({ positions }) => positions.every((value) => Number.isFinite(value)))) {
    throw new RangeError('layouts of finite numbers are needed');
  }
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
