import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BadInputError } from '../errors.ts';
import type { Interpolation } from './extraction.ts';
import { readJson, type TensorSource } from './safetensors.ts';

export type Activation = 'gelu' | 'silu';

/** What a DINOv3 vision transformer's config.json decides. */
export interface VitConfig {
  readonly architecture: 'dinov3-vit';
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly mlpWidth: number;
  readonly registers: number;
  readonly patchSize: number;
  readonly imageSize: number;
  readonly activation: Activation;
  readonly gatedMlp: boolean;
  readonly layerNormEpsilon: number;
  readonly ropeTheta: number;
  /** False only where the config says `"untrained": true`, as for weights made from a seed. */
  readonly trained: boolean;
}

/** What a DINOv3 ConvNeXt's config.json decides. */
export interface ConvNextConfig {
  readonly architecture: 'dinov3-convnext';
  /** Channels of the four stages; the last is the embedding size. */
  readonly hiddenSizes: readonly number[];
  readonly depths: readonly number[];
  readonly imageSize: number;
  readonly layerNormEpsilon: number;
  readonly trained: boolean;
}

export type ModelConfig = VitConfig | ConvNextConfig;

/** How pixels become the model's input: value/255, resized to a square, then (x − mean) / std by channel. */
export interface PreprocessingConfig {
  readonly resolution: number;
  readonly filter: Interpolation;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

const count = z.number().int().positive();
const triple = z.tuple([z.number(), z.number(), z.number()]);

const vitSchema = z.object({
  model_type: z.literal('dinov3_vit'),
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_register_tokens: z.number().int().nonnegative().default(0),
  patch_size: count.default(16),
  image_size: count.default(224),
  num_channels: z.literal(3).default(3),
  hidden_act: z.enum(['gelu', 'silu']).default('gelu'),
  use_gated_mlp: z.boolean().default(false),
  layer_norm_eps: z.number().positive().default(1e-5),
  rope_theta: z.number().positive().default(100),
  untrained: z.boolean().default(false),
});

const convNextSchema = z.object({
  model_type: z.literal('dinov3_convnext'),
  hidden_sizes: z.array(count).length(4),
  depths: z.array(count).length(4),
  image_size: count.default(224),
  layer_norm_eps: z.number().positive().default(1e-6),
  hidden_act: z.literal('gelu').default('gelu'),
  untrained: z.boolean().default(false),
});

const timmSchema = z.object({
  architecture: z.string().regex(/^(vit_.*patch\d+_dinov3|convnext_)/),
  pretrained_cfg: z
    .object({
      input_size: z.tuple([z.literal(3), count, count]).default([3, 256, 256]),
      mean: triple.optional(),
      std: triple.optional(),
      interpolation: z.string().optional(),
    })
    .default({ input_size: [3, 256, 256] }),
});

const preprocessorSchema = z.object({
  size: z.object({ height: count, width: count }).optional(),
  resample: z.number().int().default(2),
  image_mean: triple.optional(),
  image_std: triple.optional(),
});

/** Normalization of the checkpoints trained on LVD-1689M (Meta's README); SAT-493M's says its own in its config. */
const LVD_MEAN = [0.485, 0.456, 0.406] as const;
const LVD_STD = [0.229, 0.224, 0.225] as const;
/** PIL's filter numbers, which `resample` uses. */
const FILTERS: Readonly<Record<number, Interpolation>> = { 2: 'bilinear', 3: 'bicubic' };

/**
 * Reads config.json in the form of Hugging Face (`dinov3_vit`, `dinov3_convnext`) or of timm. timm's names the
 * architecture only, so its sizes are taken from the tensors' shapes.
 * @throws BadInputError naming the file and the field.
 */
export async function readModelConfig(directory: string, tensors: TensorSource): Promise<ModelConfig> {
  const file = join(directory, 'config.json');
  const json = await readJson(file);
  const kind = z.object({ model_type: z.string().optional(), architecture: z.string().optional() }).safeParse(json);
  const modelType = kind.success ? kind.data.model_type : undefined;
  if (modelType === 'dinov3_vit') return vitConfig(check(vitSchema, json, file), file);
  if (modelType === 'dinov3_convnext') return convNextConfig(check(convNextSchema, json, file));
  if (modelType === undefined && kind.success && kind.data.architecture !== undefined) {
    return inferTimmConfig(check(timmSchema, json, file), tensors, file);
  }
  throw new BadInputError(
    `${file}: model_type is ${JSON.stringify(modelType ?? null)}; dinov3_vit or dinov3_convnext is needed`,
  );
}

/** Reads preprocessor_config.json, or takes timm's settings, or DINOv3's own where neither is there. */
export async function readPreprocessingConfig(directory: string, imageSize: number): Promise<PreprocessingConfig> {
  const file = join(directory, 'preprocessor_config.json');
  if (!existsSync(file)) {
    const timm = timmSchema.safeParse(await readJson(join(directory, 'config.json')));
    const given = timm.success ? timm.data.pretrained_cfg : undefined;
    return {
      resolution: imageSize,
      filter: given?.interpolation === 'bicubic' ? 'bicubic' : 'bilinear',
      mean: given?.mean ?? LVD_MEAN,
      std: given?.std ?? LVD_STD,
    };
  }
  const { size, resample, image_mean: mean, image_std: std } = check(preprocessorSchema, await readJson(file), file);
  const filter = FILTERS[resample];
  if (filter === undefined) {
    throw new BadInputError(`${file}: resample is ${resample}; 2 (bilinear) or 3 (bicubic) is needed`);
  }
  if (size !== undefined && size.height !== size.width) {
    throw new BadInputError(`${file}: size is ${size.height} × ${size.width}; a square is needed`);
  }
  return { resolution: size?.height ?? imageSize, filter, mean: mean ?? LVD_MEAN, std: std ?? LVD_STD };
}

/** The length of the CLS embedding. */
export function embeddingSizeOf(config: ModelConfig): number {
  return config.architecture === 'dinov3-vit' ? config.hiddenSize : config.hiddenSizes[3];
}

/** Input sizes must be multiples of this: the patch, or a ConvNeXt's total stride. */
export function patchSizeOf(config: ModelConfig): number {
  return config.architecture === 'dinov3-vit' ? config.patchSize : 32;
}

function check<T extends z.ZodType>(schema: T, json: unknown, file: string): z.output<T> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BadInputError(`${file}: ${issue.path.map(String).join('.') || 'top level'}: ${issue.message}`);
}

