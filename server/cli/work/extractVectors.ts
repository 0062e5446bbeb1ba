import type { Config, EngineChoice } from '../../config.ts';
import { sampleIndices, type ImageDataset } from '../../dataset/dataset.ts';
import { BadInputError, UnavailableError } from '../../errors.ts';
import { resolveChoices } from '../../extraction/extraction.ts';
import type { EmbeddedBatch, Interpolation, ModelDescription, Pooling } from '../../extraction/extraction.ts';
import { ExtractionJournal } from '../../extraction/extractionJournal.ts';
import { findModel } from '../../extraction/modelCatalog.ts';
import { openExtractor } from '../../extraction/openExtractor.ts';
import type { EmbeddingMatrix } from '../../formats/embeddingMatrix.ts';
import type { Reporter } from '../reporter.ts';
import { imageHashes, readEarlierVectors, writeVectorRecord, type VectorIdentity } from './earlierVectors.ts';

export interface ExtractionCommandOptions {
  readonly dataset: string;
  readonly model: string;
  readonly limit?: number;
  readonly batch?: number;
  readonly engine?: EngineChoice;
  readonly pooling: Pooling;
  readonly resolution?: number;
  readonly interpolation?: Interpolation;
  readonly normalize: boolean;
  readonly threads: number;
}

export interface ExtractedVectors {
  readonly vectors: EmbeddingMatrix;
  readonly imageIndices: Int32Array;
  readonly model: ModelDescription;
  readonly identity: VectorIdentity;
  readonly engine: string;
  readonly seconds: number;
  /** The share of time in which the model waited; null when there was nothing to embed. */
  readonly modelWaitShare: number | null;
  /** Images embedded by this call; the others were known. */
  readonly embedded: number;
  /** Notes how the vectors were made and removes the journal; call it once the vectors stand in their file. */
  readonly commit: () => Promise<void>;
}

interface ExtractionContext {
  readonly config: Config;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Where the caller will write the vectors. */
  readonly vectorFile: string;
}

/**
 * Embeds the images of a data set. What stands in `vectorFile` already, made by the same weights with the same choices,
 * is taken over image by image; finished batches are kept in a journal beside it, so that an interrupted call goes on
 * where it was. The model is loaded only when an image is missing.
 */
export async function extractVectors(
  dataset: ImageDataset,
  options: ExtractionCommandOptions,
  context: ExtractionContext,
): Promise<ExtractedVectors> {
  const { config, reporter, vectorFile } = context;
  const model = await findNamedModel(options.model, config);
  if (!model.trained) reporter.note(`model ${model.name} is untrained: its weights were made from a seed`);
  const start = performance.now();
  const identity = { modelChecksum: model.checksum, ...resolveChoices(model, options) };
  const imageIndices = sampleIndices(dataset.size, options.limit);
  const hashes = imageHashes(dataset, imageIndices);
  const dimension = options.pooling === 'cls+mean' ? 2 * model.embeddingSize : model.embeddingSize;
  const collector = new VectorCollector(imageIndices, dimension);
  const earlier = await readEarlierVectors(vectorFile, identity);
  if (earlier !== null) {
    imageIndices.forEach((image, row) => {
      const vectors = earlier.find(hashes.subarray(32 * row, 32 * (row + 1)));
      if (vectors !== null) collector.add({ imageIndices: Int32Array.of(image), vectors });
    });
  }
  const computed = await extractMissing(collector, model, dataset, { ...options, ...identity }, context);
  const found = imageIndices.length - computed.embedded;
  if (found > 0) reporter.note(`${found} of ${imageIndices.length} images were embedded before`);
  const engine = computed.engine ?? earlier?.engine ?? 'none';
  const seconds = Math.round(performance.now() - start) / 1000;
  return {
    ...{ vectors: collector.matrix, imageIndices, model, identity, engine, seconds },
    modelWaitShare: computed.modelWaitShare,
    embedded: computed.embedded,
    commit: async () => {
      const about = {
        ...{ dataset: dataset.name, datasetFingerprint: dataset.fingerprint, images: imageIndices.length },
        ...{ limit: options.limit ?? null, model: model.name, modelTrained: model.trained, dimension, engine },
        labelNames: dataset.label.names,
      };
      await writeVectorRecord(vectorFile, { identity, about, vectors: collector.matrix, hashes });
      await computed.removeJournal();
    },
  };
}

