import type { VitConfig } from '../../server/extraction/modelConfig.ts';
import type { TensorSource } from '../../server/extraction/safetensors.ts';

export const tinyVitConfig: VitConfig = {
  architecture: 'dinov3-vit',
  hiddenSize: 16,
  layers: 2,
  heads: 2,
  mlpWidth: 24,
  registers: 1,
  patchSize: 4,
  imageSize: 16,
  activation: 'gelu',
  gatedMlp: false,
  layerNormEpsilon: 1e-5,
  ropeTheta: 100,
  trained: true,
};

export interface MemoryTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Tensors in memory, as a checkpoint. */
export function memorySource(tensors: ReadonlyMap<string, MemoryTensor>): TensorSource {
  return {
    label: 'memory',
    names: [...tensors.keys()],
    shapeOf: (name) => tensors.get(name)?.shape,
    read: async (name) => tensors.get(name)!.values.slice(),
  };
}

/** A tensor whose values tell its seed and place apart. */
export function fillTensor(shape: readonly number[], seed: number): MemoryTensor {
  const length = shape.reduce((total, axis) => total * axis, 1);
  return { shape, values: Float32Array.from({ length }, (_, i) => Math.sin(seed * 12.9898 + i * 0.37)) };
}

/** A checkpoint of `config` in Hugging Face naming. */
export function huggingFaceTensors(config: VitConfig, prefix = 'layer.'): Map<string, MemoryTensor> {
  const { hiddenSize: size, mlpWidth, registers, patchSize, layers, gatedMlp } = config;
  const shapes: [string, number[]][] = [
    ['embeddings.cls_token', [1, 1, size]],
    ['embeddings.mask_token', [1, 1, size]],
    ['embeddings.register_tokens', [1, registers, size]],
    ['embeddings.patch_embeddings.weight', [size, 3, patchSize, patchSize]],
    ['embeddings.patch_embeddings.bias', [size]],
    ['norm.weight', [size]],
    ['norm.bias', [size]],
  ];
  for (let index = 0; index < layers; index++) {
    const at = `${prefix}${index}`;
    for (const norm of ['norm1', 'norm2'])
      shapes.push([`${at}.${norm}.weight`, [size]], [`${at}.${norm}.bias`, [size]]);
    for (const part of ['q_proj', 'k_proj', 'v_proj', 'o_proj']) {
      shapes.push([`${at}.attention.${part}.weight`, [size, size]]);
      if (part !== 'k_proj') shapes.push([`${at}.attention.${part}.bias`, [size]]);
    }
    shapes.push([`${at}.layer_scale1.lambda1`, [size]], [`${at}.layer_scale2.lambda1`, [size]]);
    for (const part of gatedMlp ? ['gate_proj', 'up_proj'] : ['up_proj']) {
      shapes.push([`${at}.mlp.${part}.weight`, [mlpWidth, size]], [`${at}.mlp.${part}.bias`, [mlpWidth]]);
    }
    shapes.push([`${at}.mlp.down_proj.weight`, [size, mlpWidth]], [`${at}.mlp.down_proj.bias`, [size]]);
  }
  return new Map(shapes.map(([name, shape], seed) => [name, fillTensor(shape, seed + 1)]));
}