function vitConfig(json: z.output<typeof vitSchema>, file: string): VitConfig {
  const config: VitConfig = {
    architecture: 'dinov3-vit',
    hiddenSize: json.hidden_size,
    layers: json.num_hidden_layers,
    heads: json.num_attention_heads,
    mlpWidth: json.intermediate_size,
    registers: json.num_register_tokens,
    patchSize: json.patch_size,
    imageSize: json.image_size,
    activation: json.hidden_act,
    gatedMlp: json.use_gated_mlp,
    layerNormEpsilon: json.layer_norm_eps,
    ropeTheta: json.rope_theta,
    trained: !json.untrained,
  };
  checkHeads(config, file);
  return config;
}

function convNextConfig(json: z.output<typeof convNextSchema>): ConvNextConfig {
  return {
    architecture: 'dinov3-convnext',
    hiddenSizes: json.hidden_sizes,
    depths: json.depths,
    imageSize: json.image_size,
    layerNormEpsilon: json.layer_norm_eps,
    trained: !json.untrained,
  };
}

function checkHeads({ hiddenSize, heads }: VitConfig, file: string): void {
  // The rotary embedding needs a head size that splits into y and x, each into cosine and sine.
  if (hiddenSize % heads !== 0 || (hiddenSize / heads) % 4 !== 0) {
    throw new BadInputError(
      `${file}: ${heads} attention heads do not divide ${hiddenSize} into sizes that are multiples of 4`,
    );
  }
}

function inferTimmConfig(json: z.output<typeof timmSchema>, tensors: TensorSource, file: string): ModelConfig {
  if (json.architecture.startsWith('convnext_')) return inferTimmConvNext(json, tensors);
  const shape = (name: string): readonly number[] => {
    const found = tensors.shapeOf(name);
    if (found === undefined) throw new BadInputError(`${tensors.label}: tensor ${name} is missing`);
    return found;
  };
  const [hiddenSize, , patchSize] = shape('patch_embed.proj.weight');
  const gatedMlp = tensors.shapeOf('blocks.0.mlp.fc1_g.weight') !== undefined;
  const blocks = tensors.names.map((name) => Number(/^blocks\.(\d+)\./.exec(name)?.[1] ?? -1));
  const headSize = json.architecture.startsWith('vit_7b') ? 128 : 64;
  const config: VitConfig = {
    architecture: 'dinov3-vit',
    hiddenSize,
    layers: Math.max(...blocks) + 1,
    heads: hiddenSize / headSize,
    mlpWidth: shape(`blocks.0.mlp.${gatedMlp ? 'fc1_g' : 'fc1'}.weight`)[0],
    registers: tensors.shapeOf('reg_token')?.[1] ?? 0,
    patchSize,
    imageSize: json.pretrained_cfg.input_size[1],
    activation: gatedMlp ? 'silu' : 'gelu',
    gatedMlp,
    layerNormEpsilon: 1e-5,
    ropeTheta: 100,
    trained: true,
  };
  if (!Number.isInteger(config.heads)) {
    throw new BadInputError(
      `${file}: ${hiddenSize} is not a multiple of ${headSize}, the head size of ${json.architecture}`,
    );
  }
  return config;
}

function inferTimmConvNext(json: z.output<typeof timmSchema>, tensors: TensorSource): ConvNextConfig {
  const hiddenSizes = [0, 0, 0, 0];
  const depths = [0, 0, 0, 0];
  for (const name of tensors.names) {
    const [, stage, block] = /^stages\.([0-3])\.blocks\.(\d+)\.gamma$/.exec(name) ?? [];
    if (stage === undefined) continue;
    hiddenSizes[Number(stage)] = tensors.shapeOf(name)?.[0] ?? 0;
    depths[Number(stage)] = Math.max(depths[Number(stage)], Number(block) + 1);
  }
  if (depths.includes(0)) {
    throw new BadInputError(`${tensors.label}: has no tensors stages.0 to stages.3, which ${json.architecture} has`);
  }
  return {
    architecture: 'dinov3-convnext',
    hiddenSizes,
    depths,
    imageSize: json.pretrained_cfg.input_size[1],
    layerNormEpsilon: 1e-6,
    trained: true,
  };
}
