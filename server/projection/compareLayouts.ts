import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { DiskIndex } from '../neighbors/diskIndex.ts';
import { ThreadTeam } from '../neighbors/threadTeam.ts';
import { workerUrl } from '../paths.ts';
import type { CompareWorkerData } from './compare.worker.ts';

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

const NEIGHBOR_COUNT = 15;

/**
 * Lays two layouts of the same points over each other by an isometry of the hyperbolic plane and tells how they differ.
 * @param left N × 2, interleaved, points of the open unit disk; point i of both belongs together
 */
export async function compareLayouts(left: Float64Array, right: Float64Array): Promise<LayoutComparison> {
  if (left.length !== right.length || left.length < 4) {
    throw new RangeError(`two layouts of the same points are needed, found ${left.length / 2} and ${right.length / 2}`);
  }
  const pointCount = left.length / 2;
  if (![left, right].every((layout) => layout.every((value) => Number.isFinite(value)))) {
    throw new RangeError('two layouts of finite numbers are needed');
  }
  const shared = {
    left: toShared(left),
    right: toShared(right),
    leftTree: DiskIndex.emptyData(pointCount),
    rightTree: DiskIndex.emptyData(pointCount),
    k: Math.min(NEIGHBOR_COUNT, pointCount - 1),
    displacement: new Float32Array(new SharedArrayBuffer(pointCount * 4)),
    overlap: new Float32Array(new SharedArrayBuffer(pointCount * 4)),
    nextPoint: new Int32Array(new SharedArrayBuffer(4)),
    control: ThreadTeam.createBuffer(),
    threads: availableParallelism(),
  };
  const results = await Promise.all(
    Array.from({ length: shared.threads }, (_, thread) => runThread({ ...shared, thread })),
  );
  return {
    alignment: results[0]!,
    meanDisplacement: mean(shared.displacement),
    neighborhoodOverlap: mean(shared.overlap),
    displacement: shared.displacement,
    overlap: shared.overlap,
  };
}

function runThread(workerData: CompareWorkerData): Promise<LayoutAlignment | null> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl(import.meta.url, 'compare.worker'), { workerData });
    worker.once('message', (alignment: LayoutAlignment | null) => resolve(alignment));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a comparison thread ended with code ${code}`)));
  });
}

function toShared(positions: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(positions.byteLength));
  copy.set(positions);
  return copy;
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
