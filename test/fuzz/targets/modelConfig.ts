import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readModelConfig, readPreprocessingConfig } from '../../../server/extraction/modelConfig.ts';
import type { TensorSource } from '../../../server/extraction/safetensors.ts';
import { BadInputError } from '../../../server/errors.ts';
import { packageRoot } from '../../../server/paths.ts';
import { fileTarget } from '../fuzzTarget.ts';

const NO_TENSORS: TensorSource = {
  label: 'model.safetensors',
  names: [],
  shapeOf: () => undefined,
  read: (name) => Promise.reject(new BadInputError(`model.safetensors: tensor ${name} is missing`)),
};

const OTHERS = [
  {
    model_type: 'dinov3_convnext',
    hidden_sizes: [96, 192, 384, 768],
    depths: [3, 3, 9, 3],
    image_size: 224,
    layer_norm_eps: 1e-6,
    hidden_act: 'gelu',
    num_channels: 3,
  },
  { architecture: 'vit_small_patch16_dinov3', pretrained_cfg: { input_size: [3, 256, 256], interpolation: 'bicubic' } },
];

export const target = fileTarget(
  'config.json',
  async () => [
    await readFile(join(packageRoot, 'models/nano/config.json')),
    ...OTHERS.map((config) => Buffer.from(JSON.stringify(config))),
  ],
  (file) => readModelConfig(dirname(file), NO_TENSORS),
  (file) => readPreprocessingConfig(dirname(file), 224),
);
