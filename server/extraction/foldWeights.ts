import { BadInputError } from '../errors.ts';
import type { VitConfig } from './modelConfig.ts';
import type { TensorSource } from './safetensors.ts';
import { detectVitNames, type AttentionNames, type BlockNames } from './tensorNames.ts';

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

export interface FoldedBlock {
  readonly norm1: NormWeights;
  /** [D, 3D]: q (already divided by √head size), k (bias zero), v. */
  readonly qkv: LinearWeights;
  /** Attention's output projection with the first layer scale folded in. */
  readonly output: LinearWeights;
  readonly norm2: NormWeights;
  /** Set for gated MLPs: down(act(gate(x)) · up(x)); otherwise down(act(up(x))). */
  readonly gate: LinearWeights | null;
  readonly up: LinearWeights;
  /** With the second layer scale folded in. */
  readonly down: LinearWeights;
}

/** A vision transformer's weights in the one form that both graph builders take. */
export interface FoldedVit {
  readonly config: VitConfig;
  /** CLS, then the registers: [1 + registers, D]. */
  readonly prefixTokens: Float32Array;
  /** [D, 3, patch, patch] and [D]. */
  readonly patchWeight: Float32Array;
  readonly patchBias: Float32Array;
  readonly blocks: readonly FoldedBlock[];
  readonly norm: NormWeights;
}

/**
 * Reads a checkpoint in Hugging Face, timm or Meta naming and brings it to one form: weights transposed to
 * [inputs, outputs], layer scales and the attention scale multiplied in, q, k and v joined. An absent q or v bias is
 * zero, as in timm's files; k never has one (DINOv3, Siméoni et al. 2025, and its public code).
 * @throws BadInputError naming the tensor with its expected and its found shape, or a value that is not finite.
 */
export async function foldVitWeights(config: VitConfig, tensors: TensorSource): Promise<FoldedVit> {
  const names = detectVitNames(tensors, config.gatedMlp);
  const reader = new ShapedReader(tensors);
  const { hiddenSize: size, patchSize: patch, registers } = config;
  checkLayerCount(config, tensors, names.blockPattern);
  const cls = await reader.read(names.clsToken, [1, 1, size]);
  const prefixTokens = new Float32Array((1 + registers) * size);
  prefixTokens.set(cls);
  if (registers > 0) prefixTokens.set(await reader.read(names.registers, [1, registers, size]), size);
  const patchWeight = await reader.read(`${names.patch}.weight`, [size, 3, patch, patch]);
  const patchBias = await reader.read(`${names.patch}.bias`, [size]);
  const blocks: FoldedBlock[] = [];
  for (let index = 0; index < config.layers; index++) {
    blocks.push(await foldBlock(config, names.block(index), reader));
  }
  return { config, prefixTokens, patchWeight, patchBias, blocks, norm: await readNorm(reader, names.norm, size) };
}

/** Reads tensors whose shape is known beforehand. */
class ShapedReader {
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
}

function checkLayerCount({ layers }: VitConfig, tensors: TensorSource, pattern: RegExp): void {
  let found = 0;
  for (const name of tensors.names) {
    const match = pattern.exec(name);
    if (match !== null) found = Math.max(found, Number(match[1]) + 1);
  }
  if (found !== layers) {
    throw new BadInputError(`${tensors.label}: has ${found} layers, but the config says ${layers}`);
  }
}

async function foldBlock(config: VitConfig, names: BlockNames, reader: ShapedReader): Promise<FoldedBlock> {
  const { hiddenSize: size, mlpWidth } = config;
  return {
    norm1: await readNorm(reader, names.norm1, size),
    qkv: await foldAttentionInput(config, names.attention, reader),
    output: scaleOutputs(
      await readLinear(reader, names.output, size, size),
      await reader.read(names.layerScale1, [size]),
    ),
    norm2: await readNorm(reader, names.norm2, size),
    gate: config.gatedMlp ? await readLinear(reader, names.gate, size, mlpWidth) : null,
    up: await readLinear(reader, names.up, size, mlpWidth),
    down: scaleOutputs(
      await readLinear(reader, names.down, mlpWidth, size),
      await reader.read(names.layerScale2, [size]),
    ),
  };
}

async function foldAttentionInput(
  { hiddenSize: size, heads }: VitConfig,
  names: AttentionNames,
  reader: ShapedReader,
): Promise<LinearWeights> {
  const bias = new Float32Array(3 * size);
  const rows = new Float32Array(3 * size * size);
  if (names.kind === 'separate') {
    const layers = [names.q, names.k, names.v];
    for (const [third, layer] of layers.entries()) {
      rows.set(await reader.read(`${layer}.weight`, [size, size]), third * size * size);
      if (layer === names.k) continue;
      bias.set((await reader.readOptional(`${layer}.bias`, [size])) ?? [], third * size);
    }
  } else {
    rows.set(await reader.read(names.weight, [3 * size, size]));
    bias.set((await reader.readOptional(names.joinedBias, [3 * size])) ?? []);
    bias.fill(0, size, 2 * size);
    bias.set((await reader.readOptional(names.qBias, [size])) ?? [], 0);
    bias.set((await reader.readOptional(names.vBias, [size])) ?? [], 2 * size);
  }
  // Scaling q here is exact for head sizes that are powers of 4 and spares a pass over all scores.
  const scale = Math.sqrt(heads / size);
  for (let i = 0; i < size * size; i++) rows[i] *= scale;
  for (let i = 0; i < size; i++) bias[i] *= scale;
  return { inputs: size, outputs: 3 * size, weight: transpose(rows, 3 * size, size), bias };
}

async function readNorm(reader: ShapedReader, name: string, size: number): Promise<NormWeights> {
  return { scale: await reader.read(`${name}.weight`, [size]), bias: await reader.read(`${name}.bias`, [size]) };
}

async function readLinear(reader: ShapedReader, name: string, inputs: number, outputs: number): Promise<LinearWeights> {
  const rows = await reader.read(`${name}.weight`, [outputs, inputs]);
  const bias = (await reader.readOptional(`${name}.bias`, [outputs])) ?? new Float32Array(outputs);
  return { inputs, outputs, weight: transpose(rows, outputs, inputs), bias };
}

/** Multiplies output j by `scale[j]`, in place. */
function scaleOutputs(layer: LinearWeights, scale: Float32Array): LinearWeights {
  const { inputs, outputs, weight, bias } = layer;
  for (let input = 0, at = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++, at++) weight[at] *= scale[output];
  }
  for (let output = 0; output < outputs; output++) bias[output] *= scale[output];
  return layer;
}

/** [rows, columns] to [columns, rows], in tiles that stay in the cache. */
function transpose(source: Float32Array, rows: number, columns: number): Float32Array {
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