interface Computed {
  readonly embedded: number;
  /** Null when nothing was missing. */
  readonly engine: string | null;
  readonly modelWaitShare: number | null;
  readonly removeJournal: () => Promise<void>;
}

/** Completes the vectors, first from the journal of an interrupted call, then with the model. */
async function extractMissing(
  collector: VectorCollector,
  model: ModelDescription,
  dataset: ImageDataset,
  options: ExtractionCommandOptions & VectorIdentity,
  { config, reporter, signal, vectorFile }: ExtractionContext,
): Promise<Computed> {
  const total = collector.matrix.rows;
  if (collector.done === total) {
    return { embedded: 0, engine: null, modelWaitShare: null, removeJournal: () => Promise.resolve() };
  }
  const { pooling, resolution, interpolation, normalize } = options;
  const journalIdentity = {
    ...{ dataset: dataset.fingerprint, model: model.checksum, pooling, resolution, interpolation, normalize },
    dimension: collector.matrix.dimension,
  };
  const extractor = await openExtractor(model, {
    ...{ pooling, resolution, interpolation, normalize },
    engine: options.engine ?? config.engine,
    threads: options.threads,
    batchSize: options.batch,
  });
  try {
    const journal = await ExtractionJournal.open(`${vectorFile}.partial`, journalIdentity, (batch) =>
      collector.add(batch),
    );
    const missing = collector.missing();
    try {
      for await (const batch of extractor.extract({ dataset, imageIndices: missing, signal })) {
        await journal.append(batch);
        collector.add(batch);
        reporter.progress('extraction', { done: collector.done, total, unit: 'images' });
      }
    } catch (error) {
      await journal.close();
      throw error;
    }
    const modelWaitShare = roundedShare(extractor.waitShare);
    const removeJournal = (): Promise<void> => journal.remove();
    return { embedded: missing.length, engine: extractor.engineName, modelWaitShare, removeJournal };
  } finally {
    await extractor.close();
  }
}

async function findNamedModel(name: string, config: Config): Promise<ModelDescription> {
  try {
    return await findModel(name, { home: config.home });
  } catch (error) {
    if (error instanceof UnavailableError) throw new BadInputError(error.message, { cause: error });
    throw error;
  }
}

/** Puts batches, which may come in any order, into their rows. */
class VectorCollector {
  readonly matrix: EmbeddingMatrix;
  readonly #imageIndices: Int32Array;
  readonly #rowOfImage: Map<number, number>;
  readonly #stored: Uint8Array;
  done = 0;

  constructor(imageIndices: Int32Array, dimension: number) {
    this.#imageIndices = imageIndices;
    this.#rowOfImage = new Map(Array.from(imageIndices, (image, row) => [image, row]));
    this.#stored = new Uint8Array(imageIndices.length);
    const bytes = new SharedArrayBuffer(imageIndices.length * dimension * Float32Array.BYTES_PER_ELEMENT);
    this.matrix = { rows: imageIndices.length, dimension, values: new Float32Array(bytes) };
  }

  add({ imageIndices, vectors }: EmbeddedBatch): void {
    const { dimension, values } = this.matrix;
    for (let position = 0; position < imageIndices.length; position++) {
      const row = this.#rowOfImage.get(imageIndices[position]);
      if (row === undefined || this.#stored[row] === 1) continue;
      values.set(vectors.subarray(position * dimension, (position + 1) * dimension), row * dimension);
      this.#stored[row] = 1;
      this.done++;
    }
  }

  missing(): Int32Array {
    return this.#imageIndices.filter((_, row) => this.#stored[row] === 0);
  }
}

function roundedShare(share: number | null): number | null {
  return share === null ? null : Math.round(share * 1000) / 1000;
}
