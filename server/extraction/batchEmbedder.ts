import type { RgbImage } from '../dataset/dataset.ts';
import { AdaptiveBatches } from './adaptiveBatches.ts';
import type { ModelEngine } from './engines/engine.ts';
import { openEngine } from './engines/openEngine.ts';
import { gpuImages, usesGpu, type EngineName } from './extraction.ts';
import { foldModel } from './foldModel.ts';
import { patchSizeOf, readModelConfig, readPreprocessingConfig, type ModelConfig } from './modelConfig.ts';
import { PreparationThreads } from './preparationThreads.ts';
import { Preprocessor } from './preprocess.ts';
import { SafetensorsCheckpoint } from './safetensors.ts';
import type { EmbedderOptions, EmbeddedImages } from './workerProtocol.ts';

/**
 * Token rows that go through a CPU engine at once. Measured with the nano model on one core: 8 images of 69 tokens gave
 * 319 images/s and 32 gave 213, presumably because the activations of a layer then fit the cache.
 */
const CPU_ROWS = 560;

/** Images × 3 × resolution × resolution, as a model takes them. */
type Prepare = (images: readonly RgbImage[]) => Float32Array | Promise<Float32Array>;

/** Vectors of some images, and the time within the model. */
interface EmbeddedStep {
  readonly vectors: Float32Array;
  readonly milliseconds: number;
}

interface EmbedderParts {
  readonly engine: ModelEngine;
  readonly resolution: number;
  readonly normalize: boolean;
  /** Images a call of the engine. */
  readonly step: number;
  readonly prepare: Prepare;
  readonly threads: PreparationThreads | null;
}

/** A model with its preprocessing: images in, vectors out. Busy while it computes, so it lives in a worker. */
export class BatchEmbedder {
  readonly #parts: EmbedderParts;
  readonly #batches: AdaptiveBatches;
  /** The engine takes one batch after the other, also when several are asked for. */
  #engineTurn: Promise<unknown> = Promise.resolve();

  private constructor(parts: EmbedderParts) {
    this.#parts = parts;
    this.#batches = new AdaptiveBatches(parts.step);
  }

  /** @throws BadInputError for a checkpoint that is wrong; UnavailableError for an engine that cannot be used. */
  static async open(options: EmbedderOptions): Promise<BatchEmbedder> {
    const { directory, engine: engineName, threads: threadCount, pooling, resolution, normalize } = options;
    const tensors = await SafetensorsCheckpoint.open(directory);
    const config = await readModelConfig(directory, tensors);
    const own = await readPreprocessingConfig(directory, config.imageSize);
    const preprocessing = { ...own, filter: options.interpolation ?? own.filter };
    const model = await foldModel(config, tensors);
    const engine = await openEngine(engineName, model, { output: pooling, threads: threadCount });
    const step = imagesPerStep(engine.name, config, resolution);
    const threads = usesGpu(engine.name) ? new PreparationThreads({ preprocessing, resolution }, threadCount) : null;
    const prepare = threads?.prepare ?? prepareHere(new Preprocessor(preprocessing, resolution));
    return new BatchEmbedder({ engine, resolution, normalize, step, prepare, threads });
  }

  get engineName(): EngineName {
    return this.#parts.engine.name;
  }

  /** True where images are prepared beside the engine, so that it gains from the next ones being there early. */
  get preparesBeside(): boolean {
    return this.#parts.threads !== null;
  }

  async embed(images: readonly RgbImage[]): Promise<EmbeddedImages> {
    const steps = await this.#batches.run(images, (batch) => this.#embedStep(batch));
    const vectors = joinArrays(steps.map((step) => step.vectors));
    const engineMilliseconds = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    const dimension = vectors.length / images.length;
    const wrong = vectors.findIndex((value) => !Number.isFinite(value));
    if (this.#parts.normalize && wrong < 0) normalizeRows(vectors, dimension);
    return { vectors, notFinite: wrong < 0 ? -1 : Math.floor(wrong / dimension), engineMilliseconds };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#parts.threads?.close(), this.#parts.engine.dispose()]);
  }

  async #embedStep(images: readonly RgbImage[]): Promise<EmbeddedStep> {
    const { engine, prepare, resolution } = this.#parts;
    const pixels = await prepare(images);
    const shape = { batch: images.length, height: resolution, width: resolution };
    const run = async (): Promise<EmbeddedStep> => {
      const start = performance.now();
      const vectors = await engine.run(pixels, shape);
      return { vectors, milliseconds: performance.now() - start };
    };
    const step = this.#engineTurn.then(run);
    this.#engineTurn = step.catch(() => undefined);
    return step;
  }
}

function prepareHere(preprocessor: Preprocessor): Prepare {
  const area = 3 * preprocessor.resolution ** 2;
  return (images) => {
    const pixels = new Float32Array(images.length * area);
    images.forEach((image, row) => preprocessor.writeInto(pixels, row * area, image));
    return pixels;
  };
}

function imagesPerStep(engine: EngineName, config: ModelConfig, resolution: number): number {
  if (usesGpu(engine)) return gpuImages(resolution, patchSizeOf(config));
  // A ConvNeXt's second half works on about as many positions as a vision transformer with patches of 16 has tokens.
  const tokens =
    config.architecture === 'dinov3-vit'
      ? 1 + config.registers + Math.floor(resolution / config.patchSize) ** 2
      : Math.floor(resolution / 16) ** 2;
  return Math.max(1, Math.round(CPU_ROWS / tokens));
}

function joinArrays(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Scales every row to length 1, in place; a row of zeros stays. */
function normalizeRows(vectors: Float32Array, dimension: number): void {
  for (let start = 0; start < vectors.length; start += dimension) {
    let squares = 0;
    for (let i = start; i < start + dimension; i++) squares += vectors[i] ** 2;
    const factor = squares === 0 ? 1 : 1 / Math.sqrt(squares);
    for (let i = start; i < start + dimension; i++) vectors[i] *= factor;
  }
}
