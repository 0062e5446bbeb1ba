import type { ImageDataset } from '../../server/dataset/dataset.ts';
import type { ModelDescription } from '../../server/extraction/extraction.ts';
import { DEFAULT_PROJECTION_PARAMETERS, type IterationStatistics } from '../../server/storage/run.ts';
import type { EmbeddingSet, NewRun, Store, StoredDataset } from '../../server/storage/store.ts';

const MODEL: ModelDescription = {
  name: 'nano',
  directory: '/models/nano',
  architecture: 'dinov3-vit',
  embeddingSize: 12,
  patchSize: 16,
  resolution: 32,
  interpolation: 'bilinear',
  parameterCount: 1,
  checksum: 'abc',
  trained: false,
};
export const DIMENSION = 12;
export const SIZE = 6_001;

export function imageDataset(name: string, fingerprint = 'print', size = SIZE): ImageDataset {
  return {
    name,
    kind: 'folder',
    size,
    fingerprint,
    imageSize: { width: 32, height: 24 },
    failures: [{ file: 'broken.png', reason: 'it is empty' }],
    label: {
      name: 'class',
      names: ['ship', 'it\'s "a", {cat}\\', 'ø 🐈'],
      codes: Int32Array.from({ length: size }, (_, i) => (i % 4) - 1),
    },
    columns: [{ name: 'split', names: ['train', 'test'], codes: Int32Array.from({ length: size }, (_, i) => i % 2) }],
    numbers: [
      { name: 'sharpness', values: Float64Array.from({ length: size }, (_, i) => (i % 3 === 0 ? NaN : i / 7)) },
    ],
    imageName: (index) => `folder, "${String(index)}"`,
    readPixels: () => Promise.reject(new Error('no pixels are needed')),
    close: () => Promise.resolve(),
  };
}

/** Values of every magnitude that float32 has, subnormal ones and −0 among them. */
export function exactVectors(rows: number): Float32Array {
  const special = [-0, 1e-45, -1.1754942e-38, 3.4028235e38, -3.4028235e38, 0.1, 1 / 3, 16777217];
  return Float32Array.from(
    { length: rows * DIMENSION },
    (_, i) => special[i % 9] ?? Math.sin(i) * 10 ** ((i % 60) - 30),
  );
}

export function openSet(store: Store, dataset: StoredDataset, pooling: 'cls' | 'mean' = 'cls'): Promise<EmbeddingSet> {
  return store.embeddingSets.openEmbeddingSet(
    dataset,
    MODEL,
    { pooling, resolution: 32, interpolation: 'bilinear', normalize: true },
    'onnx',
    DIMENSION,
  );
}

export function newRun(changes: Partial<NewRun> = {}): NewRun {
  return {
    name: 'first',
    request: { datasetName: 'emoji', modelName: 'nano', limit: 100, pooling: 'cls', resolution: null },
    parameters: { ...DEFAULT_PROJECTION_PARAMETERS, curvatureScale: 2.5, seed: 7 },
    embeddingSetId: null,
    ...changes,
  };
}

export const statistic = (iteration: number, loss = 1 / iteration): IterationStatistics => ({
  iteration,
  loss,
  gradientNorm: 0.1 * iteration,
  curvatureScale: 1.5,
  exaggeration: 12,
  recallAt15: iteration % 2 === 0 ? loss : null,
});
