import { readFile, stat } from 'node:fs/promises';
import type { TypedTensor } from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import type { ModelOutput, PixelShape } from '../../server/extraction/engines/engine.ts';
import { FLOAT16_BOUND, openFloat16Engine, relativeError } from '../../server/extraction/engines/float16Engine.ts';
import { loadRuntime, openSession } from '../../server/extraction/engines/onnxEngine.ts';
import { openEngine } from '../../server/extraction/engines/openEngine.ts';
import { findTensorflowPackage } from '../../server/extraction/engines/tensorflowEngine.ts';
import type { EngineName } from '../../server/extraction/extraction.ts';
import type { FoldedVit } from '../../server/extraction/foldVit.ts';
import { foldModel } from '../../server/extraction/foldModel.ts';
import { embeddingSizeOf, readModelConfig } from '../../server/extraction/modelConfig.ts';
import { writeOnnxGraph } from '../../server/extraction/onnxWeightFile.ts';
import { rotaryTables } from '../../server/extraction/rotaryTables.ts';
import { SafetensorsCheckpoint } from '../../server/extraction/safetensors.ts';
import { readNpyFloat32 } from '../../server/formats/npy.ts';
import { fixtureModel, maxAbsoluteError } from '../support/modelFixtures.ts';
import { sharedData } from '../support/sharedData.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

// Correct engines stay below 1e-5 of transformers' float32; a wrong epsilon or tanh GELU is above this.
const TOLERANCE = 2e-5;
const folder = await temporaryFolder();
// webgpu only where it is asked for: a GPU that the processor computes takes minutes to compile the shaders.
const engines =
  (process.env.PARITY_ENGINES?.split(',') as readonly EngineName[] | undefined) ??
  (['onnx', 'wasm', ...(findTensorflowPackage() ? ['tensorflow'] : [])] as readonly EngineName[]);
const SHADER_TIMEOUT_MILLISECONDS = 1_200_000;
const opened: { dispose(): Promise<void> }[] = [];

afterAll(async () => {
  for (const engine of opened) await engine.dispose();
});

async function load(fixture: string, weights: string, engine: EngineName, output: ModelOutput) {
  const directory = await fixtureModel(fixture, weights, folder);
  const tensors = await SafetensorsCheckpoint.open(directory);
  const config = await readModelConfig(directory, tensors);
  const loaded = await openEngine(engine, await foldModel(config, tensors), { output, threads: 1 });
  opened.push(loaded);
  const prefix = config.architecture === 'dinov3-vit' ? 1 + config.registers : 1;
  return { engine: loaded, size: embeddingSizeOf(config), prefix };
}

async function readCases(fixture: string): Promise<(PixelShape & { name: string })[]> {
  const json = await readFile(sharedData(`dinov3-parity/${fixture}/cases.json`), 'utf8');
  return (JSON.parse(json) as { cases: (PixelShape & { name: string })[] }).cases;
}

// The copy leaves the shared memory of the reader, which onnxruntime-node does not take.
const reference = async (fixture: string, file: string): Promise<Float32Array> =>
  (await readNpyFloat32(sharedData(`dinov3-parity/${fixture}/${file}.npy`))).values.slice();

/** Float16 is held to its own bound: of all values, relative to their length. */
function expectEqual(engine: EngineName, actual: Float32Array, expected: Float32Array): void {
  if (engine === 'webgpu-float16') expect(relativeError(actual, expected)).toBeLessThan(FLOAT16_BOUND);
  else expect(maxAbsoluteError(actual, expected)).toBeLessThan(TOLERANCE);
}

describe.each(engines)('the %s engine', { timeout: SHADER_TIMEOUT_MILLISECONDS }, (engineName) => {
  for (const fixture of ['plain', 'gated', 'nobias', 'convnext']) {
    it.each(fixture === 'convnext' ? ['model.safetensors'] : ['model.safetensors', 'model.timm.safetensors'])(
      `computes all tokens of "${fixture}" from %s as transformers does`,
      async (weights) => {
        const { engine } = await load(fixture, weights, engineName, 'tokens');
        for (const shape of await readCases(fixture)) {
          const tokens = await engine.run(await reference(fixture, `${shape.name}.pixels`), shape);
          const expected = await reference(fixture, `${shape.name}.last_hidden_state`);
          expectEqual(engineName, tokens, expected);
        }
      },
    );
  }

  it.each(['plain', 'gated', 'convnext'])(
    'computes the CLS vector and the mean of the patches of "%s"',
    async (fixture) => {
      const cls = await load(fixture, 'model.safetensors', engineName, 'cls');
      const both = await load(fixture, 'model.safetensors', engineName, 'cls+mean');
      const mean = await load(fixture, 'model.safetensors', engineName, 'mean');
      const { size, prefix } = cls;
      for (const shape of await readCases(fixture)) {
        const pixels = await reference(fixture, `${shape.name}.pixels`);
        const pooler = await reference(fixture, `${shape.name}.pooler`);
        const expectedMean = meanOfPatches(
          await reference(fixture, `${shape.name}.last_hidden_state`),
          shape.batch,
          size,
          prefix,
        );
        expectEqual(engineName, await cls.engine.run(pixels, shape), pooler);
        expectEqual(engineName, await mean.engine.run(pixels, shape), expectedMean);
        const joined = await both.engine.run(pixels, shape);
        for (let row = 0; row < shape.batch; row++) {
          const at = (part: number): Float32Array => joined.slice((2 * row + part) * size, (2 * row + part + 1) * size);
          const rowOf = (values: Float32Array): Float32Array => values.slice(row * size, (row + 1) * size);
          expectEqual(engineName, at(0), rowOf(pooler));
          expectEqual(engineName, at(1), rowOf(expectedMean));
        }
      }
    },
  );
});

