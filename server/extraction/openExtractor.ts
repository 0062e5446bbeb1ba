import { availableParallelism } from 'node:os';
import type { ImageDataset, RgbImage } from '../dataset/dataset.ts';
import { BadInputError } from '../errors.ts';
import { EmbeddingWorker } from './embeddingWorker.ts';
import { EngineUsage, streamEmbeddings } from './embeddingStream.ts';
import { gpuImages, resolveChoices, usesGpu, type ResolvedChoices } from './extraction.ts';
import type { EmbeddedBatch, EngineName, ExtractionOptions, ExtractRequest, ModelDescription } from './extraction.ts';
import { WorkerPool } from './workerPool.ts';
import type { EmbedderOptions } from './workerProtocol.ts';

export interface ExtractorOptions extends Partial<ExtractionOptions> {
  /** Default `auto`: the fastest engine that works on this machine. */
  readonly engine?: EngineName | 'auto' | undefined;
  /** Threads in all; default: the machine's cores. */
  readonly threads?: number | undefined;
  /** Images that become one `EmbeddedBatch`; default: about a second of work, see `defaultBatchSize`. */
  readonly batchSize?: number | undefined;
}

/** A model loaded into worker threads. Close it when done. */
export interface Extractor {
  readonly engineName: EngineName;
  /** Threads that compute, over all workers. */
  readonly threads: number;
  /** Length of a vector: the embedding size, or twice that with `cls+mean`. */
  readonly dimension: number;
  /** What decides the numbers, with nothing left open. */
  readonly choices: ResolvedChoices;
  /** The share of time in which the model waited during `extract`; null before. */
  readonly waitShare: number | null;
  /** Vectors of the images, images.length × dimension. The images' pixels are copied. */
  embed(images: readonly RgbImage[]): Promise<Float32Array>;
  /**
   * Embeds images of a data set. Batches come as they are finished, which need not be in order; each says which images
   * it holds. While the caller does not ask for more, at most a few batches are prepared.
   * @throws InterruptedError once `signal` is aborted, after handing out what was finished.
   */
  extract(request: {
    readonly dataset: ImageDataset;
    readonly imageIndices: Int32Array;
    readonly signal?: AbortSignal | undefined;
  }): AsyncGenerator<EmbeddedBatch, void, void>;
  close(): Promise<void>;
}

const LARGEST_BATCH = 64;
/** Multiplications and additions of a batch on the CPU: one to three seconds of one core. */
const BATCH_OPERATIONS = 64e9;
/** Weights of all workers together; beyond, fewer workers share the threads. */
const WEIGHT_BYTES = 2 ** 30;

/**
 * Loads a model into worker threads.
 * @throws BadInputError for a wrong checkpoint or option, UnavailableError for an engine that cannot be used here.
 */
export async function openExtractor(model: ModelDescription, options: ExtractorOptions = {}): Promise<Extractor> {
  const { pooling = 'cls', normalize = false } = options;
  const choices = resolveChoices(model, { ...options, pooling, normalize });
  checkResolution(model, choices.resolution);
  const threads = checkedCount('threads', options.threads ?? availableParallelism());
  if (options.batchSize !== undefined) checkedCount('batch', options.batchSize);
  const embedder: EmbedderOptions = {
    directory: model.directory,
    engine: options.engine ?? 'auto',
    threads: 1,
    ...choices,
  };
  const { pool, engineName } = await openPool(embedder, threads, model.parameterCount);
  const batchSize = options.batchSize ?? defaultBatchSize(engineName, model, choices.resolution);
  const usage = new EngineUsage();
  return {
    engineName,
    get waitShare() {
      return usage.waitShare;
    },
    threads,
    dimension: pooling === 'cls+mean' ? 2 * model.embeddingSize : model.embeddingSize,
    choices,
    embed: (images) => pool.embed(images, batchSize),
    extract: (request) => streamEmbeddings(pool, { ...request, batchSize, engineName, usage }),
    close: () => pool.close(),
  };
}

/**
 * Images a batch where none is asked for. On a CPU a batch is what is lost by a crash, what the last worker computes
 * while the others have nothing left, and the step of the progress, so it shrinks as the model grows: 64 images of the
 * nano model, 7 of ViT-S/16 at 224 pixels, 1 of ViT-L/16. A GPU needs many images to be busy.
 */
export function defaultBatchSize(
  engineName: EngineName,
  { parameterCount, patchSize }: Pick<ModelDescription, 'parameterCount' | 'patchSize'>,
  resolution: number,
): number {
  if (usesGpu(engineName)) return gpuImages(resolution, patchSize);
  // One multiplication and one addition per weight and token; ConvNeXt is worth about as many tokens of 16 × 16 pixels.
  const operations = 2 * parameterCount * (resolution / 16) ** 2;
  return Math.min(LARGEST_BATCH, Math.max(1, Math.floor(BATCH_OPERATIONS / operations)));
}

/** Opens an extractor, embeds the images of the request and closes it. */
export async function* extractEmbeddings(request: ExtractRequest): AsyncGenerator<EmbeddedBatch, void, void> {
  const extractor = await openExtractor(request.model, request);
  try {
    yield* extractor.extract(request);
  } finally {
    await extractor.close();
  }
}

/**
 * The first worker decides which engine `auto` means; the others follow it. CPU engines get one thread in each of
 * several workers, as long as that many copies of the weights are affordable: with the nano model on two cores two
 * workers of one thread gave 674 images/s, and one worker of two threads at most 441 (`npm run bench -- extractionSettings`).
 * A GPU gets one worker, whose threads prepare images for it.
 */
async function openPool(
  embedder: EmbedderOptions,
  threads: number,
  parameterCount: number,
): Promise<{ pool: WorkerPool; engineName: EngineName }> {
  const affordable = Math.max(1, Math.floor(WEIGHT_BYTES / (4 * parameterCount)));
  const workerCount = usesGpu(embedder.engine) ? 1 : Math.min(threads, affordable);
  const perWorker = { ...embedder, threads: Math.max(1, Math.floor(threads / workerCount)) };
  const first = await EmbeddingWorker.start(perWorker);
  const { engineName } = first;
  const more = usesGpu(engineName) ? 0 : workerCount - 1;
  const others = await Promise.allSettled(
    Array.from({ length: more }, () => EmbeddingWorker.start({ ...perWorker, engine: engineName })),
  );
  const workers = [first.worker];
  for (const other of others) if (other.status === 'fulfilled') workers.push(other.value.worker);
  const failed = others.find((other) => other.status === 'rejected');
  if (failed !== undefined) {
    await new WorkerPool(workers).close();
    throw failed.reason;
  }
  return { pool: new WorkerPool(workers), engineName };
}

function checkResolution({ patchSize }: ModelDescription, resolution: number): void {
  if (!Number.isInteger(resolution) || resolution < patchSize || resolution % patchSize !== 0) {
    const lower = Math.max(1, Math.floor(resolution / patchSize)) * patchSize;
    throw new BadInputError(
      `resolution ${resolution} is not a multiple of the model's patch size ${patchSize}; ${lower} would be one`,
    );
  }
}

function checkedCount(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new BadInputError(`${name} is ${value}; a whole number of at least 1 is needed`);
}
