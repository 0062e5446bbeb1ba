import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { BadInputError, InterruptedError } from '../errors.ts';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { distFile, workerUrl } from '../paths.ts';
import { findApproximateNeighbors } from './findApproximateNeighbors.ts';
import type { NeighborGraph, NeighborSearchOptions } from './neighborGraph.ts';
import type { NeighborWorkerData, NeighborWorkerMessage } from './neighbors.worker.ts';
import { findFaults } from './findFaults.ts';
import type { SharedSearch } from './neighborSearch.ts';
import { describeFault } from './quantizedRows.ts';
import { planSearch, type SearchPlan } from './searchPlan.ts';
import { ThreadTeam } from './threadTeam.ts';

const LEAST_ROWS = 3;
/** Exact search is quadratic: beyond this many rows an approximate index is the better use of the time. */
const EXACT_ROWS = 200_000;
const PAGE_BYTES = 65_536;
const MAXIMUM_PAGES = 65_536;

/**
 * The k nearest neighbors of every row, by cosine or Euclidean distance, in worker threads. Up to 200,000 rows they are
 * exact: rows at the same distance are ordered by index, and the result is the same for any number of threads. Beyond, an
 * approximate index finds them where its library is installed, and the graph tells the recall measured on a sample.
 *
 * @throws BadInputError for fewer than 3 rows, k out of range, a component that is not finite, or a row of zeros under
 * cosine, naming the row; InterruptedError when the signal aborts.
 */
export async function findNearestNeighbors(
  vectors: EmbeddingMatrix,
  options: NeighborSearchOptions,
): Promise<NeighborGraph> {
  const { rows, dimension } = vectors;
  const { k, metric } = options;
  checkShape(rows, dimension, k);
  if (rows > (options.exactUpTo ?? EXACT_ROWS)) {
    const sharedVectors = { rows, dimension, values: shareable(vectors.values) };
    refuseFaults(await findFaults(sharedVectors, metric));
    const graph = await findApproximateNeighbors(sharedVectors, options);
    if (graph !== null) return graph;
  }
  const plan = planSearch(rows, dimension, k, metric, Math.max(1, options.threads));
  const shared: SharedSearch = {
    plan,
    memory: createMemory(plan),
    vectors: { rows, dimension, values: shareable(vectors.values) },
    indices: new Int32Array(new SharedArrayBuffer(rows * k * 4)),
    distances: new Float32Array(new SharedArrayBuffer(rows * k * 4)),
    squaredNorms: new Float64Array(new SharedArrayBuffer(rows * 8)),
    faults: new Int32Array(new SharedArrayBuffer(2 * 4)).fill(-1),
  };
  await runThreads(shared, options);
  refuseFaults(shared.faults);
  return { pointCount: rows, k, metric, indices: shared.indices, distances: shared.distances };
}

function checkShape(rows: number, dimension: number, k: number): void {
  if (rows < LEAST_ROWS)
    throw new BadInputError(`${rows} ${rows === 1 ? 'row' : 'rows'}: at least ${LEAST_ROWS} are needed for a layout`);
  if (dimension < 1) throw new BadInputError('embeddings need at least one component');
  if (!Number.isInteger(k) || k < 1 || k >= rows) {
    throw new BadInputError(`k = ${k}: a whole number from 1 to ${rows - 1} is needed for ${rows} rows`);
  }
}

function createMemory({ totalBytes }: SearchPlan): WebAssembly.Memory {
  const pages = Math.ceil(totalBytes / PAGE_BYTES);
  if (pages > MAXIMUM_PAGES) {
    throw new BadInputError(
      `the exact neighbor search needs ${Math.ceil(totalBytes / 2 ** 20)} MiB for these embeddings and can address 4096; use fewer rows or a smaller k`,
    );
  }
  return new WebAssembly.Memory({ initial: pages, maximum: MAXIMUM_PAGES, shared: true });
}

function shareable(values: Float32Array): Float32Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

async function runThreads(shared: SharedSearch, options: NeighborSearchOptions): Promise<void> {
  const module = await WebAssembly.compile(await readFile(distFile('wasm/neighbors.wasm')));
  const control = ThreadTeam.createBuffer();
  const { threads, rows } = shared.plan;
  const team = new ThreadTeam(control, threads);
  const onAbort = (): void => team.abort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted) onAbort();
  const workers: Worker[] = [];
  try {
    const ends = Array.from({ length: threads }, (_, thread) => {
      const workerData: NeighborWorkerData = { shared, module, control, reporting: thread === 0 };
      const worker = new Worker(workerUrl(import.meta.url, 'neighbors.worker'), { workerData });
      workers.push(worker);
      return untilFinished(worker, (done, total) => options.onProgress?.(Math.floor((done / total) * rows), rows));
    });
    await Promise.all(ends);
  } finally {
    // A thread that failed would leave the others waiting at a barrier.
    team.abort();
    options.signal?.removeEventListener('abort', onAbort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  if (options.signal?.aborted) throw new InterruptedError('the neighbor search was stopped');
}

function untilFinished(worker: Worker, onProgress: (done: number, total: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: NeighborWorkerMessage) => {
      if (message.type === 'progress') onProgress(message.done, message.total);
      else resolve();
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a neighbor search thread ended with code ${code}`)));
  });
}

function refuseFaults(faults: Int32Array): void {
  const fault = describeFault(faults);
  if (fault !== null) throw new BadInputError(fault);
}
