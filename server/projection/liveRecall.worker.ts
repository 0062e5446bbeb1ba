import { parentPort, workerData } from 'node:worker_threads';
import { nearestOnDisk } from '../neighbors/diskNeighbors.ts';
import type { LayoutGeometry } from './projection.ts';

export interface LiveRecallWorkerData {
  readonly sample: Int32Array;
  /** sample × k: the true neighbors. */
  readonly truth: Int32Array;
  readonly k: number;
  readonly geometry: LayoutGeometry;
}

export interface LiveRecallReply {
  readonly recall: number;
}

const { sample, truth, k, geometry } = workerData as LiveRecallWorkerData;

parentPort!.on('message', (positions: Float64Array) => {
  let kept = 0;
  sample.forEach((point, row) => {
    const place = { x: positions[2 * point], y: positions[2 * point + 1] };
    const { points } = nearestOnDisk(positions, place, k, point, geometry);
    const known = truth.subarray(row * k, row * k + k);
    for (const other of points) if (known.includes(other)) kept++;
  });
  parentPort!.postMessage({ recall: kept / (sample.length * k) } satisfies LiveRecallReply);
});
