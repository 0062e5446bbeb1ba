import { parentPort, workerData } from 'node:worker_threads';
import { alignLayouts, residualsOf } from '../geometry/alignment.ts';
import { centerOf, rotationOf } from '../geometry/isometry.ts';
import { DiskIndex } from '../neighbors/diskIndex.ts';
import { ThreadTeam } from '../neighbors/threadTeam.ts';
import type { LayoutAlignment } from './compareLayouts.ts';

/** What the threads of one comparison share. */
export interface CompareWorkerData {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly leftTree: SharedArrayBuffer;
  readonly rightTree: SharedArrayBuffer;
  readonly k: number;
  /** N: geodesic distance of the two places of a point after alignment. */
  readonly displacement: Float32Array;
  /** N: share of the k neighbors that both layouts have. */
  readonly overlap: Float32Array;
  readonly nextPoint: Int32Array;
  readonly control: SharedArrayBuffer;
  readonly threads: number;
  /** The first thread also aligns, the first and the last build the trees. */
  readonly thread: number;
}

const POINTS_PER_TASK = 256;

const data = workerData as CompareWorkerData;
if (data.thread === data.threads - 1) DiskIndex.buildInto(data.left, 'poincare', data.leftTree);
if (data.thread === 0) DiskIndex.buildInto(data.right, 'poincare', data.rightTree);
new ThreadTeam(data.control, data.threads).barrier();
const alignment = data.thread === 0 ? align(data) : null;
countOverlap(data);
parentPort!.postMessage(alignment);

function align({ left, right, displacement }: CompareWorkerData): LayoutAlignment {
  const alignment = alignLayouts(left, right);
  displacement.set(residualsOf(left, right, alignment));
  const { x, y } = centerOf(alignment.isometry);
  return { centerX: x, centerY: y, rotation: rotationOf(alignment.isometry), reflected: alignment.reflected };
}

function countOverlap({ left, right, leftTree, rightTree, k, overlap, nextPoint }: CompareWorkerData): void {
  const leftIndex = DiskIndex.over(left, 'poincare', leftTree);
  const rightIndex = DiskIndex.over(right, 'poincare', rightTree);
  const pointCount = overlap.length;
  for (;;) {
    const start = Atomics.add(nextPoint, 0, POINTS_PER_TASK);
    if (start >= pointCount) return;
    for (let point = start; point < Math.min(pointCount, start + POINTS_PER_TASK); point++) {
      const onLeft = leftIndex.nearestToPoint(point, k).points;
      const onRight = rightIndex.nearestToPoint(point, k).points;
      let common = 0;
      for (const neighbor of onLeft) if (onRight.includes(neighbor)) common++;
      overlap[point] = common / k;
    }
  }
}
