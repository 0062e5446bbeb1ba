import type { Tensor } from '@tensorflow/tfjs-core';
import type { EngineName } from '../extraction.ts';
import type { FoldedModel } from '../foldModel.ts';
import { TfjsConvNext } from '../tfjsConvNext.ts';
import type { Tensorflow } from '../tfjsLayers.ts';
import { TfjsVit } from '../tfjsVit.ts';
import type { ModelEngine, ModelOutput, PixelShape } from './engine.ts';

interface TfjsModel {
  forward(pixels: Float32Array, shape: PixelShape): Tensor;
  dispose(): void;
}

/** A model in TensorFlow.js operations as an engine, on whatever backend `tf` has selected. */
export class TfjsEngine implements ModelEngine {
  readonly name: EngineName;
  readonly threads: number;
  readonly #tf: Tensorflow;
  readonly #model: TfjsModel;

  private constructor(name: EngineName, threads: number, tf: Tensorflow, model: TfjsModel) {
    this.name = name;
    this.threads = threads;
    this.#tf = tf;
    this.#model = model;
  }

  static async load(
    name: EngineName,
    threads: number,
    tf: Tensorflow,
    model: FoldedModel,
    output: ModelOutput,
  ): Promise<TfjsEngine> {
    const loaded =
      model.architecture === 'dinov3-vit'
        ? await TfjsVit.load(tf, model, output)
        : await TfjsConvNext.load(tf, model, output);
    return new TfjsEngine(name, threads, tf, loaded);
  }

  async run(pixels: Float32Array, shape: PixelShape): Promise<Float32Array> {
    const result = this.#tf.tidy(() => this.#model.forward(pixels, shape));
    try {
      return (await result.data()) as Float32Array;
    } finally {
      result.dispose();
    }
  }

  async dispose(): Promise<void> {
    this.#model.dispose();
  }
}
