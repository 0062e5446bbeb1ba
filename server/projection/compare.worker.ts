import { parentPort } from 'node:worker_threads';
import { alignLayouts, IDENTITY_ALIGNMENT, residualsOf, type Alignment } from '../geometry/alignment.ts';
import { DiskIndex } from '../neighbors/diskIndex.ts';
import type { LayoutMetric } from '../neighbors/diskNeighbors.ts';
import { ThreadTeam } from '../neighbors/threadTeam.ts';
import { NeighborAgreement } from './neighborAgreement.ts';

/** What is to be compared; all arrays are shared. */
export interface ComparisonTask {
  /** Layouts of the same N points. */
  readonly layouts: readonly Float64Array[];
  /** How distance on each of them is measured. */
  readonly metrics: readonly LayoutMetric[];
  readonly trees: readonly SharedArrayBuffer[];
  readonly k: number;
  /** N × k of every layout: the nearest points, filled by all threads. */
  readonly neighbors: readonly Int32Array[];
  /** N: share of the k neighbors that two layouts have in common, the mean over all pairs of layouts. */
  readonly agreement: Float32Array;
  /** R × R: the sum of shared neighbors over all points, for layouts i < j; each thread adds its part. */
  readonly pairCounts: BigInt64Array;
  /** The second layout is laid over the first one; null where nobody asks for that. */
  readonly align: AlignRequest | null;
}

/** The same for one of the threads that do it together. */
export interface TeamTask extends ComparisonTask {
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

parentPort!.on('message', (task: TeamTask) => parentPort!.postMessage(compare(task)));

function compare(task: TeamTask): Alignment | null {
  const team = new ThreadTeam(task.control, task.threads);
  buildTrees(task, team);
  team.barrier();
  const alignment = task.thread === 0 && task.align !== null ? align(task, task.align) : null;
  findNeighbors(task, team);
  team.barrier();
  countAgreement(task, team);
  return alignment;
}

function buildTrees({ layouts, metrics, trees }: ComparisonTask, team: ThreadTeam): void {
  for (let layout = team.takeTask(); layout < layouts.length; layout = team.takeTask()) {
    DiskIndex.buildInto(layouts[layout], metrics[layout], trees[layout]);
  }
}

function align({ layouts: [left, right] }: ComparisonTask, { fitted, displacement }: AlignRequest): Alignment {
  const found = fitted === null ? IDENTITY_ALIGNMENT : alignLayouts(fitted.left, fitted.right);
  displacement.set(residualsOf(left, right, found));
  return found;
}

function findNeighbors({ layouts, metrics, trees, k, neighbors }: ComparisonTask, team: ThreadTeam): void {
  const indices = layouts.map((layout, index) => DiskIndex.over(layout, metrics[index], trees[index]));
  const tasksPerLayout = Math.ceil(indices[0].pointCount / POINTS_PER_TASK);
  for (let task = team.takeTask(); task < layouts.length * tasksPerLayout; task = team.takeTask()) {
    const layout = Math.floor(task / tasksPerLayout);
    const start = (task % tasksPerLayout) * POINTS_PER_TASK;
    indices[layout].nearestOfPlacesInto(start, start + POINTS_PER_TASK, k, neighbors[layout]);
  }
}

function countAgreement({ k, neighbors, agreement, pairCounts }: ComparisonTask, team: ThreadTeam): void {
  const counter = new NeighborAgreement(neighbors, k);
  for (;;) {
    const start = team.takeTask() * POINTS_PER_TASK;
    if (start >= agreement.length) break;
    for (let point = start; point < Math.min(agreement.length, start + POINTS_PER_TASK); point++) {
      agreement[point] = counter.measure(point);
    }
  }
  counter.pairCounts.forEach((count, pair) => Atomics.add(pairCounts, pair, BigInt(count)));
}
