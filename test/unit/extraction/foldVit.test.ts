import { describe, expect, it } from 'vitest';
import { BadInputError } from '../../../server/errors.ts';
import { foldVit, type FoldedBlock, type FoldedVit } from '../../../server/extraction/foldVit.ts';
import {
  fillTensor,
  huggingFaceTensors,
  memorySource,
  tinyVitConfig,
  type MemoryTensor,
} from '../../support/memoryModel.ts';

const size = tinyVitConfig.hiddenSize;

describe('foldVit', () => {
  it('multiplies layer scales into the output projections and the attention scale into q', async () => {
    const tensors = huggingFaceTensors(tinyVitConfig);
    const blocks = await blocksOf(tensors);
    const values = (name: string): Float32Array => tensors.get(`layer.1.${name}`)!.values;
    const [input, output] = [3, 5];
    const { qkv, output: projection, down } = blocks[1];
    expect(projection.weight[input * size + output]).toBeCloseTo(
      values('attention.o_proj.weight')[output * size + input] * values('layer_scale1.lambda1')[output],
      6,
    );
    expect(projection.bias[output]).toBeCloseTo(
      values('attention.o_proj.bias')[output] * values('layer_scale1.lambda1')[output],
      6,
    );
    expect(down.weight[input * size + output]).toBeCloseTo(
      values('mlp.down_proj.weight')[output * tinyVitConfig.mlpWidth + input] * values('layer_scale2.lambda1')[output],
      6,
    );
    const scale = 1 / Math.sqrt(size / tinyVitConfig.heads);
    expect(qkv.weight[input * 3 * size + output]).toBeCloseTo(
      values('attention.q_proj.weight')[output * size + input] * scale,
      6,
    );
    expect(qkv.bias[output]).toBeCloseTo(values('attention.q_proj.bias')[output] * scale, 6);
    expect(qkv.weight[input * 3 * size + 2 * size + output]).toBe(
      values('attention.v_proj.weight')[output * size + input],
    );
    expect([...qkv.bias.subarray(size, 2 * size)]).toEqual(new Array(size).fill(0));
  });

  it('gives the same arrays from model.layer.N and from layer.N', async () => {
    const saved = await foldVit(tinyVitConfig, memorySource(huggingFaceTensors(tinyVitConfig)));
    const inMemory = await foldVit(tinyVitConfig, memorySource(huggingFaceTensors(tinyVitConfig, 'model.layer.')));
    expect(await everythingOf(inMemory)).toEqual(await everythingOf(saved));
  });

  it.each([false, true])("gives the same arrays from Meta's naming (gated MLP: %s)", async (gatedMlp) => {
    const config = { ...tinyVitConfig, gatedMlp, activation: gatedMlp ? 'silu' : 'gelu' } as const;
    const tensors = huggingFaceTensors(config);
    const expected = await foldVit(config, memorySource(tensors));
    const meta = await foldVit(config, memorySource(toMeta(tensors, gatedMlp)));
    expect(await everythingOf(meta)).toEqual(await everythingOf(expected));
  });

  it('takes an absent q or v bias as zero', async () => {
    const tensors = huggingFaceTensors(tinyVitConfig);
    for (const part of ['q', 'v']) tensors.delete(`layer.0.attention.${part}_proj.bias`);
    const blocks = await blocksOf(tensors);
    expect(blocks[0].qkv.bias.every((value) => value === 0)).toBe(true);
    expect(blocks[1].qkv.bias.some((value) => value !== 0)).toBe(true);
  });

  it('names a tensor that is missing, with the shape it should have', async () => {
    const tensors = huggingFaceTensors(tinyVitConfig);
    tensors.delete('layer.1.mlp.up_proj.weight');
    await expectRefusal(tensors, 'tensor layer.1.mlp.up_proj.weight is missing; shape [24, 16] is expected');
  });

  it('names a tensor of the wrong shape, with both shapes', async () => {
    const tensors = huggingFaceTensors(tinyVitConfig).set('norm.bias', fillTensor([15], 1));
    await expectRefusal(tensors, 'tensor norm.bias has shape [15], but the config asks for [16]');
  });

  it('refuses a weight that is not finite', async () => {
    const tensors = huggingFaceTensors(tinyVitConfig);
    tensors.get('layer.0.norm1.weight')!.values[7] = NaN;
    await expectRefusal(tensors, 'tensor layer.0.norm1.weight has NaN at position 7');
  });

  it('refuses a config with another number of layers than the tensors', async () => {
    await expectRefusal(huggingFaceTensors({ ...tinyVitConfig, layers: 3 }), 'has 3 layers, but the config says 2');
  });

  it('refuses tensors of another kind of model', async () => {
    const tensors = new Map([['encoder.weight', fillTensor([2, 2], 1)]]);
    await expectRefusal(tensors, 'it is not a DINOv3 vision transformer');
  });
});

async function blocksOf(tensors: ReadonlyMap<string, MemoryTensor>): Promise<FoldedBlock[]> {
  return (await everythingOf(await foldVit(tinyVitConfig, memorySource(tensors)))).blocks;
}

/** A folded model with all of its blocks read. */
async function everythingOf({ readBlock, ...rest }: FoldedVit) {
  const blocks: FoldedBlock[] = [];
  for (let index = 0; index < rest.config.layers; index++) blocks.push(await readBlock(index));
  return { ...rest, blocks };
}

async function expectRefusal(tensors: ReadonlyMap<string, MemoryTensor>, message: string): Promise<void> {
  const error: unknown = await blocksOf(tensors).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BadInputError);
  expect((error as Error).message).toContain(message);
}

/** The same weights in Meta's naming, with rubbish where its k bias would be: that part is masked there. */
function toMeta(tensors: ReadonlyMap<string, MemoryTensor>, gated: boolean): Map<string, MemoryTensor> {
  const renames: [RegExp, string][] = [
    [/^embeddings\.cls_token/, 'cls_token'],
    [/^embeddings\.register_tokens/, 'storage_tokens'],
    [/^embeddings\.patch_embeddings/, 'patch_embed.proj'],
    [/^layer\./, 'blocks.'],
    [/attention\.o_proj/, 'attn.proj'],
    [/layer_scale(\d)\.lambda1/, 'ls$1.gamma'],
    [/mlp\.gate_proj/, 'mlp.w1'],
    [/mlp\.up_proj/, gated ? 'mlp.w2' : 'mlp.fc1'],
    [/mlp\.down_proj/, gated ? 'mlp.w3' : 'mlp.fc2'],
  ];
  const renamed = new Map<string, MemoryTensor>();
  for (const [name, tensor] of tensors) {
    if (/\.[qkv]_proj\./.test(name)) continue;
    renamed.set(
      renames.reduce((text, [from, to]) => text.replace(from, to), name),
      tensor,
    );
  }
  for (let index = 0; index < tinyVitConfig.layers; index++) {
    const part = (name: string): Float32Array =>
      tensors.get(`layer.${index}.attention.${name}`)?.values ?? new Float32Array(size).fill(9);
    const join = (kind: string): Float32Array =>
      Float32Array.from(['q', 'k', 'v'].flatMap((letter) => [...part(`${letter}_proj.${kind}`)]));
    renamed.set(`blocks.${index}.attn.qkv.weight`, { shape: [3 * size, size], values: join('weight') });
    renamed.set(`blocks.${index}.attn.qkv.bias`, { shape: [3 * size], values: join('bias') });
  }
  return renamed;
}
