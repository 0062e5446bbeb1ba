import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BadInputError, UnavailableError } from '../errors.ts';
import { packageRoot } from '../paths.ts';
import type { ModelDescription } from './extraction.ts';
import { embeddingSizeOf, patchSizeOf, readModelConfig, readPreprocessingConfig } from './modelConfig.ts';
import { findWeightFiles, SafetensorsCheckpoint } from './safetensors.ts';

/** A model that the product knows by name. */
export interface CatalogEntry {
  readonly name: string;
  readonly architecture: ModelDescription['architecture'];
  readonly embeddingSize: number;
  /** Values in the checkpoint, counted from the public configs. */
  readonly parameterCount: number;
  readonly license: string;
  /** On the Hugging Face hub; null for the bundled model. */
  readonly repository: string | null;
}

/** An entry with what is known about this machine. */
export interface ModelListing extends CatalogEntry {
  readonly available: boolean;
  /** Size of the weight files; null when they are not here. */
  readonly weightBytes: number | null;
  readonly directory: string;
  /** The command that brings the weights here; null when they are here. */
  readonly fetchCommand: string | null;
}

const DINOV3_LICENSE = 'DINOv3 License';
const vit = (name: string, embeddingSize: number, parameterCount: number): CatalogEntry => ({
  name: `dinov3-${name}`,
  architecture: 'dinov3-vit',
  embeddingSize,
  parameterCount,
  license: DINOV3_LICENSE,
  repository: `facebook/dinov3-${name}-pretrain-lvd1689m`,
});
const convNext = (size: string, embeddingSize: number, parameterCount: number): CatalogEntry => ({
  ...vit(`convnext-${size}`, embeddingSize, parameterCount),
  architecture: 'dinov3-convnext',
});

export const MODEL_CATALOG: readonly CatalogEntry[] = [
  {
    name: 'nano',
    architecture: 'dinov3-vit',
    embeddingSize: 192,
    parameterCount: 2_681_280,
    license: 'MIT',
    repository: null,
  },
  vit('vits16', 384, 21_596_544),
  vit('vits16plus', 384, 28_692_864),
  vit('vitb16', 768, 85_660_416),
  vit('vitl16', 1024, 303_129_600),
  vit('vith16plus', 1280, 840_592_640),
  vit('vit7b16', 4096, 6_716_035_072),
  convNext('tiny', 768, convNextParameters([96, 192, 384, 768], [3, 3, 9, 3])),
  convNext('small', 768, convNextParameters([96, 192, 384, 768], [3, 3, 27, 3])),
  convNext('base', 1024, convNextParameters([128, 256, 512, 1024], [3, 3, 27, 3])),
  convNext('large', 1536, convNextParameters([192, 384, 768, 1536], [3, 3, 27, 3])),
];

/** The entry of that name. @throws BadInputError listing the names there are. */
export function catalogEntry(name: string): CatalogEntry {
  const entry = MODEL_CATALOG.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = MODEL_CATALOG.map((candidate) => candidate.name).join(', ');
  throw new BadInputError(
    `model "${name}" is neither a known name (${names}) nor a folder with config.json and *.safetensors`,
  );
}

/** Where the weights of an entry lie, or will lie once they are fetched. */
export function modelDirectory({ name, repository }: CatalogEntry, home: string): string {
  return repository === null ? join(packageRoot, 'models', name) : join(home, 'models', name);
}

/** All models by name, with what is on this machine. */
export async function listModels({ home }: { readonly home: string }): Promise<ModelListing[]> {
  const listings = MODEL_CATALOG.map(async (entry): Promise<ModelListing> => {
    const directory = modelDirectory(entry, home);
    const available = hasWeights(directory);
    const weightBytes = available ? await sizeOfWeights(directory) : null;
    return { ...entry, directory, available, weightBytes, fetchCommand: available ? null : fetchCommand(entry.name) };
  });
  return Promise.all(listings);
}

/** A model whose weights are on this machine. */
export interface LocatedModel {
  readonly name: string;
  readonly directory: string;
}

