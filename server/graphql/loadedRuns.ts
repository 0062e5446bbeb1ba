import { sampleIndices } from '../dataset/dataset.ts';
import { NotFoundError } from '../errors.ts';
import { CosineIndex } from '../neighbors/cosineNeighbors.ts';
import { buildDiskIndex } from '../neighbors/buildDiskIndex.ts';
import type { DiskIndex } from '../neighbors/diskIndex.ts';
import type { ImageColumns, Store, StoredDataset } from '../storage/store.ts';
import { ByteCache } from './byteCache.ts';
import type { LabelCountType } from './dataset.type.ts';
import type { RunType } from './run.type.ts';
import type { RunPointsType } from './runPoints.type.ts';

/** Vectors of a few runs of 60,000 points; the server as a whole is to stay under 2 GB. */
const VECTOR_CACHE_BYTES = 256 * 2 ** 20;
const LAYOUT_CACHE_BYTES = 64 * 2 ** 20;
const COLUMN_CACHE_BYTES = 64 * 2 ** 20;
/** A file name in memory, about. */
const BYTES_PER_NAME = 64;

const NO_POINTS: RunPointsType = {
  datasetId: null,
  pictured: false,
  labelNames: [],
  labelCodes: '',
  imageIndices: '',
  columns: [],
  numbers: [],
  recallPerPoint: null,
};

/** What tells which points a run has. */
export type RunReference = Pick<RunType, 'id' | 'embeddingSetId' | 'datasetName' | 'parameters'>;

/** Positions (N × 2, interleaved) with an index of them. */
export interface IndexedLayout {
  readonly positions: Float64Array;
  readonly index: DiskIndex;
}

/** The points of a run that has reached its embeddings. */
export interface RunImages {
  readonly dataset: StoredDataset;
  readonly embeddingSetId: string;
  /** The image of every point. */
  readonly imageIndices: Int32Array;
}

/** What the API needs of runs beyond their rows: images, classes, vectors; the latest used are kept in memory. */
export class LoadedRuns {
  readonly #store: Store;
  readonly #columns = new ByteCache<ImageColumns>(COLUMN_CACHE_BYTES);
  readonly #names = new ByteCache<readonly string[]>(COLUMN_CACHE_BYTES);
  readonly #indices = new ByteCache<CosineIndex>(VECTOR_CACHE_BYTES);
  readonly #images = new ByteCache<RunImages | null>(COLUMN_CACHE_BYTES);
  readonly #layouts = new ByteCache<IndexedLayout | null>(LAYOUT_CACHE_BYTES);

  constructor(store: Store) {
    this.#store = store;
  }

  /** The data set of a run; null until it was opened once. */
  async findDataset(run: RunReference): Promise<StoredDataset | null> {
    const { datasets, embeddingSets } = this.#store;
    const set = run.embeddingSetId === null ? null : await embeddingSets.findEmbeddingSet(run.embeddingSetId);
    if (set !== null) return datasets.findDataset(set.datasetId);
    return run.datasetName === null ? null : datasets.findDatasetByName(run.datasetName);
  }

