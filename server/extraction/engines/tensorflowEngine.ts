import { createRequire } from 'node:module';
import { UnavailableError, messageOf } from '../../errors.ts';
import type { FoldedModel } from '../foldModel.ts';
import type { Tensorflow } from '../tfjsLayers.ts';
import type { EngineOptions, ModelEngine } from './engine.ts';
import { TfjsEngine } from './tfjsEngine.ts';

/** In order of preference: CUDA, then TensorFlow on the CPU. Neither is a dependency; `npm run setup:gpu` installs the first. */
export const TENSORFLOW_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

const requirePackage = createRequire(import.meta.url);

/** The installed TensorFlow package, also one on NODE_PATH, or null. Looks it up only: nothing is loaded. */
export function findTensorflowPackage(): (typeof TENSORFLOW_PACKAGES)[number] | null {
  for (const name of TENSORFLOW_PACKAGES) {
    try {
      requirePackage.resolve(name);
      return name;
    } catch {
      // Not installed; the next one may be.
    }
  }
  return null;
}

/** TensorFlow through tfjs-node-gpu or tfjs-node. @throws UnavailableError when neither is installed or loads. */
export async function openTensorflowEngine(
  model: FoldedModel,
  { output, threads }: EngineOptions,
): Promise<ModelEngine> {
  const name = findTensorflowPackage();
  if (name === null) {
    throw new UnavailableError('the tensorflow engine is not installed; install it with: npm run setup:gpu');
  }
  return TfjsEngine.load('tensorflow', threads, await loadTensorflow(name), model, output);
}

async function loadTensorflow(name: string): Promise<Tensorflow> {
  try {
    restoreRemovedUtilities();
    // Node's `import` would not look on NODE_PATH; these packages are CommonJS.
    const tf = requirePackage(name) as Tensorflow;
    await tf.ready();
    return tf;
  } catch (cause) {
    throw new UnavailableError(`${name} is installed but does not load: ${messageOf(cause).split('\n', 1)[0]}`, {
      cause,
    });
  }
}

/** tfjs-node 4.22.0 calls two functions of `node:util` that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const util = requirePackage('node:util') as Record<string, unknown>;
  util.isArray ??= Array.isArray;
  util.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined;
}
