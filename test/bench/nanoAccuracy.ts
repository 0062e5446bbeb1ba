import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { openDataset } from '../../server/dataset/openDataset.ts';
import { streamEmbeddings } from '../../server/extraction/embeddingStream.ts';
import { EmbeddingWorker } from '../../server/extraction/embeddingWorker.ts';
import { findModel } from '../../server/extraction/modelCatalog.ts';
import { WorkerPool } from '../../server/extraction/workerPool.ts';
import { normalizeRows, weightedVote } from '../support/weightedNeighbors.ts';

/**
 * Weighted 20-NN accuracy of the bundled model through the product's own engine: CIFAR-10's test images against all its
 * training images. CIFAR10_DIR names the folder with the six .bin files.
 */
export async function run(): Promise<{ accuracy: number; imagesPerSecond: number; queries: number; bank: number }> {
  const folder = process.env.CIFAR10_DIR;
  if (folder === undefined) throw new Error('CIFAR10_DIR must name the folder with the six .bin files of CIFAR-10');
  const { directory, resolution } = await findModel('nano', { home: '.circle-limit' });
  const options = { directory, engine: 'onnx', threads: 1, pooling: 'cls', resolution, normalize: false } as const;
  const started = await Promise.all(
    Array.from({ length: availableParallelism() }, () => EmbeddingWorker.start(options)),
  );
  const pool = new WorkerPool(started.map(({ worker }) => worker));
  const start = performance.now();
  const bank = await embedSplit(pool, 'cifar10/train', folder);
  const queries = await embedSplit(pool, 'cifar10/test', folder);
  const seconds = (performance.now() - start) / 1000;
  await pool.close();
  let right = 0;
  for (let query = 0; query < queries.labels.length; query++) {
    const vector = queries.vectors.subarray(query * queries.dimension, (query + 1) * queries.dimension);
    if (weightedVote(vector, bank.vectors, bank.labels, 10) === queries.labels[query]) right++;
  }
  const result = {
    accuracy: right / queries.labels.length,
    imagesPerSecond: Math.round((bank.labels.length + queries.labels.length) / seconds),
    queries: queries.labels.length,
    bank: bank.labels.length,
  };
  console.table([result]);
  return result;
}

async function embedSplit(pool: WorkerPool, split: string, folder: string) {
  const dataset = await openDataset(split, {
    cacheFolder: resolve('.circle-limit/datasets'),
    cifar10Dir: resolve(folder),
  });
  const imageIndices = Int32Array.from({ length: dataset.size }, (_, image) => image);
  const stream = streamEmbeddings(pool, { dataset, imageIndices, batchSize: 64, engineName: 'onnx' });
  let vectors = new Float32Array(0);
  for await (const batch of stream) {
    const dimension = batch.vectors.length / batch.imageIndices.length;
    if (vectors.length === 0) vectors = new Float32Array(dataset.size * dimension);
    batch.imageIndices.forEach((image, row) =>
      vectors.set(batch.vectors.subarray(row * dimension, (row + 1) * dimension), image * dimension),
    );
  }
  const dimension = vectors.length / dataset.size;
  normalizeRows(vectors, dimension);
  await dataset.close();
  return { vectors, dimension, labels: dataset.label.codes };
}
