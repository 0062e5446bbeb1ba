import { BadInputError } from '../errors.ts';
import type { TensorSource } from './safetensors.ts';

/** A linear layer's place in a checkpoint; its tensors are `name.weight` and, where there is one, `name.bias`. */
export type LayerName = string;

/** How attention's input projections are stored: as three layers, or joined with rows q, k, v. */
export type AttentionNames =
  | { readonly kind: 'separate'; readonly q: LayerName; readonly k: LayerName; readonly v: LayerName }
  | {
      readonly kind: 'joined';
      readonly weight: string;
      /** Separate biases of q and v (timm), or one over all three thirds (Meta), of which k's is ignored. */
      readonly qBias: string;
      readonly vBias: string;
      readonly joinedBias: string;
    };

export interface BlockNames {
  readonly norm1: LayerName;
  readonly norm2: LayerName;
  readonly attention: AttentionNames;
  readonly output: LayerName;
  readonly layerScale1: string;
  readonly layerScale2: string;
  readonly gate: LayerName;
  readonly up: LayerName;
  readonly down: LayerName;
}

/** The names of a vision transformer's tensors in one of the public layouts. */
export interface VitNames {
  readonly layout: 'huggingface' | 'timm' | 'meta';
  readonly clsToken: string;
  readonly registers: string;
  readonly patch: LayerName;
  readonly norm: LayerName;
  readonly blockPattern: RegExp;
  readonly block: (index: number) => BlockNames;
}

/**
 * Recognizes the layout by its token and attention names.
 * @throws BadInputError when the tensors are those of no known layout.
 */
export function detectVitNames(tensors: TensorSource, gated: boolean): VitNames {
  const has = (name: string): boolean => tensors.shapeOf(name) !== undefined;
  if (has('embeddings.cls_token')) {
    // transformers 5 calls the modules model.layer.N in memory but saves layer.N; both are met.
    return huggingFaceNames(tensors.names.some((name) => name.startsWith('model.layer.')) ? 'model.layer.' : 'layer.');
  }
  if (has('storage_tokens') || has('blocks.0.ls1.gamma')) return metaNames(gated);
  if (has('cls_token')) return timmNames(gated);
  throw new BadInputError(
    `${tensors.label}: has neither embeddings.cls_token nor cls_token, so it is not a DINOv3 vision transformer`,
  );
}

function huggingFaceNames(prefix: string): VitNames {
  return {
    layout: 'huggingface',
    clsToken: 'embeddings.cls_token',
    registers: 'embeddings.register_tokens',
    patch: 'embeddings.patch_embeddings',
    norm: 'norm',
    blockPattern: /^(?:model\.)?layer\.(\d+)\./,
    block: (index) => {
      const at = `${prefix}${index}`;
      return {
        norm1: `${at}.norm1`,
        norm2: `${at}.norm2`,
        attention: {
          kind: 'separate',
          q: `${at}.attention.q_proj`,
          k: `${at}.attention.k_proj`,
          v: `${at}.attention.v_proj`,
        },
        output: `${at}.attention.o_proj`,
        layerScale1: `${at}.layer_scale1.lambda1`,
        layerScale2: `${at}.layer_scale2.lambda1`,
        gate: `${at}.mlp.gate_proj`,
        up: `${at}.mlp.up_proj`,
        down: `${at}.mlp.down_proj`,
      };
    },
  };
}

const sharedBlockNames = (at: string) => ({
  norm1: `${at}.norm1`,
  norm2: `${at}.norm2`,
  attention: {
    kind: 'joined' as const,
    weight: `${at}.attn.qkv.weight`,
    qBias: `${at}.attn.q_bias`,
    vBias: `${at}.attn.v_bias`,
    joinedBias: `${at}.attn.qkv.bias`,
  },
  output: `${at}.attn.proj`,
});

const sharedNames = {
  clsToken: 'cls_token',
  patch: 'patch_embed.proj',
  norm: 'norm',
  blockPattern: /^blocks\.(\d+)\./,
};

