import { parentPort, workerData } from 'node:worker_threads';
import { alignLayouts, IDENTITY_ALIGNMENT, residualsOf, type Alignment } from '../geometry/alignment.ts';
import { DiskIndex } from '../neighbors/diskIndex.ts';
import type { LayoutMetric } from '../neighbors/diskNeighbors.ts';
import { ThreadTeam } from '../neighbors/threadTeam.ts';
import { NeighborAgreement } from './neighborAgreement.ts';

/** What the threads of one comparison share. */
export interface CompareWorkerData {
  /** Layouts of the same N points. */
  readonly layouts: readonly Float64Array[];
  /** How distance on each of them is measured. */
  readonly metrics: readonly LayoutMetric[];
  readonly trees: readonly SharedArrayBuffer[];
  readonly k: number;
  /** N: share of the k neighbors that two layouts have in common, the mean over all pairs of layouts. */
  readonly agreement: Float32Array;
  /** R × R: the sum of shared neighbors over all points, for layouts i < j; each thread adds its part. */
  readonly pairCounts: BigInt64Array;
  /** The second layout is laid over the first one; null where nobody asks for that. */
  readonly align: AlignRequest | null;
  readonly nextPoint: Int32Array;
  readonly control: SharedArrayBuffer;
  readonly threads: number;
  /** The first thread also aligns. */
  readonly thread: number;
}

export interface AlignRequest {
  /** The points that decide it, in pairs: M × 2 of either layout. Null leaves the layouts as they are. */
  readonly fitted: { readonly left: Float64Array; readonly right: Float64Array } | null;
  /** N: geodesic distance of the two places of a point after alignment. */
  readonly displacement: Float32Array;
}

const POINTS_PER_TASK = 256;

const data = workerData as CompareWorkerData;
data.layouts.forEach((layout, index) => {
  // From the last thread down, since the first one has the aligning to do.
  if (index % data.threads === data.threads - 1 - data.thread) {
    DiskIndex.buildInto(layout, data.metrics[index], data.trees[index]);
  }
});
const team = new ThreadTeam(data.control, data.threads);
const alignment = data.thread === 0 && data.align !== null ? align(data, data.align) : null;
team.barrier();
countAgreement(data);
parentPort!.postMessage(alignment);

function align({ layouts: [left, right] }: CompareWorkerData, { fitted, displacement }: AlignRequest): Alignment {
  const found = fitted === null ? IDENTITY_ALIGNMENT : alignLayouts(fitted.left, fitted.right);
  displacement.set(residualsOf(left, right, found));
  return found;
}

function countAgreement({ layouts, metrics, trees, k, agreement, pairCounts, nextPoint }: CompareWorkerData): void {
  const indices = layouts.map((layout, index) => DiskIndex.over(layout, metrics[index], trees[index]));
  const counter = new NeighborAgreement(indices, k);
  for (;;) {
    const start = Atomics.add(nextPoint, 0, POINTS_PER_TASK);
    if (start >= agreement.length) break;
    for (let point = start; point < Math.min(agreement.length, start + POINTS_PER_TASK); point++) {
      agreement[point] = counter.measure(point);
    }
  }
  counter.pairCounts.forEach((count, pair) => Atomics.add(pairCounts, pair, BigInt(count)));
}
