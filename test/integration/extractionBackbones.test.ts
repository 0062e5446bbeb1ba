import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { foldConvNext } from '../../server/extraction/foldConvNext.ts';
import { MODEL_CATALOG } from '../../server/extraction/modelCatalog.ts';
import { embeddingSizeOf, readModelConfig, type ConvNextConfig } from '../../server/extraction/modelConfig.ts';
import { SafetensorsCheckpoint } from '../../server/extraction/safetensors.ts';
import { detectConvNextNames, detectVitNames } from '../../server/extraction/tensorNames.ts';
import { encodeSafetensors, readRawTensors } from '../support/modelFixtures.ts';
import { PUBLIC_BACKBONES, shapesOnly, toTimmConvNext } from '../support/publicBackbones.ts';
import { sharedData } from '../support/sharedData.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const home = await temporaryFolder();

async function folderWith(name: string, config: unknown): Promise<string> {
  const folder = join(home, name);
  await mkdir(folder);
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

describe.each(PUBLIC_BACKBONES)('$name', ({ name, timm, config, shapes }) => {
  const entry = MODEL_CATALOG.find((candidate) => candidate.name === name)!;

  it('has the embedding size and parameters that the catalog tells', () => {
    const values = [...shapes.huggingFace.values()].map((shape) => shape.reduce((product, axis) => product * axis, 1));
    expect(values.reduce((sum, count) => sum + count, 0)).toBe(entry.parameterCount);
  });

  it('is read alike from its Hugging Face config and from the tensors of its timm file', async () => {
    const [huggingFace, inTimm] = [shapesOnly(shapes.huggingFace), shapesOnly(shapes.timm)];
    const read = await readModelConfig(await folderWith(name, config), huggingFace);
    const folder = await folderWith(timm, { architecture: timm, pretrained_cfg: { input_size: [3, 224, 224] } });
    expect(await readModelConfig(folder, inTimm)).toEqual(read);
    expect(embeddingSizeOf(read)).toBe(entry.embeddingSize);
    expect(read.architecture).toBe(entry.architecture);
    if (read.architecture === 'dinov3-vit') {
      expect(detectVitNames(huggingFace, read.gatedMlp).layout).toBe('huggingface');
      expect(detectVitNames(inTimm, read.gatedMlp).layout).toBe('timm');
    } else {
      expect(detectConvNextNames(huggingFace).layout).toBe('huggingface');
      expect(detectConvNextNames(inTimm).layout).toBe('timm');
    }
  });
});

describe('foldConvNext', () => {
  it('gives the same arrays from Hugging Face and from timm naming', async () => {
    const raw = await readRawTensors(sharedData('dinov3-parity/convnext/model.safetensors'));
    const config = JSON.parse(await readFile(sharedData('dinov3-parity/convnext/config.json'), 'utf8')) as object;
    const folder = await folderWith('convnext-hf', config);
    const inTimm = await folderWith('convnext-timm', { architecture: 'convnext_tiny' });
    await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(raw));
    await writeFile(join(inTimm, 'model.safetensors'), encodeSafetensors(toTimmConvNext(raw)));
    const [expected, found] = await Promise.all(
      [folder, inTimm].map(async (directory) => {
        const tensors = await SafetensorsCheckpoint.open(directory);
        const model = await foldConvNext((await readModelConfig(directory, tensors)) as ConvNextConfig, tensors);
        return [
          await model.readDownsampling(0),
          await model.readDownsampling(3),
          await model.readBlock(2, 1),
          model.norm,
        ];
      }),
    );
    expect(found).toEqual(expected);
  });

  it('refuses a config with fewer blocks than the tensors, naming one that is left over', async () => {
    const tensors = await SafetensorsCheckpoint.open(sharedData('dinov3-parity/convnext'));
    const config = (await readModelConfig(sharedData('dinov3-parity/convnext'), tensors)) as ConvNextConfig;
    await expect(foldConvNext({ ...config, depths: [1, 1, 1, 1] }, tensors)).rejects.toThrow(
      'has tensor stages.2.layers.1.depthwise_conv.weight, but the config says 1 blocks in stage 2',
    );
  });
});
