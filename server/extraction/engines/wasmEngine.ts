import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UnavailableError } from '../../errors.ts';
import type { FoldedModel } from '../foldModel.ts';
import type { EngineOptions, ModelEngine } from './engine.ts';
import { TfjsEngine } from './tfjsEngine.ts';

/**
 * TensorFlow.js on its WebAssembly backend: needs no native binary and runs anywhere. It has one thread, since the
 * package's own threads cannot start under Node; several workers take their place.
 */
export async function openWasmEngine(model: FoldedModel, { output }: EngineOptions): Promise<ModelEngine> {
  const tf = await import('@tensorflow/tfjs-core');
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${join(dirname(main), '.')}/`);
  if (!(await tf.setBackend('wasm'))) {
    throw new UnavailableError('the wasm engine cannot be used: this Node has no WebAssembly SIMD');
  }
  await tf.ready();
  return await TfjsEngine.load('wasm', 1, tf, model, output);
}
