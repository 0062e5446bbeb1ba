import { Worker } from 'node:worker_threads';
import { InterruptedError } from '../errors.ts';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { workerUrl } from '../paths.ts';
import type { ApproximateWorkerData, ApproximateWorkerMessage } from './approximate.worker.ts';
import type { NeighborGraph, NeighborSearchOptions } from './neighborGraph.ts';

/**
 * Neighbors by an HNSW index (`usearch`) in a thread of its own, with its recall measured on 100 rows compared with all.
 * The rows must have been checked: finite, and not zero under cosine.
 * @returns null where the library is not installed for this platform
 * @throws InterruptedError when the signal aborts
 */
export async function findApproximateNeighbors(
  vectors: EmbeddingMatrix,
  options: NeighborSearchOptions,
): Promise<NeighborGraph | null> {
  const { rows } = vectors;
  const { k, metric, signal } = options;
  const results = {
    indices: new Int32Array(new SharedArrayBuffer(rows * k * 4)),
    distances: new Float32Array(new SharedArrayBuffer(rows * k * 4)),
  };
  const aborted = new Int32Array(new SharedArrayBuffer(4));
  const workerData: ApproximateWorkerData = { vectors, k, metric, threads: options.threads, results, aborted };
  const stop = (): void => void Atomics.store(aborted, 0, 1);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const worker = new Worker(workerUrl(import.meta.url, 'approximate.worker'), { workerData });
  try {
    const recall = await outcomeOf(worker, (done) => options.onProgress?.(Math.floor(done), rows), signal);
    if (signal?.aborted) throw new InterruptedError('the neighbor search was stopped');
    return recall === null ? null : { pointCount: rows, k, metric, ...results, recall };
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function outcomeOf(worker: Worker, onProgress: (done: number) => void, signal: AbortSignal | undefined) {
  return new Promise<number | null>((resolve, reject) => {
    worker.on('message', (message: ApproximateWorkerMessage) => {
      if (message.type === 'progress') onProgress(message.done);
      else resolve(message.type === 'finished' ? message.recall : null);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (signal?.aborted) resolve(null);
      else reject(new Error(`the approximate neighbor search ended with code ${code}`));
    });
  });
}
