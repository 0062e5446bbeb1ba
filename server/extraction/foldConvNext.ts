import { BadInputError } from '../errors.ts';
import type { ConvNextConfig } from './modelConfig.ts';
import type { TensorSource } from './safetensors.ts';
import { scaleOutputs, ShapedReader, type LinearWeights, type NormWeights } from './shapedReader.ts';
import { detectConvNextNames } from './tensorNames.ts';

export const DEPTHWISE_KERNEL = 7;

/** What makes a stage's input: a convolution whose stride is its kernel, with a normalization after or before it. */
export interface FoldedDownsampling {
  /** 4 in the stem, whose norm comes after the convolution; 2 else, with the norm before it. */
  readonly kernel: number;
  readonly norm: NormWeights;
  /** [channels out, channels in, kernel, kernel]. */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

export interface FoldedConvNextBlock {
  /** [C, 1, 7, 7] and [C]. */
  readonly depthwiseWeight: Float32Array;
  readonly depthwiseBias: Float32Array;
  readonly norm: NormWeights;
  readonly up: LinearWeights;
  /** With the layer scale folded in. */
  readonly down: LinearWeights;
}

/** A ConvNeXt's weights in the one form that all engines take; parts are read when they are asked for. */
export interface FoldedConvNext {
  readonly architecture: 'dinov3-convnext';
  readonly config: ConvNextConfig;
  readonly readDownsampling: (stage: number) => Promise<FoldedDownsampling>;
  readonly readBlock: (stage: number, index: number) => Promise<FoldedConvNextBlock>;
  readonly norm: NormWeights;
}

/**
 * Brings a ConvNeXt checkpoint in Hugging Face or timm naming to one form (Liu et al. 2022, "A ConvNet for the 2020s",
 * as in DINOv3's public code).
 * @throws BadInputError naming the tensor with its expected and its found shape, or a value that is not finite.
 */
export async function foldConvNext(config: ConvNextConfig, tensors: TensorSource): Promise<FoldedConvNext> {
  const names = detectConvNextNames(tensors);
  const reader = new ShapedReader(tensors);
  const { hiddenSizes, depths } = config;
  depths.forEach((depth, stage) => {
    const beyond = `${names.block(stage, depth).depthwise}.weight`;
    if (tensors.shapeOf(beyond) === undefined) return;
    throw new BadInputError(
      `${tensors.label}: has tensor ${beyond}, but the config says ${depth} blocks in stage ${stage}`,
    );
  });
  return {
    architecture: 'dinov3-convnext',
    config,
    readDownsampling: async (stage) => {
      const { convolution, norm } = names.downsampling(stage);
      const [kernel, inputs] = stage === 0 ? [4, 3] : [2, hiddenSizes[stage - 1]];
      const outputs = hiddenSizes[stage];
      return {
        kernel,
        norm: await reader.readNorm(norm, stage === 0 ? outputs : inputs),
        weight: await reader.read(`${convolution}.weight`, [outputs, inputs, kernel, kernel]),
        bias: await reader.read(`${convolution}.bias`, [outputs]),
      };
    },
    readBlock: async (stage, index) => {
      const at = names.block(stage, index);
      const size = hiddenSizes[stage];
      const kernel = [size, 1, DEPTHWISE_KERNEL, DEPTHWISE_KERNEL];
      return {
        depthwiseWeight: await reader.read(`${at.depthwise}.weight`, kernel),
        depthwiseBias: await reader.read(`${at.depthwise}.bias`, [size]),
        norm: await reader.readNorm(at.norm, size),
        up: await reader.readLinear(at.up, size, 4 * size),
        down: scaleOutputs(await reader.readLinear(at.down, 4 * size, size), await reader.read(at.layerScale, [size])),
      };
    },
    norm: await reader.readNorm(names.norm, hiddenSizes[3]),
  };
}
