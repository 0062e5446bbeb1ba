import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BadInputError, UnavailableError } from '../../server/errors.ts';
import { findModel, listModels } from '../../server/extraction/modelCatalog.ts';
import { readModelConfig } from '../../server/extraction/modelConfig.ts';
import { SafetensorsCheckpoint } from '../../server/extraction/safetensors.ts';
import { verifyModel } from '../../server/extraction/verifyModel.ts';
import { encodeSafetensors, fixtureModel, readRawTensors, type RawTensor } from '../support/modelFixtures.ts';
import { sharedData } from '../support/sharedData.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const home = await temporaryFolder();
let folders = 0;

/** A folder with these files. */
async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = join(home, `model-${folders++}`);
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

const floatTensor = (values: readonly number[], shape = [values.length]): RawTensor => ({
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});
const wordTensor = (dtype: string, words: readonly number[]): RawTensor => ({
  dtype,
  shape: [words.length],
  bytes: new Uint8Array(Uint16Array.from(words).buffer),
});

/** A safetensors file with a header that is written as given. */
function rawSafetensors(header: string, data = new Uint8Array(16)): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), data]);
}

async function refusal(work: Promise<unknown>): Promise<Error> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BadInputError);
  return error as Error;
}

describe('SafetensorsCheckpoint', () => {
  it('reads float32, float16 and bfloat16, also at places that are not aligned', async () => {
    const file = encodeSafetensors(
      new Map([
        ['half', wordTensor('F16', [0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000])],
        ['brain', wordTensor('BF16', [0x3f80, 0xc000, 0x4049])],
        ['single', floatTensor([1.5, -2.25, 3e-20])],
      ]),
    );
    const checkpoint = await SafetensorsCheckpoint.open(await folderWith({ 'model.safetensors': file }));
    expect([...(await checkpoint.read('half'))]).toEqual([1, -2, 2 ** -24, 65504, -0]);
    expect([...(await checkpoint.read('brain'))]).toEqual([1, -2, 3.140625]);
    expect(await checkpoint.read('single')).toEqual(Float32Array.of(1.5, -2.25, 3e-20));
    expect(checkpoint.valueCount).toBe(11);
  });

  it('reads half-precision tensors that are larger than a piece', async () => {
    const words = Array.from({ length: 600_000 }, (_, i) => 0x3c00 + (i % 1024));
    const file = encodeSafetensors(new Map([['long', wordTensor('F16', words)]]));
    const checkpoint = await SafetensorsCheckpoint.open(await folderWith({ 'model.safetensors': file }));
    const values = await checkpoint.read('long');
    expect(values.length).toBe(600_000);
    expect(values.every((value, i) => value === 1 + (i % 1024) / 1024)).toBe(true);
  });

  it('gives the same tokens from a sharded checkpoint as from one file', async () => {
    const tensors = [...(await readRawTensors(sharedData('dinov3-parity/plain/model.safetensors')))];
    const half = tensors.length >> 1;
    const parts = [tensors.slice(0, half), tensors.slice(half)].map((part) => new Map(part));
    const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const weight_map = Object.fromEntries(tensors.map(([name], i) => [name, names[i < half ? 0 : 1]]));
    const folder = await folderWith({
      'config.json': await readFile(sharedData('dinov3-parity/plain/config.json')),
      'model.safetensors.index.json': JSON.stringify({ weight_map }),
      [names[0]]: encodeSafetensors(parts[0]),
      [names[1]]: encodeSafetensors(parts[1]),
    });
    const sharded = await SafetensorsCheckpoint.open(folder);
    const single = await SafetensorsCheckpoint.open(sharedData('dinov3-parity/plain'));
    expect([...sharded.names].sort()).toEqual([...single.names].sort());
    for (const name of single.names) expect(await sharded.read(name)).toEqual(await single.read(name));
    const wrong = { ...weight_map, [tensors[0][0]]: names[1] };
    await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: wrong }));
    expect((await refusal(SafetensorsCheckpoint.open(folder))).message).toContain(
      `tensor ${tensors[0][0]} should be in`,
    );
  });

  const entry = (offsets: readonly number[], shape = [2]): object => ({ dtype: 'F32', shape, data_offsets: offsets });
  it.each([
    [
      'a file that is cut short',
      encodeSafetensors(new Map([['w', floatTensor([1, 2, 3])]])).subarray(0, -5),
      'tensor w ends at byte',
    ],
    [
      'a header longer than the file',
      Buffer.from([255, 255, 0, 0, 0, 0, 0, 0, 123, 125]),
      'cut short (header of 65535',
    ],
    ['an empty file', Buffer.alloc(0), 'the file ends at byte 0'],
    ['a header that is not JSON', rawSafetensors('{"w": '), 'its header is not JSON'],
    ['a header of another form', rawSafetensors('{"w": {"dtype": 3}}'), 'not a valid safetensors header at w.dtype'],
    [
      'a shape that does not fit its bytes',
      rawSafetensors(JSON.stringify({ w: entry([0, 8], [3]) })),
      'needs 12 bytes, but has 8',
    ],
    [
      'tensors that overlap',
      rawSafetensors(JSON.stringify({ v: entry([0, 8]), w: entry([4, 12]) })),
      'tensors v and w overlap',
    ],
    ['a pickle by content', Buffer.from('PK\x03\x04 archive of torch.save'), 'is a pickle'],
  ])('refuses %s', async (_, content, message) => {
    const folder = await folderWith({ 'model.safetensors': content });
    const error = await refusal(SafetensorsCheckpoint.open(folder));
    expect(error.message).toContain(join(folder, 'model.safetensors'));
    expect(error.message).toContain(message);
  });

  it('refuses a tensor type that is no floating point', async () => {
    const header = JSON.stringify({ w: { dtype: 'I32', shape: [2], data_offsets: [0, 8] } });
    const checkpoint = await SafetensorsCheckpoint.open(
      await folderWith({ 'model.safetensors': rawSafetensors(header) }),
    );
    expect((await refusal(checkpoint.read('w'))).message).toContain('tensor w is I32; F32, F16 or BF16 is needed');
  });

  it('never opens a pickle and says what to use', async () => {
    const folder = await folderWith({ 'pytorch_model.bin': 'anything', 'config.json': '{}' });
    expect((await refusal(SafetensorsCheckpoint.open(folder))).message).toMatch(
      /is a pickle.*use the model's safetensors/,
    );
  });
});

