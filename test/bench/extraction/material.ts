import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import type { ModelOutput } from '../../../server/extraction/engines/engine.ts';
import { foldModel } from '../../../server/extraction/foldModel.ts';
import { readModelConfig } from '../../../server/extraction/modelConfig.ts';
import { OnnxGraphBuilder, type OnnxDimension } from '../../../server/extraction/onnxFormat.ts';
import { addVit } from '../../../server/extraction/onnxVit.ts';
import { rotaryTables } from '../../../server/extraction/rotaryTables.ts';
import { SafetensorsCheckpoint } from '../../../server/extraction/safetensors.ts';
import { Random } from '../../../server/geometry/random.ts';
import { packageRoot } from '../../../server/paths.ts';
import { patternImage } from '../../support/memoryDataset.ts';
import { encodeSafetensors, type RawTensor } from '../../support/modelFixtures.ts';
import { PUBLIC_BACKBONES } from '../../support/publicBackbones.ts';

// What the contenders of the bench work on: all made once, under the folder that git does not see.

export const BENCH_FOLDER = resolve('.circle-limit/bench');
const PEERS_FOLDER = join(BENCH_FOLDER, 'peers');
/** Brings onnxruntime-node and sharp in the versions that it asks for; no part of the product. */
const PEER = '@huggingface/transformers@4.3.1';

/** The folder that the peers are installed in; the first call needs the package registry. */
export async function installPeers(): Promise<string> {
  if (!existsSync(join(PEERS_FOLDER, 'node_modules/@huggingface/transformers'))) {
    await mkdir(PEERS_FOLDER, { recursive: true });
    // Without this file npm would install into the package that the folder lies in.
    await writeFile(join(PEERS_FOLDER, 'package.json'), '{ "private": true }\n');
    console.log(`  installing ${PEER} into ${PEERS_FOLDER}`);
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', PEER], { cwd: PEERS_FOLDER });
  }
  return PEERS_FOLDER;
}

/** JPEG files of one size, in one folder. */
export async function makeJpegs(name: string, count: number, width: number, height: number): Promise<string> {
  const folder = join(BENCH_FOLDER, 'images', `${name}-${count}`);
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < count; index++) {
    const file = join(folder, `${String(index).padStart(5, '0')}.jpg`);
    if (existsSync(file)) continue;
    const { data } = patternImage(index, width, height);
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(file);
  }
  return folder;
}

/** A checkpoint in the layout of the public one of that name; its values come from a seed and mean nothing. */
export async function makeBackbone(backbone: string): Promise<string> {
  const folder = join(BENCH_FOLDER, 'models', backbone);
  if (existsSync(join(folder, 'model.safetensors'))) return folder;
  await mkdir(folder, { recursive: true });
  const { config, shapes } = PUBLIC_BACKBONES.find(({ name }) => name === backbone)!;
  const random = new Random(384);
  const tensors = new Map<string, RawTensor>();
  for (const [name, shape] of shapes.huggingFace) {
    const length = shape.reduce((product, axis) => product * axis, 1);
    const base = /norm\d?\.weight$/.test(name) ? 1 : name.endsWith('lambda1') ? 0.1 : 0;
    const values = Float32Array.from({ length }, () => base + 0.02 * random.normal());
    tensors.set(name, { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer) });
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, untrained: true }));
  const preprocessing = {
    image_processor_type: 'DINOv3ViTImageProcessorFast',
    ...{ do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, do_resize: true },
    ...{ size: { height: 224, width: 224 }, resample: 2 },
    ...{ image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] },
  };
  await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessing));
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(tensors));
  return folder;
}

/** The bundled model's checkpoint in a folder that may be written to. */
export async function copyNano(): Promise<string> {
  const folder = join(BENCH_FOLDER, 'models', 'nano');
  await mkdir(folder, { recursive: true });
  for (const file of ['config.json', 'preprocessor_config.json', 'model.safetensors']) {
    await copyFile(join(packageRoot, 'models/nano', file), join(folder, file));
  }
  return folder;
}

/**
 * Writes the checkpoint as the ONNX file that transformers.js looks for, in the form of a public export: from
 * `pixel_values` [B, 3, side, side] to the tokens `last_hidden_state`, with the rotary tables as constants.
 */
export async function exportForPeers(folder: string, side: number): Promise<void> {
  const tensors = await SafetensorsCheckpoint.open(folder);
  const model = await foldModel(await readModelConfig(folder, tensors), tensors);
  if (model.architecture !== 'dinov3-vit') throw new RangeError('a vision transformer is needed');
  const output: ModelOutput = 'tokens';
  const graph = new ExportGraph(rotaryTables(model.config, side, side));
  await addVit(graph, model, output);
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(join(folder, 'onnx', 'model.onnx'), graph.encode());
}

/** The product's graph under the names of a public export. */
class ExportGraph extends OnnxGraphBuilder {
  readonly #tables: ReturnType<typeof rotaryTables>;

  constructor(tables: ReturnType<typeof rotaryTables>) {
    super();
    this.#tables = tables;
  }

  override input(name: string, shape: readonly OnnxDimension[]): string {
    const { tokens, cos, signedSin } = this.#tables;
    if (name === 'cos' || name === 'signedSin') {
      return this.constant(name, name === 'cos' ? cos : signedSin, [tokens, 1, cos.length / tokens]);
    }
    return this.node('Identity', name, [super.input('pixel_values', shape)]);
  }

  override output(name: string, shape: readonly OnnxDimension[]): void {
    super.output(this.node('Identity', 'last_hidden_state', [name]), shape);
  }
}
