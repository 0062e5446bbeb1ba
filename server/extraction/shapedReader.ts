import { BadInputError } from '../errors.ts';
import type { TensorSource } from './safetensors.ts';

/** y = x · weight + bias, with `weight` of shape [inputs, outputs], row-major. */
export interface LinearWeights {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

export interface NormWeights {
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

/**
 * Reads tensors whose shape is known beforehand.
 * @throws BadInputError naming the tensor with its expected and its found shape, or a value that is not finite.
 */
export class ShapedReader {
  readonly #tensors: TensorSource;

  constructor(tensors: TensorSource) {
    this.#tensors = tensors;
  }

  async read(name: string, shape: readonly number[]): Promise<Float32Array> {
    const values = await this.readOptional(name, shape);
    if (values !== null) return values;
    throw new BadInputError(
      `${this.#tensors.label}: tensor ${name} is missing; shape [${shape.join(', ')}] is expected`,
    );
  }

  async readOptional(name: string, shape: readonly number[]): Promise<Float32Array | null> {
    const found = this.#tensors.shapeOf(name);
    if (found === undefined) return null;
    if (found.length !== shape.length || found.some((length, axis) => length !== shape[axis])) {
      throw new BadInputError(
        `${this.#tensors.label}: tensor ${name} has shape [${found.join(', ')}], but the config asks for [${shape.join(', ')}]`,
      );
    }
    const values = await this.#tensors.read(name);
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new BadInputError(`${this.#tensors.label}: tensor ${name} has ${values[wrong]} at position ${wrong}`);
    }
    return values;
  }

  async readNorm(name: string, size: number): Promise<NormWeights> {
    return { scale: await this.read(`${name}.weight`, [size]), bias: await this.read(`${name}.bias`, [size]) };
  }

  /** A linear layer, brought from [outputs, inputs] to [inputs, outputs]; an absent bias is zero. */
  async readLinear(name: string, inputs: number, outputs: number): Promise<LinearWeights> {
    const rows = await this.read(`${name}.weight`, [outputs, inputs]);
    const bias = (await this.readOptional(`${name}.bias`, [outputs])) ?? new Float32Array(outputs);
    return { inputs, outputs, weight: transpose(rows, outputs, inputs), bias };
  }
}

/** Multiplies output j by `scale[j]`, in place. */
export function scaleOutputs(layer: LinearWeights, scale: Float32Array): LinearWeights {
  const { inputs, outputs, weight, bias } = layer;
  for (let input = 0, at = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++, at++) weight[at] *= scale[output];
  }
  for (let output = 0; output < outputs; output++) bias[output] *= scale[output];
  return layer;
}

/** [rows, columns] to [columns, rows], in tiles that stay in the cache. */
export function transpose(source: Float32Array, rows: number, columns: number): Float32Array {
  const TILE = 32;
  const target = new Float32Array(source.length);
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(top + TILE, rows);
    for (let left = 0; left < columns; left += TILE) {
      const right = Math.min(left + TILE, columns);
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          target[column * rows + row] = source[row * columns + column];
        }
      }
    }
  }
  return target;
}