function timmNames(gated: boolean): VitNames {
  return {
    ...sharedNames,
    layout: 'timm',
    registers: 'reg_token',
    block: (index) => {
      const at = `blocks.${index}`;
      return {
        ...sharedBlockNames(at),
        layerScale1: `${at}.gamma_1`,
        layerScale2: `${at}.gamma_2`,
        gate: `${at}.mlp.fc1_g`,
        up: gated ? `${at}.mlp.fc1_x` : `${at}.mlp.fc1`,
        down: `${at}.mlp.fc2`,
      };
    },
  };
}

function metaNames(gated: boolean): VitNames {
  return {
    ...sharedNames,
    layout: 'meta',
    registers: 'storage_tokens',
    block: (index) => {
      const at = `blocks.${index}`;
      return {
        ...sharedBlockNames(at),
        layerScale1: `${at}.ls1.gamma`,
        layerScale2: `${at}.ls2.gamma`,
        gate: `${at}.mlp.w1`,
        up: gated ? `${at}.mlp.w2` : `${at}.mlp.fc1`,
        down: gated ? `${at}.mlp.w3` : `${at}.mlp.fc2`,
      };
    },
  };
}

export interface ConvNextBlockNames {
  readonly depthwise: LayerName;
  readonly norm: LayerName;
  readonly up: LayerName;
  readonly down: LayerName;
  readonly layerScale: string;
}

/** The names of a ConvNeXt's tensors in one of the public layouts. */
export interface ConvNextNames {
  readonly layout: 'huggingface' | 'timm';
  readonly downsampling: (stage: number) => { readonly convolution: LayerName; readonly norm: LayerName };
  readonly block: (stage: number, index: number) => ConvNextBlockNames;
  readonly norm: LayerName;
}

/** @throws BadInputError when the tensors are those of no known layout. */
export function detectConvNextNames(tensors: TensorSource): ConvNextNames {
  const has = (name: string): boolean => tensors.shapeOf(name) !== undefined;
  if (has('stem.0.weight')) return timmConvNextNames;
  // As with the vision transformers, transformers 5 has `model.` before its names in memory.
  for (const prefix of ['', 'model.']) {
    if (has(`${prefix}stages.0.downsample_layers.0.weight`)) return huggingFaceConvNextNames(prefix);
  }
  throw new BadInputError(
    `${tensors.label}: has neither stages.0.downsample_layers.0.weight nor stem.0.weight, so it is not a DINOv3 ConvNeXt`,
  );
}

function huggingFaceConvNextNames(prefix: string): ConvNextNames {
  return {
    layout: 'huggingface',
    downsampling: (stage) => {
      const at = `${prefix}stages.${stage}.downsample_layers`;
      const [convolution, norm] = stage === 0 ? [0, 1] : [1, 0];
      return { convolution: `${at}.${convolution}`, norm: `${at}.${norm}` };
    },
    block: (stage, index) => {
      const at = `${prefix}stages.${stage}.layers.${index}`;
      return {
        depthwise: `${at}.depthwise_conv`,
        norm: `${at}.layer_norm`,
        up: `${at}.pointwise_conv1`,
        down: `${at}.pointwise_conv2`,
        layerScale: `${at}.gamma`,
      };
    },
    norm: 'layer_norm',
  };
}

const timmConvNextNames: ConvNextNames = {
  layout: 'timm',
  downsampling: (stage) =>
    stage === 0
      ? { convolution: 'stem.0', norm: 'stem.1' }
      : { convolution: `stages.${stage}.downsample.1`, norm: `stages.${stage}.downsample.0` },
  block: (stage, index) => {
    const at = `stages.${stage}.blocks.${index}`;
    return {
      depthwise: `${at}.conv_dw`,
      norm: `${at}.norm`,
      up: `${at}.mlp.fc1`,
      down: `${at}.mlp.fc2`,
      layerScale: `${at}.gamma`,
    };
  },
  norm: 'head.norm',
};
