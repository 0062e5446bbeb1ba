import { parentPort, workerData } from 'node:worker_threads';
import { DiskIndex } from './diskIndex.ts';
import type { LayoutMetric } from './diskNeighbors.ts';

/** What the thread is started with: positions, and where the tree belongs. */
export interface DiskIndexWorkerData {
  readonly positions: Float64Array;
  readonly metric: LayoutMetric;
  readonly data: SharedArrayBuffer;
}

const { positions, metric, data } = workerData as DiskIndexWorkerData;
DiskIndex.buildInto(positions, metric, data);
parentPort!.postMessage('built');