describe('float16 linear layers', () => {
  it.each(['plain', 'gated', 'convnext'])(
    'give tokens of "%s" close to those of float32, on a CPU too',
    async (fixture) => {
      const directory = await fixtureModel(fixture, 'model.safetensors', folder);
      const tensors = await SafetensorsCheckpoint.open(directory);
      const model = await foldModel(await readModelConfig(directory, tensors), tensors);
      const engine = await openSession(model, { output: 'tokens', threads: 1 }, 'onnx', 'cpu', 'float16');
      opened.push(engine);
      for (const shape of await readCases(fixture)) {
        const tokens = await engine.run(await reference(fixture, `${shape.name}.pixels`), shape);
        const error = relativeError(tokens, await reference(fixture, `${shape.name}.last_hidden_state`));
        expect(error).toBeLessThan(1e-3);
        // Else nothing was rounded.
        expect(error).toBeGreaterThan(1e-5);
      }
    },
  );
});

describe.runIf(engines.includes('webgpu-float16'))(
  'the webgpu-float16 engine',
  { timeout: SHADER_TIMEOUT_MILLISECONDS },
  () => {
    it('refuses a model whose activations a float16 cannot hold, and says how far off it is', async () => {
      const directory = await fixtureModel('plain', 'model.safetensors', folder);
      const tensors = await SafetensorsCheckpoint.open(directory);
      const model = await foldModel(await readModelConfig(directory, tensors), tensors);
      if (model.architecture !== 'dinov3-vit') throw new RangeError('a vision transformer is needed');
      const large: FoldedVit = {
        ...model,
        readBlock: async (index) => {
          const block = await model.readBlock(index);
          return { ...block, norm2: { ...block.norm2, scale: block.norm2.scale.map((value) => value * 1e5) } };
        },
      };
      await expect(openFloat16Engine(large, { output: 'cls', threads: 1 })).rejects.toThrow(
        /in float16 this model is .* from its float32 on this GPU, and 0.01 is allowed; take the engine webgpu/,
      );
    });
  },
);

describe('weights in a file of their own', () => {
  it.each(['gated', 'convnext'])('give the same tokens of "%s" as weights within the graph', async (fixture) => {
    const directory = await fixtureModel(fixture, 'model.safetensors', folder);
    const tensors = await SafetensorsCheckpoint.open(directory);
    const model = await foldModel(await readModelConfig(directory, tensors), tensors);
    const written = await writeOnnxGraph(model, 'tokens', 'float32', 0);
    expect(written.graph).toEqual(expect.stringContaining('model.onnx'));
    expect((await stat(written.graph as string)).size).toBeLessThan((await stat(tensors.files[0])).size / 4);
    const { InferenceSession, Tensor } = await loadRuntime();
    const session = await InferenceSession.create(written.graph as string);
    await written.remove();
    await expect(stat(written.graph as string)).rejects.toThrow('ENOENT');
    const { engine } = await load(fixture, 'model.safetensors', 'onnx', 'tokens');
    for (const { name, batch, height, width } of await readCases(fixture)) {
      const pixels = await reference(fixture, `${name}.pixels`);
      const feeds: Record<string, TypedTensor<'float32'>> = {
        pixels: new Tensor('float32', pixels, [batch, 3, height, width]),
      };
      if (model.architecture === 'dinov3-vit') {
        const { tokens, cos, signedSin } = rotaryTables(model.config, height, width);
        for (const [key, values] of Object.entries({ cos, signedSin })) {
          feeds[key] = new Tensor('float32', values, [tokens, 1, values.length / tokens]);
        }
      }
      const { output } = await session.run(feeds);
      expect(maxAbsoluteError(output.data as Float32Array, await engine.run(pixels, { batch, height, width }))).toBe(0);
    }
    await session.release();
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
