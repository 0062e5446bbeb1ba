import type { TensorSource } from '../../server/extraction/safetensors.ts';

/** A public DINOv3 backbone: its name in the catalog and in timm, and what its config.json decides. */
export interface PublicBackbone {
  readonly name: string;
  readonly timm: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Tensor shapes in both namings. */
  readonly shapes: {
    readonly huggingFace: ReadonlyMap<string, number[]>;
    readonly timm: ReadonlyMap<string, number[]>;
  };
}

/** Tensors of which only the shapes are known. */
export function shapesOnly(shapes: ReadonlyMap<string, readonly number[]>): TensorSource {
  return {
    label: 'shapes',
    names: [...shapes.keys()],
    shapeOf: (name) => shapes.get(name),
    read: () => Promise.reject(new Error('there are no values')),
  };
}

const VIT_SIZES: readonly (readonly [string, string, number, number, number, number, boolean])[] = [
  ['vits16', 'small', 384, 12, 6, 1536, false],
  ['vits16plus', 'small_plus', 384, 12, 6, 1536, true],
  ['vitb16', 'base', 768, 12, 12, 3072, false],
  ['vitl16', 'large', 1024, 24, 16, 4096, false],
  ['vith16plus', 'huge_plus', 1280, 32, 20, 5120, true],
  ['vit7b16', '7b', 4096, 40, 32, 8192, true],
];
const CONVNEXT_SIZES: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['tiny', [96, 192, 384, 768], [3, 3, 9, 3]],
  ['small', [96, 192, 384, 768], [3, 3, 27, 3]],
  ['base', [128, 256, 512, 1024], [3, 3, 27, 3]],
  ['large', [192, 384, 768, 1536], [3, 3, 27, 3]],
];

/** Every public backbone, from the configs that Meta published. */
export const PUBLIC_BACKBONES: readonly PublicBackbone[] = [
  ...VIT_SIZES.map(([name, timm, size, layers, heads, mlpWidth, gated]) => ({
    name: `dinov3-${name}`,
    timm: `vit_${timm}_patch16_dinov3`,
    config: {
      model_type: 'dinov3_vit',
      hidden_size: size,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      intermediate_size: mlpWidth,
      num_register_tokens: 4,
      patch_size: 16,
      use_gated_mlp: gated,
      hidden_act: gated ? 'silu' : 'gelu',
    },
    // The 7B model has no bias at q and v.
    shapes: vitShapes(size, layers, mlpWidth, gated, name !== 'vit7b16'),
  })),
  ...CONVNEXT_SIZES.map(([name, sizes, depths]) => ({
    name: `dinov3-convnext-${name}`,
    timm: `convnext_${name}`,
    config: { model_type: 'dinov3_convnext', hidden_sizes: sizes, depths },
    shapes: convNextShapes(sizes, depths),
  })),
];

function vitShapes(size: number, layers: number, mlpWidth: number, gated: boolean, qkvBias: boolean) {
  const huggingFace = new Map<string, number[]>();
  const timm = new Map<string, number[]>();
  const layer = (hf: string, other: string, weight: number[], bias = true): void => {
    for (const [map, name] of [
      [huggingFace, hf],
      [timm, other],
    ] as const) {
      map.set(`${name}.weight`, weight);
      if (bias) map.set(`${name}.bias`, [weight[0]]);
    }
  };
  huggingFace.set('embeddings.cls_token', [1, 1, size]).set('embeddings.register_tokens', [1, 4, size]);
  huggingFace.set('embeddings.mask_token', [1, 1, size]);
  timm.set('cls_token', [1, 1, size]).set('reg_token', [1, 4, size]);
  layer('embeddings.patch_embeddings', 'patch_embed.proj', [size, 3, 16, 16]);
  layer('norm', 'norm', [size]);
  for (let index = 0; index < layers; index++) {
    const [hf, other] = [`layer.${index}`, `blocks.${index}`];
    layer(`${hf}.norm1`, `${other}.norm1`, [size]);
    layer(`${hf}.norm2`, `${other}.norm2`, [size]);
    for (const part of ['q', 'k', 'v']) {
      huggingFace.set(`${hf}.attention.${part}_proj.weight`, [size, size]);
      if (part !== 'k' && qkvBias) huggingFace.set(`${hf}.attention.${part}_proj.bias`, [size]);
    }
    timm.set(`${other}.attn.qkv.weight`, [3 * size, size]);
    layer(`${hf}.attention.o_proj`, `${other}.attn.proj`, [size, size]);
    layer(`${hf}.mlp.up_proj`, `${other}.mlp.${gated ? 'fc1_x' : 'fc1'}`, [mlpWidth, size]);
    if (gated) layer(`${hf}.mlp.gate_proj`, `${other}.mlp.fc1_g`, [mlpWidth, size]);
    layer(`${hf}.mlp.down_proj`, `${other}.mlp.fc2`, [size, mlpWidth]);
    for (const scale of [1, 2]) {
      huggingFace.set(`${hf}.layer_scale${scale}.lambda1`, [size]);
      timm.set(`${other}.gamma_${scale}`, [size]);
    }
  }
  return { huggingFace, timm };
}

function convNextShapes(sizes: readonly number[], depths: readonly number[]) {
  const huggingFace = new Map<string, number[]>();
  depths.forEach((depth, stage) => {
    const at = `stages.${stage}`;
    const [inputs, outputs] = [stage === 0 ? 3 : sizes[stage - 1], sizes[stage]];
    const kernel = stage === 0 ? 4 : 2;
    const layer = (name: string, weight: number[]): void => {
      huggingFace.set(`${at}.${name}.weight`, weight).set(`${at}.${name}.bias`, [weight[0]]);
    };
    layer(`downsample_layers.${stage === 0 ? 0 : 1}`, [outputs, inputs, kernel, kernel]);
    layer(`downsample_layers.${stage === 0 ? 1 : 0}`, [stage === 0 ? outputs : inputs]);
    for (let index = 0; index < depth; index++) {
      layer(`layers.${index}.depthwise_conv`, [outputs, 1, 7, 7]);
      layer(`layers.${index}.layer_norm`, [outputs]);
      layer(`layers.${index}.pointwise_conv1`, [4 * outputs, outputs]);
      layer(`layers.${index}.pointwise_conv2`, [outputs, 4 * outputs]);
      huggingFace.set(`${at}.layers.${index}.gamma`, [outputs]);
    }
  });
  huggingFace.set('layer_norm.weight', [sizes[3]]).set('layer_norm.bias', [sizes[3]]);
  return { huggingFace, timm: toTimmConvNext(huggingFace) };
}

/** Hugging Face's names of a ConvNeXt's tensors as timm has them. */
export function toTimmConvNext<T>(tensors: ReadonlyMap<string, T>): Map<string, T> {
  const renames: readonly [RegExp, string][] = [
    [/^stages\.0\.downsample_layers/, 'stem'],
    [/downsample_layers/, 'downsample'],
    [/\.layers\./, '.blocks.'],
    [/depthwise_conv/, 'conv_dw'],
    [/pointwise_conv/, 'mlp.fc'],
    [/^layer_norm/, 'head.norm'],
    [/layer_norm/, 'norm'],
  ];
  const rename = (name: string): string => renames.reduce((text, [from, to]) => text.replace(from, to), name);
  return new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]));
}
