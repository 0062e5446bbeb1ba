import { UnavailableError } from '../../errors.ts';
import type { EngineName } from '../extraction.ts';
import type { FoldedModel } from '../foldModel.ts';
import type { EngineOptions, ModelEngine, OpenModelEngine } from './engine.ts';
import { findRealGpu } from './gpuAdapter.ts';
import { openFloat16Engine } from './float16Engine.ts';
import { openOnnxEngine, openWebgpuEngine } from './onnxEngine.ts';
import { findTensorflowPackage, openTensorflowEngine } from './tensorflowEngine.ts';
import { openWasmEngine } from './wasmEngine.ts';

const OPENERS: Readonly<Record<EngineName, OpenModelEngine>> = {
  tensorflow: openTensorflowEngine,
  webgpu: openWebgpuEngine,
  'webgpu-float16': openFloat16Engine,
  onnx: openOnnxEngine,
  wasm: openWasmEngine,
};

/** The engines that `auto` tries in turn. Those for GPUs come first only where they bring one; on a CPU onnx is faster. */
export async function automaticEngines(): Promise<readonly EngineName[]> {
  if (findTensorflowPackage() === '@tensorflow/tfjs-node-gpu') return ['tensorflow', 'onnx', 'wasm'];
  return (await findRealGpu()) === null ? ['onnx', 'wasm'] : ['webgpu', 'onnx', 'wasm'];
}

/**
 * Loads the model into the named engine, or into the first that works.
 * @throws UnavailableError when the named engine, or with `auto` every engine, cannot be used here.
 */
export async function openEngine(
  name: EngineName | 'auto',
  model: FoldedModel,
  options: EngineOptions,
): Promise<ModelEngine> {
  if (name !== 'auto') return OPENERS[name](model, options);
  const reasons: string[] = [];
  for (const candidate of await automaticEngines()) {
    try {
      return await OPENERS[candidate](model, options);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new UnavailableError(`no engine can run this model here: ${reasons.join('; ')}`);
}
