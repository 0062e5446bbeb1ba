import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';
import { ENGINE_CHOICES, LAYOUT_ENGINE_CHOICES, type EngineChoice, type LayoutEngineChoice } from '../config.ts';
import { PICTURE_SCALES } from '../export/pictureLayout.ts';
import { INTERPOLATIONS, POOLINGS, type Interpolation, type Pooling } from '../extraction/extraction.ts';
import type { EmbeddingMetric } from '../neighbors/neighborGraph.ts';
import type { LayoutGeometry, LayoutMethod } from '../projection/projection.ts';

/** What `--dataset` and the commands for data sets take. */
export const DATASET_ARGUMENT =
  'cifar10, cifar10/train, cifar10/test, emoji, or a path: folder of images, .zip, .tar or .tar.gz archive, .parquet file, or a folder or a-{00..31}.tar of such parts';

/** All cores that the machine offers; the optimizer and the neighbor search scale with them. */
const defaultThreads: number = availableParallelism();

/** `--threads`, of which there are as many as cores unless it says otherwise. */
export function threadsOption(): Option {
  return new Option('--threads <number>', 'worker threads').argParser(integer(1)).default(defaultThreads, 'all cores');
}

/** A whole number of at least `minimum`. */
export function integer(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum) {
      throw new InvalidArgumentError(`a whole number of at least ${minimum} is needed.`);
    }
    return value;
  };
}

/** A number greater than zero. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('a number greater than 0 is needed.');
  return value;
}

/** `auto`, or a number greater than zero. */
export function curvatureScale(text: string): 'auto' | number {
  return text === 'auto' ? 'auto' : positiveNumber(text);
}

/** Numbers greater than zero, with commas between: several perplexities. */
export function positiveNumbers(text: string): readonly number[] {
  return text.split(',').map(positiveNumber);
}

/** `auto`, or a whole number. */
export function wholeOrAuto(text: string): 'auto' | number {
  return text === 'auto' ? 'auto' : integer(0)(text);
}

/** A number from 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('a number from 0 to 1 is needed.');
  return value;
}

/** `X,Y`, a place in the open unit disk. */
export function diskPlace(text: string): { readonly x: number; readonly y: number } {
  const [x, y, ...rest] = text.split(',').map(Number);
  if (rest.length > 0 || !Number.isFinite(x) || !Number.isFinite(y) || Math.hypot(x, y) >= 1) {
    throw new InvalidArgumentError('a place of the open unit disk is needed, such as 0.3,-0.12.');
  }
  return { x, y };
}

function oneOf<const T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new InvalidArgumentError(`one of ${choices.join(', ')} is needed.`);
    return found;
  };
}

export const engine: (text: string) => EngineChoice = oneOf(ENGINE_CHOICES);
/** Describes `--engine` of a command that computes embeddings. */
export const ENGINE_OPTION = `one of ${ENGINE_CHOICES.join(', ')} (default: ENGINE or auto)`;
export const layoutEngine: (text: string) => LayoutEngineChoice = oneOf(LAYOUT_ENGINE_CHOICES);
export const pooling: (text: string) => Pooling = oneOf(POOLINGS);
export const interpolation: (text: string) => Interpolation = oneOf(INTERPOLATIONS);
export const metric: (text: string) => EmbeddingMetric = oneOf(['cosine', 'euclidean']);
export const geometry: (text: string) => LayoutGeometry = oneOf(['poincare', 'euclidean']);
export const method: (text: string) => LayoutMethod = oneOf(['tsne', 'umap']);
export const exportFormat = oneOf(['npy', 'csv', 'parquet', 'json', 'svg', 'png', 'html']);
export const pictureScale = oneOf(PICTURE_SCALES);
