import type { EngineName } from '../extraction.ts';
import type { FoldedVit } from '../foldWeights.ts';
import { TfjsForward, type Tensorflow } from '../tfjsForward.ts';
import type { ModelEngine, ModelOutput, PixelShape } from './engine.ts';

/** The TensorFlow.js forward pass as an engine, on whatever backend `tf` has selected. */
export class TfjsEngine implements ModelEngine {
  readonly name: EngineName;
  readonly threads: number;
  readonly #forward: TfjsForward;

  constructor(name: EngineName, threads: number, tf: Tensorflow, model: FoldedVit, output: ModelOutput) {
    this.name = name;
    this.threads = threads;
    this.#forward = new TfjsForward(tf, model, output);
  }

  run(pixels: Float32Array, shape: PixelShape): Promise<Float32Array> {
    return this.#forward.run(pixels, shape);
  }

  async dispose(): Promise<void> {
    this.#forward.dispose();
  }
}
