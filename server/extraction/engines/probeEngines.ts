import { messageOf } from '../../errors.ts';
import { ENGINE_NAMES, type EngineName } from '../extraction.ts';
import { loadRuntime } from './onnxEngine.ts';
import { findTensorflowPackage } from './tensorflowEngine.ts';

export interface EngineProbe {
  readonly name: EngineName;
  readonly available: boolean;
  /** One line for people: what was found, or what to do. */
  readonly detail: string;
}

/** Says which engines this installation has. Native libraries are loaded, no model is. */
export async function probeEngines(): Promise<EngineProbe[]> {
  const probes: EngineProbe[] = [];
  for (const name of ENGINE_NAMES) probes.push(await probe(name));
  return probes;
}

const DETAILS = {
  onnx: 'onnxruntime-node on the CPU',
  webgpu:
    'onnxruntime-node has a WebGPU provider; it needs a GPU with Vulkan, Metal or Direct3D 12, and is used when named, or by itself where the package webgpu finds a GPU',
  'webgpu-float16':
    'the same with float16 linear layers, where the GPU has float16 and the model bears it; used when named',
} as const;

async function probe(name: EngineName): Promise<EngineProbe> {
  switch (name) {
    case 'wasm':
      return { name, available: true, detail: 'TensorFlow.js on WebAssembly, part of the package' };
    case 'tensorflow': {
      const found = findTensorflowPackage();
      return found === null
        ? { name, available: false, detail: 'not installed; for an NVIDIA GPU run: npm run setup:gpu' }
        : { name, available: true, detail: `${found} is installed` };
    }
    case 'onnx':
    case 'webgpu':
    case 'webgpu-float16':
      return probeOnnxruntime(name);
  }
}

async function probeOnnxruntime(name: 'onnx' | 'webgpu' | 'webgpu-float16'): Promise<EngineProbe> {
  try {
    const { listSupportedBackends } = await loadRuntime();
    const backend = name === 'onnx' ? 'cpu' : 'webgpu';
    const available = listSupportedBackends().some((candidate) => candidate.name === backend);
    const detail = available ? DETAILS[name] : `onnxruntime-node has no ${backend} provider on this platform`;
    return { name, available, detail };
  } catch (error) {
    return { name, available: false, detail: messageOf(error) };
  }
}
