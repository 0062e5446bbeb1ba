import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { ModelOutput, PixelShape } from '../../server/extraction/engines/engine.ts';
import { openEngine } from '../../server/extraction/engines/openEngine.ts';
import { findTensorflowPackage } from '../../server/extraction/engines/tensorflowEngine.ts';
import type { EngineName } from '../../server/extraction/extraction.ts';
import { foldVitWeights } from '../../server/extraction/foldWeights.ts';
import { readModelConfig, type VitConfig } from '../../server/extraction/modelConfig.ts';
import { SafetensorsCheckpoint } from '../../server/extraction/safetensors.ts';
import { readNpyFloat32 } from '../../server/formats/npy.ts';
import { fixtureModel, maxAbsoluteError } from '../support/modelFixtures.ts';
import { sharedData } from '../support/sharedData.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

// Correct engines stay below 1e-5 of transformers' float32; a wrong epsilon or tanh GELU is above this.
const TOLERANCE = 2e-5;
const folder = await temporaryFolder();
const engines: readonly EngineName[] = ['onnx', 'wasm', ...(findTensorflowPackage() ? (['tensorflow'] as const) : [])];
const opened: { dispose(): Promise<void> }[] = [];

afterAll(async () => {
  for (const engine of opened) await engine.dispose();
});

async function load(fixture: string, weights: string, engine: EngineName, output: ModelOutput) {
  const directory = await fixtureModel(fixture, weights, folder);
  const tensors = await SafetensorsCheckpoint.open(directory);
  const config = (await readModelConfig(directory, tensors)) as VitConfig;
  const loaded = await openEngine(engine, await foldVitWeights(config, tensors), { output, threads: 1 });
  opened.push(loaded);
  return { engine: loaded, config };
}

async function readCases(fixture: string): Promise<(PixelShape & { name: string })[]> {
  const json = await readFile(sharedData(`dinov3-parity/${fixture}/cases.json`), 'utf8');
  return (JSON.parse(json) as { cases: (PixelShape & { name: string })[] }).cases;
}

// The copy leaves the shared memory of the reader, which onnxruntime-node does not take.
const reference = async (fixture: string, file: string): Promise<Float32Array> =>
  (await readNpyFloat32(sharedData(`dinov3-parity/${fixture}/${file}.npy`))).values.slice();

describe.each(engines)('the %s engine', (engineName) => {
  for (const fixture of ['plain', 'gated', 'nobias']) {
    it.each(['model.safetensors', 'model.timm.safetensors'])(
      `computes all tokens of "${fixture}" from %s as transformers does`,
      async (weights) => {
        const { engine } = await load(fixture, weights, engineName, 'tokens');
        for (const shape of await readCases(fixture)) {
          const tokens = await engine.run(await reference(fixture, `${shape.name}.pixels`), shape);
          const expected = await reference(fixture, `${shape.name}.last_hidden_state`);
          expect(maxAbsoluteError(tokens, expected), shape.name).toBeLessThan(TOLERANCE);
        }
      },
    );
  }

  it.each(['plain', 'gated'])('computes the CLS vector and the mean of the patches of "%s"', async (fixture) => {
    const cls = await load(fixture, 'model.safetensors', engineName, 'cls');
    const both = await load(fixture, 'model.safetensors', engineName, 'cls+mean');
    const mean = await load(fixture, 'model.safetensors', engineName, 'mean');
    const { hiddenSize: size, registers } = cls.config;
    for (const shape of await readCases(fixture)) {
      const pixels = await reference(fixture, `${shape.name}.pixels`);
      const pooler = await reference(fixture, `${shape.name}.pooler`);
      const expectedMean = meanOfPatches(
        await reference(fixture, `${shape.name}.last_hidden_state`),
        shape.batch,
        size,
        1 + registers,
      );
      expect(maxAbsoluteError(await cls.engine.run(pixels, shape), pooler)).toBeLessThan(TOLERANCE);
      expect(maxAbsoluteError(await mean.engine.run(pixels, shape), expectedMean)).toBeLessThan(TOLERANCE);
      const joined = await both.engine.run(pixels, shape);
      for (let row = 0; row < shape.batch; row++) {
        const at = (part: number): Float32Array => joined.slice((2 * row + part) * size, (2 * row + part + 1) * size);
        const rowOf = (values: Float32Array): Float32Array => values.slice(row * size, (row + 1) * size);
        expect(maxAbsoluteError(at(0), rowOf(pooler))).toBeLessThan(TOLERANCE);
        expect(maxAbsoluteError(at(1), rowOf(expectedMean))).toBeLessThan(TOLERANCE);
      }
    }
  });
});

function meanOfPatches(tokens: Float32Array, batch: number, size: number, prefix: number): Float32Array {
  const count = tokens.length / batch / size;
  const mean = new Float32Array(batch * size);
  for (let row = 0; row < batch; row++) {
    for (let token = prefix; token < count; token++) {
      for (let i = 0; i < size; i++)
        mean[row * size + i] += tokens[(row * count + token) * size + i] / (count - prefix);
    }
  }
  return mean;
}
