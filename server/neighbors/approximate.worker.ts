import { parentPort, workerData } from 'node:worker_threads';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { Random } from '../geometry/random.ts';
import {
  measureNeighborRecall,
  searchApproximately,
  type ApproximateIndex,
  type ApproximateResults,
} from './approximateSearch.ts';
import type { EmbeddingMetric } from './neighborGraph.ts';

/** What the thread of an approximate search is started with; the arrays lie over SharedArrayBuffers. */
export interface ApproximateWorkerData {
  readonly vectors: EmbeddingMatrix;
  readonly k: number;
  readonly metric: EmbeddingMetric;
  readonly threads: number;
  readonly results: ApproximateResults;
  /** One int32; not 0 calls the search off. */
  readonly aborted: Int32Array;
}

export type ApproximateWorkerMessage =
  | { readonly type: 'progress'; readonly done: number }
  | { readonly type: 'unavailable'; readonly reason: string }
  | { readonly type: 'finished'; readonly recall: number };

/** Links of a node and breadth of the search: on unit normal vectors, the hardest data there is, recall stays above .9. */
const CONNECTIVITY = 24;
const EXPANSION = 128;
const RECALL_ROWS = 100;
const RECALL_SEED = 1;

const data = workerData as ApproximateWorkerData;
const post = (message: ApproximateWorkerMessage): void => parentPort!.postMessage(message);

const index = await openIndex(data);
if (index !== null) {
  const { vectors, k, metric, results, aborted } = data;
  const onRows = (done: number): boolean => {
    post({ type: 'progress', done });
    return Atomics.load(aborted, 0) !== 0;
  };
  if (searchApproximately(index, { ...data, onRows }, results)) {
    const sample = new Random(RECALL_SEED).sample(vectors.rows, RECALL_ROWS);
    post({ type: 'finished', recall: measureNeighborRecall(vectors, metric, k, results, sample) });
  }
}

async function openIndex({ vectors, k, metric }: ApproximateWorkerData): Promise<ApproximateIndex | null> {
  try {
    const { Index, MetricKind, ScalarKind } = await import('usearch');
    return new Index({
      dimensions: vectors.dimension,
      metric: metric === 'cosine' ? MetricKind.Cos : MetricKind.L2sq,
      quantization: metric === 'cosine' ? ScalarKind.F16 : ScalarKind.F32,
      connectivity: CONNECTIVITY,
      expansion_add: EXPANSION,
      expansion_search: Math.max(EXPANSION, 2 * k),
      multi: false,
    }) as unknown as ApproximateIndex;
  } catch (error) {
    post({ type: 'unavailable', reason: error instanceof Error ? error.message : String(error) });
    return null;
  }
}
