import { dirname } from 'node:path';
import { SafetensorsCheckpoint } from '../../../server/extraction/safetensors.ts';
import { encodeSafetensors, type RawTensor } from '../../support/modelFixtures.ts';
import { fileTarget } from '../fuzzTarget.ts';

const tensor = (dtype: string, shape: readonly number[], bytes: number): RawTensor => ({
  dtype,
  shape,
  bytes: new Uint8Array(bytes).fill(60),
});

const CHECKPOINTS = [
  { weight: tensor('F32', [2, 3], 24), bias: tensor('BF16', [3], 6) },
  { empty: tensor('F32', [0], 0), scalar: tensor('F16', [], 2), codes: tensor('I64', [1], 8) },
];

export const target = fileTarget(
  'model.safetensors',
  () => Promise.resolve(CHECKPOINTS.map((tensors) => encodeSafetensors(new Map(Object.entries(tensors))))),
  async (file) => {
    const checkpoint = await SafetensorsCheckpoint.open(dirname(file));
    for (const name of checkpoint.names) await checkpoint.read(name);
  },
);
