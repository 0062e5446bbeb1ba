import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { InterruptedError } from '../errors.ts';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { Random } from '../geometry/random.ts';
import { DiskIndex } from '../neighbors/diskIndex.ts';
import type { EmbeddingMetric } from '../neighbors/neighborGraph.ts';
import { ThreadTeam } from '../neighbors/threadTeam.ts';
import { distFile, workerUrl } from '../paths.ts';
import type { LayoutGeometry, Quality } from './projection.ts';
import type { QualityWorkerData } from './quality.worker.ts';
import { QualityTask, type PairFigures, type SharedQuality } from './qualityTask.ts';
import { checkTree } from './sampleDistances.ts';

/** Neighbors that the figures look at, by their names. */
const NEIGHBOR_COUNT = 15;
/** Up to here every point is measured; beyond, a sample. */
const LARGEST_EXACT = 20_000;
const SAMPLE_SIZE = 3_000;
/** |u| beyond which a point counts as crowded at the rim. */
const RIM_RADIUS = 0.99;
const PAGE_BYTES = 65_536;
const MAXIMUM_PAGES = 65_536;
const KERNEL_BYTES = 1024;
/** Rows whose mean is the origin of Euclidean scores. */
const CENTER_ROWS = 1000;
const PHASES = 3;

export interface QualityInput {
  readonly vectors: EmbeddingMatrix;
  /** N × 2, interleaved. */
  readonly positions: Float64Array;
  /** Class of each point, −1 for none; null without labels. */
  readonly labels: Int32Array | null;
  readonly curvatureScale: number;
  readonly geometry: LayoutGeometry;
  /** How distance in the embedding is measured; cosine by default. */
  readonly metric?: EmbeddingMetric;
  /** The parent of every point, −1 for the root, where the points are known to form a tree. */
  readonly parents?: Int32Array | null;
  /** Seed of the sample. */
  readonly seed: number;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
}

export interface MeasuredQuality extends Quality {
  /** N: share of a point's true neighbors that the layout keeps; NaN where it was not measured. */
  readonly recallPerPoint: Float32Array;
}

/**
 * How well a layout keeps what the embedding says, over k = 15 neighbors by cosine in the embedding and by geodesic
 * distance on the disk (straight distance on a flat layout). Trustworthiness and continuity as in Venna and Kaski,
 * "Neighborhood preservation in nonlinear projection methods" (2001), normalized as in scikit-learn. Up to 20,000 points
 * everything is exact; beyond, recall, trustworthiness and continuity come from a seeded sample of 3,000 points, each
 * compared with all others, and `errors` has their 95 % confidence intervals. Distance correlation and tree distortion are
 * over all pairs, or over 250,000 seeded ones beyond. With fewer than 32 points k is the largest that the normalization allows, (N − 1)/2.
 *
 * @throws InterruptedError when the signal aborts; BadInputError for parents that are not a tree
 */
export async function measureQuality(input: QualityInput): Promise<MeasuredQuality> {
  if (input.parents) checkTree(input.parents, input.vectors.rows);
  const shared = share(input);
  const { correlation, tree } = await runThreads(shared, input);
  const { sample, k, recallPerPoint, intrusion, extrusion, labelHits } = shared;
  const pointCount = input.vectors.rows;
  const normalization = (sample.length * k * (2 * pointCount - 3 * k - 1)) / 2;
  const recall = sample.reduce((sum, point) => sum + recallPerPoint[point], 0) / sample.length;
  return {
    recallAt15: recall,
    trustworthinessAt15: 1 - sumOf(intrusion) / normalization,
    continuityAt15: 1 - sumOf(extrusion) / normalization,
    labelKnnAt15: input.labels === null ? null : accuracy(labelHits),
    rimFraction: rimFraction(input.positions),
    curvatureScale: input.curvatureScale,
    distanceCorrelation: correlation.value,
    treeDistortion: tree?.value ?? null,
    sampleSize: sample.length,
    errors: {
      recallAt15: halfWidth(
        Float64Array.from(sample, (point) => recallPerPoint[point]),
        pointCount,
      ),
      trustworthinessAt15: (halfWidth(intrusion, pointCount) * sample.length) / normalization,
      continuityAt15: (halfWidth(extrusion, pointCount) * sample.length) / normalization,
      distanceCorrelation: correlation.error,
      treeDistortion: tree?.error ?? null,
    },
    recallPerPoint,
  };
}

/** The k of the figures for N points: 15, or less where 2N − 3k − 1 would not be positive. */
export function qualityNeighborCount(pointCount: number): number {
  return Math.max(1, Math.min(NEIGHBOR_COUNT, Math.floor((pointCount - 1) / 2)));
}

