import type { EmbeddingEngine, Pooling } from '../extraction.ts';
import type { FoldedModel } from '../foldModel.ts';

/** What the model's last step gives: all tokens [B, T, D], or one vector an image by `Pooling`. */
export type ModelOutput = Pooling | 'tokens';

export interface PixelShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

/** A model loaded into an engine, for use inside a worker: the calling thread is busy while it computes. */
export interface ModelEngine extends EmbeddingEngine {
  /**
   * @param pixels normalized, [batch, 3, height, width]; height and width are multiples of the patch size.
   * @returns batch × values of the output chosen when the engine was opened.
   */
  run(pixels: Float32Array, shape: PixelShape): Promise<Float32Array>;
}

export interface EngineOptions {
  readonly output: ModelOutput;
  /** Threads inside the engine; engines that have none take one. */
  readonly threads: number;
}

export type OpenModelEngine = (model: FoldedModel, options: EngineOptions) => Promise<ModelEngine>;