  /** The points of a run; null before it has reached its embeddings. */
  async findImages(run: RunReference): Promise<RunImages | null> {
    const { embeddingSetId } = run;
    if (embeddingSetId === null) return null;
    // Which images a run has does not change once it has an embedding set.
    const key = `${run.id} ${embeddingSetId}`;
    const images = await this.#images.get(key, async () => {
      const dataset = await this.findDataset(run);
      if (dataset === null) return { value: null, bytes: 0 };
      const imageIndices = sampleIndices(dataset.imageCount, run.parameters.limit ?? undefined);
      return { value: { dataset, embeddingSetId, imageIndices }, bytes: imageIndices.byteLength };
    });
    if (images === null) this.#images.delete(key);
    return images;
  }

  /** @throws NotFoundError when the run has not come to its embeddings yet. */
  async images(run: RunReference): Promise<RunImages> {
    const images = await this.findImages(run);
    if (images === null) throw new NotFoundError(`run ${run.id} has no points yet; wait until its images are open`);
    return images;
  }

  columns(datasetId: string): Promise<ImageColumns> {
    return this.#columns.get(datasetId, async () => {
      const value = await this.#store.datasets.readImageColumns(datasetId);
      const { label, columns, numbers } = value;
      return { value, bytes: label.codes.byteLength * (1 + columns.length + 2 * numbers.length) };
    });
  }

  /** Of every image of a data set. */
  names(datasetId: string): Promise<readonly string[]> {
    return this.#names.get(datasetId, async () => {
      const value = await this.#store.datasets.readImageNames(datasetId);
      return { value, bytes: BYTES_PER_NAME * value.length };
    });
  }

  /** For neighbors of a run's points in the embedding. */
  async cosineIndex(run: RunReference): Promise<CosineIndex> {
    const { embeddingSetId, imageIndices } = await this.images(run);
    return this.#indices.get(run.id, async () => {
      const vectors = await this.#store.embeddingSets.readEmbeddings(embeddingSetId, imageIndices);
      const value = await CosineIndex.create(vectors);
      return { value, bytes: value.byteLength };
    });
  }

  /** The last layout of a run that has ended, which does not change any more; null where there is none. */
  finalLayout(run: RunReference): Promise<IndexedLayout | null> {
    return this.#layouts.get(run.id, async () => {
      const keyframe = await this.#store.runs.readKeyframe(run.id);
      if (keyframe === null) return { value: null, bytes: 0 };
      const positions = keyframe.coordinates;
      const index = await buildDiskIndex(positions, run.parameters.geometry);
      return { value: { positions, index }, bytes: positions.byteLength + index.data.byteLength };
    });
  }

  async points(run: RunReference): Promise<RunPointsType> {
    const images = await this.findImages(run);
    if (images === null) {
      return NO_POINTS;
    }
    const { dataset, imageIndices } = images;
    const { label, columns, numbers } = await this.columns(dataset.id);
    const { runs } = this.#store;
    // What nobody asks for is not encoded.
    return {
      datasetId: dataset.id,
      pictured: dataset.kind !== 'vectors',
      labelNames: [...label.names],
      get labelCodes() {
        return encodeCodes(label.codes, imageIndices);
      },
      get imageIndices() {
        return toBase64(imageIndices);
      },
      get columns() {
        return columns.map(({ name, names, codes }) => ({
          name,
          names: [...names],
          codes: encodeCodes(codes, imageIndices),
        }));
      },
      get numbers() {
        return numbers.map(({ name, values }) => ({
          name,
          get values() {
            return toBase64(numbersAt(values, imageIndices));
          },
        }));
      },
      get recallPerPoint() {
        return runs.readRecall(run.id).then((recall) => recall?.toString('base64') ?? null);
      },
    };
  }

  /** The name of the image of every point; empty before the run has points. */
  async imageNames(run: RunReference): Promise<string[]> {
    const images = await this.findImages(run);
    if (images === null) return [];
    const names = await this.names(images.dataset.id);
    return Array.from(images.imageIndices, (image) => names[image]);
  }

  /** The class of every image of a data set as base64 of Int16, −1 for none. */
  async labelCodes(datasetId: string): Promise<string> {
    const { label } = await this.columns(datasetId);
    return toBase64(Int16Array.from(label.codes));
  }

  /** How many images have each class, in the order of the classes. */
  async countLabels(datasetId: string): Promise<LabelCountType[]> {
    const { label } = await this.columns(datasetId);
    const counts = new Uint32Array(label.names.length);
    for (const code of label.codes) if (code >= 0) counts[code]++;
    return label.names.map((name, code) => ({ name, count: counts[code] }));
  }

  /** Frees what is kept of a run. */
  forget(runId: string): void {
    this.#indices.delete(runId);
    this.#layouts.delete(runId);
  }
}

/** Bytes of a typed array as base64; every platform that Node runs on by default is little-endian. */
export function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function encodeCodes(codes: Int32Array, imageIndices: Int32Array): string {
  const ofPoints = new Int16Array(imageIndices.length);
  // Some ten times as fast as `Int16Array.from`, which asks an iterator.
  for (let point = 0; point < ofPoints.length; point++) ofPoints[point] = codes[imageIndices[point]];
  return toBase64(ofPoints);
}

/** The number of the image of every point. */
function numbersAt(values: Float64Array, imageIndices: Int32Array): Float64Array {
  const ofPoints = new Float64Array(imageIndices.length);
  for (let point = 0; point < ofPoints.length; point++) ofPoints[point] = values[imageIndices[point]];
  return ofPoints;
}
