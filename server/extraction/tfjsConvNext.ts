import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ModelOutput, PixelShape } from './engines/engine.ts';
import {
  DEPTHWISE_KERNEL,
  type FoldedConvNext,
  type FoldedConvNextBlock,
  type FoldedDownsampling,
} from './foldConvNext.ts';
import { TfjsLayers, type LinearTensors, type NormTensors, type Tensorflow } from './tfjsLayers.ts';

interface DownsamplingTensors {
  readonly kernel: number;
  readonly norm: NormTensors;
  readonly weight: Tensor4D;
  readonly bias: Tensor;
}
interface BlockTensors {
  readonly depthwise: Tensor4D;
  readonly depthwiseBias: Tensor;
  readonly norm: NormTensors;
  readonly up: LinearTensors;
  readonly down: LinearTensors;
}
interface StageTensors {
  readonly downsampling: DownsamplingTensors;
  readonly blocks: readonly BlockTensors[];
}

/** A ConvNeXt in TensorFlow.js operations, for any of its backends. Activations are [B, H, W, C]. */
export class TfjsConvNext {
  readonly #tf: Tensorflow;
  readonly #layers: TfjsLayers;
  readonly #output: ModelOutput;
  readonly #stages: StageTensors[] = [];
  readonly #norm: NormTensors;

  private constructor(tf: Tensorflow, model: FoldedConvNext, output: ModelOutput) {
    this.#tf = tf;
    this.#layers = new TfjsLayers(tf, model.config.layerNormEpsilon);
    this.#output = output;
    this.#norm = this.#layers.uploadNorm(model.norm);
  }

  /** Uploads the weights, block by block as they are read. */
  static async load(tf: Tensorflow, model: FoldedConvNext, output: ModelOutput): Promise<TfjsConvNext> {
    const loaded = new TfjsConvNext(tf, model, output);
    for (const [stage, depth] of model.config.depths.entries()) {
      const downsampling = loaded.#uploadDownsampling(await model.readDownsampling(stage));
      const blocks: BlockTensors[] = [];
      for (let index = 0; index < depth; index++) {
        blocks.push(loaded.#uploadBlock(await model.readBlock(stage, index)));
      }
      loaded.#stages.push({ downsampling, blocks });
    }
    return loaded;
  }

  dispose(): void {
    this.#layers.dispose();
  }

  /**
   * @param pixels normalized, [batch, 3, height, width].
   * @returns the output; its tokens are the normalized mean of all positions, then the positions row by row.
   */
  forward(pixels: Float32Array, { batch, height, width }: PixelShape): Tensor {
    const tf = this.#tf;
    let x: Tensor4D = tf.transpose(tf.tensor4d(pixels, [batch, 3, height, width]), [0, 2, 3, 1]);
    this.#stages.forEach(({ downsampling, blocks }, stage) => {
      x = this.#next(x, (before) => this.#downsample(before, downsampling, stage));
      for (const block of blocks) x = this.#next(x, (before) => this.#block(before, block));
    });
    const positions: Tensor3D = tf.reshape(x, [batch, -1, x.shape[3]]);
    const mean: Tensor3D = tf.mean(positions, 1, true);
    if (this.#output === 'cls') return tf.squeeze(this.#layers.layerNorm(mean, this.#norm), [1]);
    const tokens = this.#layers.layerNorm(tf.concat([mean, positions], 1), this.#norm);
    return this.#pool(tokens);
  }

  /** One step, after which its input and everything it made on the way are freed. */
  #next(x: Tensor4D, step: (before: Tensor4D) => Tensor4D): Tensor4D {
    const after = this.#tf.tidy(() => step(x));
    x.dispose();
    return after;
  }

  #downsample(x: Tensor4D, { kernel, norm, weight, bias }: DownsamplingTensors, stage: number): Tensor4D {
    const tf = this.#tf;
    const input = stage === 0 ? x : this.#layers.layerNorm(x, norm);
    const convolved: Tensor4D = tf.add(tf.conv2d(input, weight, kernel, 'valid'), bias);
    return stage === 0 ? this.#layers.layerNorm(convolved, norm) : convolved;
  }

  #block(x: Tensor4D, { depthwise, depthwiseBias, norm, up, down }: BlockTensors): Tensor4D {
    const tf = this.#tf;
    const size = x.shape[3];
    const mixed = tf.add(tf.depthwiseConv2d(x, depthwise, 1, 'same'), depthwiseBias);
    const rows: Tensor2D = tf.reshape(mixed, [-1, size]);
    const raised = this.#layers.activate(this.#layers.linear(this.#layers.layerNorm(rows, norm), up), 'gelu');
    return tf.add(x, tf.reshape(this.#layers.linear(raised, down), x.shape));
  }

  #pool(tokens: Tensor3D): Tensor {
    const tf = this.#tf;
    if (this.#output === 'tokens') return tokens;
    const mean = tf.mean(tf.slice(tokens, [0, 1, 0], [-1, -1, -1]), 1);
    if (this.#output === 'mean') return mean;
    return tf.concat([tf.squeeze(tf.slice(tokens, [0, 0, 0], [-1, 1, -1]), [1]), mean], 1);
  }

  #uploadDownsampling({ kernel, norm, weight, bias }: FoldedDownsampling): DownsamplingTensors {
    const inputs = weight.length / bias.length / kernel ** 2;
    return {
      kernel,
      norm: this.#layers.uploadNorm(norm),
      weight: this.#layers.uploadTransposed(weight, [bias.length, inputs, kernel, kernel], [2, 3, 1, 0]),
      bias: this.#layers.keep(this.#tf.tensor1d(bias)),
    };
  }

  #uploadBlock({ depthwiseWeight, depthwiseBias, norm, up, down }: FoldedConvNextBlock): BlockTensors {
    const shape = [depthwiseBias.length, 1, DEPTHWISE_KERNEL, DEPTHWISE_KERNEL];
    return {
      depthwise: this.#layers.uploadTransposed(depthwiseWeight, shape, [2, 3, 0, 1]),
      depthwiseBias: this.#layers.keep(this.#tf.tensor1d(depthwiseBias)),
      norm: this.#layers.uploadNorm(norm),
      up: this.#layers.uploadLinear(up),
      down: this.#layers.uploadLinear(down),
    };
  }
}
