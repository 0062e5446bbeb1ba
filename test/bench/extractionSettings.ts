import { availableParallelism, loadavg } from 'node:os';
import { resolve } from 'node:path';
import type { ImageDataset } from '../../server/dataset/dataset.ts';
import { openDataset } from '../../server/dataset/openDataset.ts';
import { streamEmbeddings } from '../../server/extraction/embeddingStream.ts';
import { EmbeddingWorker } from '../../server/extraction/embeddingWorker.ts';
import type { EngineName } from '../../server/extraction/extraction.ts';
import { findModel } from '../../server/extraction/modelCatalog.ts';
import { WorkerPool } from '../../server/extraction/workerPool.ts';
import { memoryDataset, patternImage } from '../support/memoryDataset.ts';

const ROUNDS = 3;
const MILLISECONDS_PER_ROUND = 3000;

interface Setting {
  readonly engine: EngineName;
  readonly workers: number;
  /** Threads inside each worker's engine. */
  readonly threads: number;
  readonly batch: number;
}

/** One line of the table. */
export interface ExtractionFigures extends Setting {
  /** Median and best of the rounds, from the data set's pixels to vectors in the calling thread. */
  readonly imagesPerSecond: number;
  readonly bestImagesPerSecond: number;
  readonly secondsToOpen: number;
}

/**
 * Extraction with the bundled model: images a second by engine, split of the cores and batch size. The settings take
 * turns, so that what else the machine does meets all of them.
 */
export async function run(): Promise<{ figures: ExtractionFigures[]; dataset: string; loadAverage: number }> {
  const cores = availableParallelism();
  const settings: Setting[] = [
    { engine: 'onnx', workers: cores, threads: 1, batch: 64 },
    { engine: 'onnx', workers: cores, threads: 1, batch: 16 },
    { engine: 'onnx', workers: cores, threads: 1, batch: 256 },
    { engine: 'onnx', workers: 1, threads: cores, batch: 64 },
    { engine: 'onnx', workers: 1, threads: 1, batch: 64 },
    { engine: 'wasm', workers: cores, threads: 1, batch: 16 },
  ];
  const dataset = await benchmarkDataset();
  const opened: { setting: Setting; pool: WorkerPool; seconds: number; rates: number[] }[] = [];
  for (const setting of settings) {
    const start = performance.now();
    const pool = await openPool(setting);
    opened.push({ setting, pool, seconds: (performance.now() - start) / 1000, rates: [] });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { setting, pool, rates } of opened) rates.push(await measure(pool, setting, dataset));
  }
  const figures = opened.map(({ setting, seconds, rates }) => {
    const sorted = [...rates].sort((a, b) => a - b);
    const [imagesPerSecond, bestImagesPerSecond] = [sorted[sorted.length >> 1], sorted[sorted.length - 1]].map(
      Math.round,
    );
    return { ...setting, imagesPerSecond, bestImagesPerSecond, secondsToOpen: Number(seconds.toFixed(2)) };
  });
  for (const { pool } of opened) await pool.close();
  console.table(figures);
  return { figures, dataset: dataset.name, loadAverage: loadavg()[0] };
}

async function openPool({ engine, workers, threads }: Setting): Promise<WorkerPool> {
  const { directory, resolution } = await findModel('nano', { home: '.circle-limit' });
  const options = { directory, engine, threads, pooling: 'cls', resolution, normalize: false } as const;
  const started = await Promise.all(Array.from({ length: workers }, () => EmbeddingWorker.start(options)));
  return new WorkerPool(started.map(({ worker }) => worker));
}

/** Images a second over a stretch of the stream in its steady state. */
async function measure(pool: WorkerPool, { engine, batch }: Setting, dataset: ImageDataset): Promise<number> {
  const imageIndices = Int32Array.from({ length: 100_000 }, (_, i) => i % dataset.size);
  const stream = streamEmbeddings(pool, { dataset, imageIndices, batchSize: batch, engineName: engine });
  await stream.next();
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < MILLISECONDS_PER_ROUND) {
    const { value } = await stream.next();
    if (value !== undefined) done += value.imageIndices.length;
  }
  const seconds = (performance.now() - start) / 1000;
  await stream.return();
  // What was prepared ahead must not run into the next setting's round.
  await Promise.all(pool.workers.map((worker) => worker.embed([patternImage(0)])));
  return done / seconds;
}

/** CIFAR-10's test split where its files are named, images made up otherwise: the model takes the same time for both. */
async function benchmarkDataset(): Promise<ImageDataset> {
  const folder = process.env.CIFAR10_DIR;
  if (folder === undefined) return memoryDataset({ size: 1000, image: (index) => patternImage(index) });
  return openDataset('cifar10/test', { cacheFolder: resolve('.circle-limit/datasets'), cifar10Dir: resolve(folder) });
}