describe('readModelConfig', () => {
  it("infers timm's sizes from the tensors and the heads from the name", async () => {
    const vector = (length: number): RawTensor => floatTensor(new Array<number>(length).fill(0));
    const shaped = (...shape: number[]): RawTensor => ({ ...vector(shape.reduce((a, b) => a * b)), shape });
    const tensors = new Map([
      ['cls_token', shaped(1, 1, 128)],
      ['reg_token', shaped(1, 4, 128)],
      ['patch_embed.proj.weight', shaped(128, 3, 16, 16)],
      ['blocks.0.mlp.fc1_g.weight', shaped(96, 128)],
      ['blocks.2.norm1.weight', shaped(128)],
    ]);
    const config = {
      architecture: 'vit_small_plus_patch16_dinov3',
      pretrained_cfg: { input_size: [3, 256, 256], interpolation: 'bicubic' },
    };
    const folder = await folderWith({
      'model.safetensors': encodeSafetensors(tensors),
      'config.json': JSON.stringify(config),
    });
    expect(await readModelConfig(folder, await SafetensorsCheckpoint.open(folder))).toMatchObject({
      hiddenSize: 128,
      heads: 2,
      layers: 3,
      registers: 4,
      patchSize: 16,
      mlpWidth: 96,
      gatedMlp: true,
      activation: 'silu',
      imageSize: 256,
    });
  });

  it.each([
    ['{"model_type": "vit"}', 'model_type is "vit"; dinov3_vit or dinov3_convnext is needed'],
    ['{"model_type": "dinov3_vit", "hidden_size": "64"}', 'hidden_size'],
    ['{', 'is not JSON'],
  ])('names what is wrong with %s', async (config, message) => {
    const folder = await folderWith({ 'config.json': config, 'model.safetensors': encodeSafetensors(new Map()) });
    const tensors = await SafetensorsCheckpoint.open(folder);
    expect((await refusal(readModelConfig(folder, tensors))).message).toContain(message);
  });
});

describe('the model catalog', () => {
  it('has the bundled model, ready and trained, and the command that fetches each other one', async () => {
    const listings = await listModels({ home });
    expect(listings.map(({ name }) => name)).toContain('dinov3-convnext-large');
    expect(listings[0]).toMatchObject({ name: 'nano', available: true, fetchCommand: null });
    expect(listings[0].weightBytes).toBe((await stat('models/nano/model.safetensors')).size);
    expect(listings[1].weightBytes).toBeNull();
    expect(listings[1].fetchCommand).toBe('npm run cli -- models fetch dinov3-vits16');
    const nano = await findModel('nano', { home });
    expect(nano).toMatchObject({ embeddingSize: 192, resolution: 32, patchSize: 4, trained: true });
    expect(nano.parameterCount).toBe(listings[0].parameterCount);
    expect(nano.checksum).toMatch(/^[0-9a-f]{64}$/);
  });

  it('says how to get weights that are not here, and which names there are', async () => {
    const missing: unknown = await findModel('dinov3-vitb16', { home }).catch((reason: unknown) => reason);
    expect(missing).toBeInstanceOf(UnavailableError);
    expect((missing as Error).message).toMatch(
      /npm run cli -- models fetch dinov3-vitb16.*model\.safetensors.*models\/dinov3-vitb16/,
    );
    expect((await refusal(findModel('dinov2', { home }))).message).toMatch(/nano, dinov3-vits16/);
  });

  it('takes a folder as a model, and the placeholder of weights made from a seed as untrained', async () => {
    const folder = await fixtureModel('plain', 'model.safetensors', home);
    expect(await findModel(folder, { home })).toMatchObject({ name: folder, embeddingSize: 64, trained: true });
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as object;
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, untrained: true }));
    expect(await findModel(folder, { home })).toMatchObject({ trained: false });
  });
});

describe('verifyModel', () => {
  it.each(['onnx', 'wasm'] as const)('finds the bundled model computed rightly on %s', async (engine) => {
    const result = await verifyModel(await findModel('nano', { home }), engine);
    expect(result).toMatchObject({ engine, passed: true });
    expect(result.reference).toContain('stored answer');
    expect(result.error).toBeLessThan(1e-5);
  });

  it('compares with another engine where no answer is stored', async () => {
    const folder = await fixtureModel('gated', 'model.safetensors', home);
    const result = await verifyModel(await findModel(folder, { home }), 'onnx');
    expect(result).toMatchObject({ engine: 'onnx', reference: 'the wasm engine', passed: true });
  });
});
