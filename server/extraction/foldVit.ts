import { BadInputError } from '../errors.ts';
import type { VitConfig } from './modelConfig.ts';
import type { TensorSource } from './safetensors.ts';
import { scaleOutputs, ShapedReader, transpose, type LinearWeights, type NormWeights } from './shapedReader.ts';
import { detectVitNames, type AttentionNames, type BlockNames } from './tensorNames.ts';

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

/**
 * A vision transformer's weights in the one form that all engines take. Blocks are read when they are asked for, so that
 * a model of many gigabytes is never in memory a second time.
 */
export interface FoldedVit {
  readonly architecture: 'dinov3-vit';
  readonly config: VitConfig;
  /** CLS, then the registers: [1 + registers, D]. */
  readonly prefixTokens: Float32Array;
  /** [D, 3, patch, patch] and [D]. */
  readonly patchWeight: Float32Array;
  readonly patchBias: Float32Array;
  readonly readBlock: (index: number) => Promise<FoldedBlock>;
  readonly norm: NormWeights;
}

/**
 * Brings a checkpoint in Hugging Face, timm or Meta naming to one form: weights transposed to
 * [inputs, outputs], layer scales and the attention scale multiplied in, q, k and v joined. An absent q or v bias is
 * zero, as in timm's files; k never has one (DINOv3, Siméoni et al. 2025, and its public code).
 * @throws BadInputError naming the tensor with its expected and its found shape, or a value that is not finite.
 */
export async function foldVit(config: VitConfig, tensors: TensorSource): Promise<FoldedVit> {
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
  return {
    architecture: 'dinov3-vit',
    config,
    prefixTokens,
    patchWeight,
    patchBias,
    readBlock: (index) => foldBlock(config, names.block(index), reader),
    norm: await reader.readNorm(names.norm, size),
  };
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
    norm1: await reader.readNorm(names.norm1, size),
    qkv: await foldAttentionInput(config, names.attention, reader),
    output: scaleOutputs(
      await reader.readLinear(names.output, size, size),
      await reader.read(names.layerScale1, [size]),
    ),
    norm2: await reader.readNorm(names.norm2, size),
    gate: config.gatedMlp ? await reader.readLinear(names.gate, size, mlpWidth) : null,
    up: await reader.readLinear(names.up, size, mlpWidth),
    down: scaleOutputs(
      await reader.readLinear(names.down, mlpWidth, size),
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