/**
 * Finds a model, by its name or by a folder with config.json and *.safetensors, without reading it.
 * @throws BadInputError for an unknown name; UnavailableError, with the command to run and the files that may be put in
 * place by hand, when the weights are not here.
 */
export function locateModel(nameOrDirectory: string, { home }: { readonly home: string }): LocatedModel {
  const known = MODEL_CATALOG.some(({ name }) => name === nameOrDirectory);
  if (!known && existsSync(nameOrDirectory)) {
    const directory = resolve(nameOrDirectory);
    return { name: directory, directory };
  }
  const entry = catalogEntry(nameOrDirectory);
  const directory = modelDirectory(entry, home);
  if (hasWeights(directory)) return { name: entry.name, directory };
  if (entry.repository === null) {
    throw new UnavailableError(`${directory}: the bundled model's files are missing; install the package again`);
  }
  throw new UnavailableError(
    `the weights of ${entry.name} are not on this machine; run "${fetchCommand(entry.name)}", or put config.json, preprocessor_config.json and model.safetensors of https://huggingface.co/${entry.repository} into ${directory}`,
  );
}

/**
 * Describes a model that `locateModel` finds.
 * @throws as locateModel, and BadInputError for a broken checkpoint.
 */
export async function findModel(
  nameOrDirectory: string,
  options: { readonly home: string },
): Promise<ModelDescription> {
  const { name, directory } = locateModel(nameOrDirectory, options);
  return describeModel(name, directory);
}

/** The model to take where nobody chooses: the smallest DINOv3 whose weights are here, else the bundled one. */
export function preferredModel(listings: readonly ModelListing[]): string {
  const fetched = listings.filter(({ available, repository }) => available && repository !== null);
  const smallest = fetched.sort((left, right) => left.parameterCount - right.parameterCount)[0];
  return (smallest ?? MODEL_CATALOG[0]).name;
}

function fetchCommand(name: string): string {
  return `npm run cli -- models fetch ${name}`;
}

function hasWeights(directory: string): boolean {
  return (
    existsSync(join(directory, 'config.json')) &&
    ['model.safetensors', 'model.safetensors.index.json'].some((file) => existsSync(join(directory, file)))
  );
}

async function sizeOfWeights(directory: string): Promise<number | null> {
  try {
    const { files } = await findWeightFiles(directory);
    const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    // Parts are missing: who opens the model is told which.
    return null;
  }
}

async function describeModel(name: string, directory: string): Promise<ModelDescription> {
  const tensors = await SafetensorsCheckpoint.open(directory);
  const config = await readModelConfig(directory, tensors);
  const { resolution, filter } = await readPreprocessingConfig(directory, config.imageSize);
  return {
    name,
    directory,
    architecture: config.architecture,
    embeddingSize: embeddingSizeOf(config),
    patchSize: patchSizeOf(config),
    resolution,
    interpolation: filter,
    parameterCount: tensors.valueCount,
    checksum: await weightsChecksum(tensors.files),
    trained: config.trained,
  };
}

const checksums = new Map<string, string>();

/** SHA-256 over all weight files in order; remembered while size and time of the files stay the same. */
async function weightsChecksum(files: readonly string[]): Promise<string> {
  const stats = await Promise.all(files.map((file) => stat(file)));
  const key = stats.map(({ size, mtimeMs }, i) => `${files[i]}:${size}:${mtimeMs}`).join('|');
  const known = checksums.get(key);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for (const file of files) await pipeline(createReadStream(file), hash, { end: false });
  const checksum = hash.digest('hex');
  checksums.set(key, checksum);
  return checksum;
}

/** Values in a ConvNeXt of these channels and depths (biases, norms and layer scales included). */
function convNextParameters(channels: readonly number[], depths: readonly number[]): number {
  let total = channels[0] * (3 * 16 + 1) + 2 * channels[0] + 2 * channels[3];
  channels.forEach((width, stage) => {
    if (stage > 0) total += 2 * channels[stage - 1] + channels[stage - 1] * width * 4 + width;
    total += depths[stage] * (width * 49 + width + 2 * width + 4 * width * width * 2 + 4 * width + width + width);
  });
  return total;
}
