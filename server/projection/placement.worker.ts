import { parentPort, workerData } from 'node:worker_threads';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import type { KernelExports } from '../neighbors/neighborSearch.ts';
import { QUERY_CHUNK, QuerySearch, type SharedQuerySearch } from '../neighbors/querySearch.ts';
import { ThreadTeam } from '../neighbors/threadTeam.ts';
import { fitFlatScale } from './fittedScale.ts';
import { PointPlacement } from './placePoint.ts';
import { calibratedRow } from './similarities.ts';

/** Points of a flat layout from which its scale is taken. */
const FIT_POINTS = 256;

/** What a placing thread is started with; the arrays are shared. */
export interface PlacementWorkerData {
  readonly search: SharedQuerySearch;
  readonly module: WebAssembly.Module;
  readonly control: SharedArrayBuffer;
  readonly thread: number;
  /** The layout, N × 2, not to be changed meanwhile. */
  readonly positions: Float64Array;
  readonly curved: boolean;
  /** s of the kernel; null for a flat layout, to which it is fitted. */
  readonly scale: number | null;
  readonly perplexity: number;
}

/** Rows to place, and shared arrays for what comes out; the threads take chunks of rows by the counter. */
export interface PlaceRequest {
  readonly queries: EmbeddingMatrix;
  readonly counter: Int32Array;
  readonly indices: Int32Array;
  readonly distances: Float64Array;
  readonly positions: Float64Array;
}

export type PlacementReply = { readonly type: 'ready' } | { readonly type: 'placed' };

const { search, module, control, thread, positions, curved, scale, perplexity } = workerData as PlacementWorkerData;
const { k, metric, threads } = search.plan;
const instance = new WebAssembly.Instance(module, { env: { memory: search.memory } });
const querySearch = new QuerySearch(search, instance.exports as unknown as KernelExports, thread);
const post = (reply: PlacementReply): void => parentPort!.postMessage(reply);

if (querySearch.prepare(new ThreadTeam(control, threads))) {
  const placement = new PointPlacement(positions, curved, scale ?? fittedScale());
  parentPort!.on('message', (request: PlaceRequest) => {
    placeAll(placement, request);
    post({ type: 'placed' });
  });
}
post({ type: 'ready' });

function placeAll(placement: PointPlacement, request: PlaceRequest): void {
  const { queries, counter, indices, distances } = request;
  const chunks = Math.ceil(queries.rows / QUERY_CHUNK);
  for (let chunk = Atomics.add(counter, 0, 1); chunk < chunks; chunk = Atomics.add(counter, 0, 1)) {
    const start = chunk * QUERY_CHUNK;
    const end = Math.min(queries.rows, start + QUERY_CHUNK);
    querySearch.find(queries, start, end, indices, distances);
    for (let row = start; row < end; row++) {
      const near = indices.subarray(row * k, (row + 1) * k);
      const similarities = calibratedRow(distances.subarray(row * k, (row + 1) * k), metric, perplexity);
      placement.placeInto(request.positions, row, near, similarities);
    }
  }
}

function fittedScale(): number {
  const { base } = search;
  const count = Math.min(base.rows, FIT_POINTS);
  const points = Int32Array.from({ length: count }, (_, n) => Math.floor((n * base.rows) / count));
  const neighbors = new Int32Array(count * k);
  const distances = new Float64Array(count * k);
  const similarities = new Float64Array(count * k);
  for (let n = 0; n < count; n++) {
    // One of the k is the point itself, to which it has no similarity.
    const query = { rows: 1, dimension: base.dimension, values: rowOf(base, points[n]) };
    querySearch.find(query, 0, 1, neighbors.subarray(n * k), distances.subarray(n * k));
    const own = distances.slice(n * k, (n + 1) * k);
    const row = calibratedRow(own, metric, perplexity);
    neighbors.subarray(n * k, (n + 1) * k).forEach((j, rank) => (row[rank] = j === points[n] ? 0 : row[rank]));
    const total = row.reduce((sum, p) => sum + p, 0);
    similarities.set(total > 0 ? row.map((p) => p / total) : row, n * k);
  }
  return fitFlatScale(positions, { points, k, neighbors, similarities });
}

function rowOf({ dimension, values }: EmbeddingMatrix, row: number): Float32Array {
  return values.slice(row * dimension, (row + 1) * dimension);
}
