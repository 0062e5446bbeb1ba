import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../paths.ts';
import { DiskIndex } from './diskIndex.ts';
import type { DiskIndexWorkerData } from './diskIndex.worker.ts';
import type { LayoutMetric } from './diskNeighbors.ts';

/** So many points are sorted in less time than a thread takes to start. */
const MOST_POINTS_HERE = 20_000;

/** The index of a layout (N × 2, interleaved), built by another thread where it would hold this one up. */
export async function buildDiskIndex(positions: Float64Array, metric: LayoutMetric): Promise<DiskIndex> {
  const count = positions.length / 2;
  if (count <= MOST_POINTS_HERE) return DiskIndex.build(positions, metric);
  const shared = new Float64Array(new SharedArrayBuffer(positions.byteLength));
  shared.set(positions);
  const data = DiskIndex.emptyData(count);
  const workerData: DiskIndexWorkerData = { positions: shared, metric, data };
  const worker = new Worker(workerUrl(import.meta.url, 'diskIndex.worker'), { workerData });
  // Rejects with what the thread threw.
  await once(worker, 'message');
  return DiskIndex.over(shared, metric, data);
}
