import type { Config, EngineChoice } from '../../config.ts';
import { sampleIndices, type ImageDataset } from '../../dataset/dataset.ts';
import { BadInputError, UnavailableError } from '../../errors.ts';
import type { EmbeddedBatch, ModelDescription, Pooling } from '../../extraction/extraction.ts';
import { ExtractionJournal } from '../../extraction/extractionJournal.ts';
import { findModel } from '../../extraction/modelCatalog.ts';
import { openExtractor, type Extractor } from '../../extraction/openExtractor.ts';
import type { EmbeddingMatrix } from '../../formats/embeddingMatrix.ts';
import type { Reporter } from '../reporter.ts';

export interface ExtractionCommandOptions {
  readonly dataset: string;
  readonly model: string;
  readonly limit?: number;
  readonly batch?: number;
  readonly engine?: EngineChoice;
  readonly pooling: Pooling;
  readonly resolution?: number;
  readonly normalize: boolean;
  readonly threads: number;
}

export interface ExtractedVectors {
  readonly vectors: EmbeddingMatrix;
  readonly imageIndices: Int32Array;
  readonly model: ModelDescription;
  readonly engine: string;
  readonly seconds: number;
  /** The share of time in which the model waited; null when there was nothing to embed. */
  readonly modelWaitShare: number | null;
  /** Images embedded by this call; the others were found in the journal. */
  readonly embedded: number;
  /** Removes the journal; call it once the vectors stand in their file. */
  readonly commit: () => Promise<void>;
}

/**
 * Embeds the images of a data set. Finished batches are kept in the file `journalPath`, so that an interrupted call goes
 * on where it was.
 */
export async function extractVectors(
  dataset: ImageDataset,
  options: ExtractionCommandOptions,
  context: { config: Config; reporter: Reporter; signal: AbortSignal; journalPath: string },
): Promise<ExtractedVectors> {
  const { config, reporter, signal, journalPath } = context;
  const model = await findNamedModel(options.model, config);
  if (!model.trained) reporter.note(`model ${model.name} is untrained: its weights were made from a seed`);
  const start = performance.now();
  const extractor = await openExtractor(model, {
    engine: options.engine ?? config.engine,
    threads: options.threads,
    batchSize: options.batch,
    pooling: options.pooling,
    resolution: options.resolution,
    normalize: options.normalize,
  });
  try {
    const imageIndices = sampleIndices(dataset.size, options.limit);
    const collector = new VectorCollector(imageIndices, extractor.dimension);
    const identity = { dataset: dataset.fingerprint, model: model.checksum, ...extractorIdentity(extractor, options) };
    const journal = await ExtractionJournal.open(journalPath, identity, (batch) => collector.add(batch));
    const missing = collector.missing();
    if (missing.length < imageIndices.length) {
      reporter.note(`${imageIndices.length - missing.length} of ${imageIndices.length} images were embedded before`);
    }
    try {
      for await (const batch of extractor.extract({ dataset, imageIndices: missing, signal })) {
        await journal.append(batch);
        collector.add(batch);
        reporter.progress('extraction', { done: collector.done, total: imageIndices.length, unit: 'images' });
      }
    } catch (error) {
      await journal.close();
      throw error;
    }
    return {
      vectors: collector.matrix,
      imageIndices,
      model,
      engine: extractor.engineName,
      seconds: Math.round(performance.now() - start) / 1000,
      modelWaitShare: roundedShare(extractor.waitShare),
      embedded: missing.length,
      commit: () => journal.remove(),
    };
  } finally {
    await extractor.close();
  }
}

function extractorIdentity(extractor: Extractor, options: ExtractionCommandOptions) {
  return {
    pooling: options.pooling,
    resolution: extractor.resolution,
    normalize: options.normalize,
    dimension: extractor.dimension,
  };
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
