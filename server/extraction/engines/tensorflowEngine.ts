import { createRequire } from 'node:module';
import { UnavailableError, messageOf } from '../../errors.ts';
import type { FoldedVit } from '../foldWeights.ts';
import type { Tensorflow } from '../tfjsForward.ts';
import type { EngineOptions, ModelEngine } from './engine.ts';
import { TfjsEngine } from './tfjsEngine.ts';

/** In order of preference: CUDA, then TensorFlow on the CPU. Neither is a dependency; `npm run setup:gpu` installs the first. */
export const TENSORFLOW_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** The installed TensorFlow package, or null. Looks it up only: nothing is loaded. */
export function findTensorflowPackage(): string | null {
  const require = createRequire(import.meta.url);
  for (const name of TENSORFLOW_PACKAGES) {
    try {
      require.resolve(name);
      return name;
    } catch {
      // Not installed; the next one may be.
    }
  }
  return null;
}

/** TensorFlow through tfjs-node-gpu or tfjs-node. @throws UnavailableError when neither is installed or loads. */
export async function openTensorflowEngine(model: FoldedVit, { output, threads }: EngineOptions): Promise<ModelEngine> {
  const name = findTensorflowPackage();
  if (name === null) {
    throw new UnavailableError('the tensorflow engine is not installed; install it with: npm run setup:gpu');
  }
  try {
    // These packages are CommonJS, whose exports are on the default one.
    const { default: tf } = (await import(name)) as { readonly default: Tensorflow };
    await tf.ready();
    return new TfjsEngine('tensorflow', threads, tf, model, output);
  } catch (cause) {
    throw new UnavailableError(`${name} is installed but does not load: ${messageOf(cause).split('\n', 1)[0]}`, {
      cause,
    });
  }
}
