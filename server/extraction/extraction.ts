import type { ImageDataset } from '../dataset/dataset.ts';

export const POOLINGS = ['cls', 'mean', 'cls+mean'] as const;
export type Pooling = (typeof POOLINGS)[number];

export const INTERPOLATIONS = ['bilinear', 'bicubic'] as const;
/** How images are resized to the model's input; both are antialiased. */
export type Interpolation = (typeof INTERPOLATIONS)[number];

export const ENGINE_NAMES = ['tensorflow', 'webgpu', 'webgpu-float16', 'onnx', 'wasm'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

const GPU_ENGINES: ReadonlySet<string> = new Set<EngineName>(['tensorflow', 'webgpu', 'webgpu-float16']);

/**
 * True for the engines that take a GPU where there is one, of layouts too: they want many images at once and one worker,
 * and their work takes turns.
 */
export function usesGpu(engine: string): boolean {
  return GPU_ENGINES.has(engine);
}

/** Patches at once on a GPU: those of 64 photos of 224 pixels in a model with patches of 16. */
const GPU_PATCHES = 64 * 14 ** 2;
const MOST_GPU_IMAGES = 512;

/** Images at once on a GPU, which needs many to be busy, and more of them when they are small. */
export function gpuImages(resolution: number, patchSize: number): number {
  // A ConvNeXt's second half works on about as many positions as a vision transformer with patches of 16 has.
  const patches = Math.floor(resolution / Math.min(16, patchSize)) ** 2;
  return Math.min(MOST_GPU_IMAGES, Math.max(64, Math.floor(GPU_PATCHES / patches)));
}

/** A checkpoint found on disk, described by its own config.json; no weights in memory. */
export interface ModelDescription {
  /** A name of `models list`, or the absolute path of a directory. */
  readonly name: string;
  readonly directory: string;
  readonly architecture: 'dinov3-vit' | 'dinov3-convnext';
  /** Length of the CLS embedding. */
  readonly embeddingSize: number;
  readonly patchSize: number;
  /** Input resolution in pixels by default (square). */
  readonly resolution: number;
  /** Of the model's own preprocessing. */
  readonly interpolation: Interpolation;
  readonly parameterCount: number;
  /** Hex SHA-256 of the weights. */
  readonly checksum: string;
  /** False for weights made from a seed; the product then says plainly that the model is untrained. */
  readonly trained: boolean;
}

/** What, beside data set and weights, decides the numbers of an embedding. */
export interface ExtractionOptions {
  readonly pooling: Pooling;
  /** Pixels, a multiple of the patch size; undefined takes the model's own. */
  readonly resolution?: number | undefined;
  /** Undefined takes the model's own. */
  readonly interpolation?: Interpolation | undefined;
  readonly normalize: boolean;
}

/** The choices with nothing left open, as they identify a set of embeddings beside its data set and model. */
export interface ResolvedChoices {
  readonly pooling: Pooling;
  readonly resolution: number;
  readonly interpolation: Interpolation;
  readonly normalize: boolean;
}

/** Choices as they were recorded with a set: whoever adds to it or compares with it leaves nothing to a default. */
export function recordedChoices({
  pooling,
  resolution,
  interpolation,
  normalize,
}: Readonly<
  Record<'pooling' | 'interpolation', string> & { resolution: number; normalize: boolean }
>): ResolvedChoices {
  return { pooling: pooling as Pooling, resolution, interpolation: interpolation as Interpolation, normalize };
}

/** Fills in the model's own resolution and interpolation where none was chosen. */
export function resolveChoices(model: ModelDescription, options: ExtractionOptions): ResolvedChoices {
  const { pooling, normalize, resolution = model.resolution, interpolation = model.interpolation } = options;
  return { pooling, resolution, interpolation, normalize };
}

/** Embeddings of consecutive entries of the requested index list. `vectors` is rows × dimension. */
export interface EmbeddedBatch {
  readonly imageIndices: Int32Array;
  readonly vectors: Float32Array;
}

export interface ExtractRequest extends ExtractionOptions {
  readonly dataset: ImageDataset;
  readonly model: ModelDescription;
  /** The images to embed, in this order. */
  readonly imageIndices: Int32Array;
  readonly engine: EngineName | 'auto';
  readonly batchSize?: number | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What an engine computes for one batch: float32, rows × embedding size of the pooling. */
export interface EmbeddingEngine {
  readonly name: EngineName;
  readonly threads: number;
  dispose(): Promise<void>;
}
