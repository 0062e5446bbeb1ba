import type * as TfjsCore from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Activation } from './modelConfig.ts';
import type { LinearWeights, NormWeights } from './shapedReader.ts';

/** TensorFlow.js: its core package, or tfjs-node, which offers the same operations on its own backend. */
export type Tensorflow = typeof TfjsCore;

export interface LinearTensors {
  readonly weight: Tensor2D;
  readonly bias: Tensor;
}
export interface NormTensors {
  readonly scale: Tensor;
  readonly bias: Tensor;
}

/** The layers that both architectures are made of, and the weights that are on the backend for them. */
export class TfjsLayers {
  readonly tf: Tensorflow;
  readonly #epsilon: number;
  readonly #tensors: Tensor[] = [];

  constructor(tf: Tensorflow, epsilon: number) {
    this.tf = tf;
    this.#epsilon = epsilon;
  }

  /** Over the last axis. */
  layerNorm<T extends Tensor>(rows: T, { scale, bias }: NormTensors): T {
    const { tf } = this;
    const { mean, variance } = tf.moments(rows, -1, true);
    const inverse = tf.rsqrt(tf.add(variance, this.#epsilon));
    return tf.add(tf.mul(tf.mul(tf.sub(rows, mean), inverse), scale), bias);
  }

  /** Rows [N, inputs] to [N, outputs]. */
  linear(rows: Tensor2D, { weight, bias }: LinearTensors): Tensor2D {
    return this.tf.fused.matMul({ a: rows, b: weight, bias }) as Tensor2D;
  }

  /** Exact GELU, x/2 · (1 + erf(x/√2)), or SiLU. */
  activate(x: Tensor2D, activation: Activation): Tensor2D {
    const { tf } = this;
    if (activation === 'silu') return tf.mul(x, tf.sigmoid(x));
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  }

  uploadLinear({ inputs, outputs, weight, bias }: LinearWeights): LinearTensors {
    return {
      weight: this.keep(this.tf.tensor2d(weight, [inputs, outputs])),
      bias: this.keep(this.tf.tensor1d(bias)),
    };
  }

  uploadNorm({ scale, bias }: NormWeights): NormTensors {
    return { scale: this.keep(this.tf.tensor1d(scale)), bias: this.keep(this.tf.tensor1d(bias)) };
  }

  /** Uploads values of one shape with their axes in another order. */
  uploadTransposed<T extends Tensor>(values: Float32Array, shape: readonly number[], order: readonly number[]): T {
    const given = this.tf.tensor(values, [...shape]);
    const ordered = this.keep(this.tf.transpose(given, [...order]));
    given.dispose();
    return ordered as T;
  }

  /** Holds a tensor until `dispose`, whatever scope it was made in. */
  keep<T extends Tensor>(tensor: T): T {
    this.#tensors.push(this.tf.keep(tensor));
    return tensor;
  }

  dispose(): void {
    this.tf.dispose(this.#tensors);
  }
}
