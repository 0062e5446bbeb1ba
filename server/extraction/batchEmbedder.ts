import type { RgbImage } from '../dataset/dataset.ts';
import { AdaptiveBatches } from './adaptiveBatches.ts';
import type { ModelEngine } from './engines/engine.ts';
import { openEngine } from './engines/openEngine.ts';
import { usesGpu, type EngineName } from './extraction.ts';
import { foldModel } from './foldModel.ts';
import { readModelConfig, readPreprocessingConfig, type ModelConfig } from './modelConfig.ts';
import { Preprocessor } from './preprocess.ts';
import { SafetensorsCheckpoint } from './safetensors.ts';
import type { EmbedderOptions, EmbeddedImages } from './workerProtocol.ts';

/**
 * Token rows that go through a CPU engine at once. Measured with the nano model on one core: 8 images of 69 tokens gave
 * 319 images/s and 32 gave 213, presumably because the activations of a layer then fit the cache.
 */
const CPU_ROWS = 560;
/** Images at once on a GPU, which needs many to be busy. */
const GPU_IMAGES = 64;

/** A model with its preprocessing: images in, vectors out. Busy while it computes, so it lives in a worker. */
export class BatchEmbedder {
  readonly #engine: ModelEngine;
  readonly #preprocessor: Preprocessor;
  readonly #normalize: boolean;
  /** Images a call of the engine. */
  readonly #batches: AdaptiveBatches;
  #engineMilliseconds = 0;

  private constructor(engine: ModelEngine, preprocessor: Preprocessor, normalize: boolean, step: number) {
    this.#engine = engine;
    this.#preprocessor = preprocessor;
    this.#normalize = normalize;
    this.#batches = new AdaptiveBatches(step);
  }

  /** @throws BadInputError for a checkpoint that is wrong; UnavailableError for an engine that cannot be used. */
  static async open(options: EmbedderOptions): Promise<BatchEmbedder> {
    const { directory, engine: engineName, threads, pooling, resolution, interpolation, normalize } = options;
    const tensors = await SafetensorsCheckpoint.open(directory);
    const config = await readModelConfig(directory, tensors);
    const preprocessing = await readPreprocessingConfig(directory, config.imageSize);
    const model = await foldModel(config, tensors);
    const engine = await openEngine(engineName, model, { output: pooling, threads });
    const step = imagesPerStep(engine.name, config, resolution);
    const filter = interpolation ?? preprocessing.filter;
    return new BatchEmbedder(engine, new Preprocessor({ ...preprocessing, filter }, resolution), normalize, step);
  }

  get engineName(): EngineName {
    return this.#engine.name;
  }

  async embed(images: readonly RgbImage[]): Promise<EmbeddedImages> {
    this.#engineMilliseconds = 0;
    const parts = await this.#batches.run(images, (batch) => this.#embedStep(batch));
    const vectors = joinArrays(parts);
    const dimension = vectors.length / images.length;
    const wrong = vectors.findIndex((value) => !Number.isFinite(value));
    if (this.#normalize && wrong < 0) normalizeRows(vectors, dimension);
    const notFinite = wrong < 0 ? -1 : Math.floor(wrong / dimension);
    return { vectors, notFinite, engineMilliseconds: this.#engineMilliseconds };
  }

  dispose(): Promise<void> {
    return this.#engine.dispose();
  }

  async #embedStep(images: readonly RgbImage[]): Promise<Float32Array> {
    const size = this.#preprocessor.resolution;
    const pixels = new Float32Array(images.length * 3 * size * size);
    images.forEach((image, row) => this.#preprocessor.writeInto(pixels, row * 3 * size * size, image));
    const start = performance.now();
    const vectors = await this.#engine.run(pixels, { batch: images.length, height: size, width: size });
    this.#engineMilliseconds += performance.now() - start;
    return vectors;
  }
}

function imagesPerStep(engine: EngineName, config: ModelConfig, resolution: number): number {
  if (usesGpu(engine)) return GPU_IMAGES;
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