function share(input: QualityInput): SharedQuality {
  const { vectors, threads, seed } = input;
  const { rows, dimension } = vectors;
  const stride = Math.ceil((dimension * 4) / 16) * 16;
  const paddedRows = Math.ceil(rows / 4) * 4;
  const scoresOffset = KERNEL_BYTES + paddedRows * stride;
  const pages = Math.ceil((scoresOffset + threads * QualityTask.scoreBytes(paddedRows)) / PAGE_BYTES);
  const sample =
    rows <= LARGEST_EXACT ? Int32Array.from({ length: rows }, (_, i) => i) : new Random(seed).sample(rows, SAMPLE_SIZE);
  const positions = new Float64Array(new SharedArrayBuffer(input.positions.byteLength));
  positions.set(input.positions);
  return {
    memory: new WebAssembly.Memory({ initial: pages, maximum: MAXIMUM_PAGES, shared: true }),
    vectors: { rows, dimension, values: shareable(vectors.values) },
    positions,
    metric: input.geometry,
    embeddingMetric: input.metric ?? 'cosine',
    center: input.metric === 'euclidean' ? meanOfSome(vectors) : new Float64Array(dimension),
    halfNorms: new Float32Array(new SharedArrayBuffer(rows * 4)),
    parents: input.parents ?? null,
    seed,
    k: qualityNeighborCount(rows),
    labels: input.labels,
    sample,
    stride,
    paddedRows,
    rowsOffset: KERNEL_BYTES,
    scoresOffset,
    treeData: DiskIndex.emptyData(rows),
    tasks: new Int32Array(new SharedArrayBuffer(PHASES * 4)),
    aborted: new Int32Array(new SharedArrayBuffer(4)),
    recallPerPoint: new Float32Array(new SharedArrayBuffer(rows * 4)).fill(Number.NaN),
    labelHits: new Int8Array(new SharedArrayBuffer(rows)).fill(-1),
    intrusion: new Float64Array(new SharedArrayBuffer(sample.length * 8)),
    extrusion: new Float64Array(new SharedArrayBuffer(sample.length * 8)),
  };
}

function shareable(values: Float32Array): Float32Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

/** The mean of some rows, an origin near them all. */
function meanOfSome({ rows, dimension, values }: EmbeddingMatrix): Float64Array {
  const mean = new Float64Array(dimension);
  const count = Math.min(rows, CENTER_ROWS);
  for (let n = 0; n < count; n++) {
    const start = Math.floor((n * rows) / count) * dimension;
    for (let d = 0; d < dimension; d++) mean[d] += values[start + d] / count;
  }
  return mean;
}

/** Half the 95 % confidence interval of the mean of a sample drawn without replacement from N; 0 when it is all. */
function halfWidth(sample: Float64Array, pointCount: number): number {
  if (sample.length >= pointCount) return 0;
  const mean = sumOf(sample) / sample.length;
  const variance = sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sample.length - 1);
  const finite = (pointCount - sample.length) / (pointCount - 1);
  return 1.96 * Math.sqrt((variance * finite) / sample.length);
}

async function runThreads(shared: SharedQuality, { threads, signal }: QualityInput): Promise<PairFigures> {
  const module = await WebAssembly.compile(await readFile(distFile('wasm/neighbors.wasm')));
  const control = ThreadTeam.createBuffer();
  const team = new ThreadTeam(control, threads);
  const stop = (): void => {
    Atomics.store(shared.aborted, 0, 1);
    team.abort();
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const workers = Array.from({ length: threads }, (_, thread) => {
    const workerData: QualityWorkerData = { shared, module, control, thread, threads };
    return new Worker(workerUrl(import.meta.url, 'quality.worker'), { workerData });
  });
  let figures: PairFigures | null = null;
  try {
    [figures = null] = await Promise.all(workers.map(untilFinished));
  } finally {
    stop();
    signal?.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  if (signal?.aborted || figures === null) throw new InterruptedError('measuring the quality was stopped');
  return figures;
}

function untilFinished(worker: Worker): Promise<PairFigures | null> {
  return new Promise((resolve, reject) => {
    worker.once('message', (figures: PairFigures | null) => resolve(figures));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a quality thread ended with code ${code}`)));
  });
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function accuracy(hits: Int8Array): number | null {
  let labeled = 0;
  let right = 0;
  for (const hit of hits) {
    if (hit >= 0) labeled++;
    if (hit > 0) right++;
  }
  return labeled === 0 ? null : right / labeled;
}

function rimFraction(positions: Float64Array): number {
  let crowded = 0;
  for (let at = 0; at < positions.length; at += 2) {
    if (Math.hypot(positions[at], positions[at + 1]) > RIM_RADIUS) crowded++;
  }
  return crowded / (positions.length / 2);
}
