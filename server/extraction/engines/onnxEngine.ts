import type * as Onnxruntime from 'onnxruntime-node';
import type { InferenceSession, Tensor, TypedTensor } from 'onnxruntime-node';
import { UnavailableError, messageOf } from '../../errors.ts';
import type { EngineName } from '../extraction.ts';
import type { FoldedModel } from '../foldModel.ts';
import type { ModelConfig } from '../modelConfig.ts';
import type { GraphPrecision } from '../onnxLayers.ts';
import { writeOnnxGraph } from '../onnxWeightFile.ts';
import { rotaryTables } from '../rotaryTables.ts';
import type { EngineOptions, ModelEngine, PixelShape } from './engine.ts';

type Runtime = typeof Onnxruntime;

/** onnxruntime-node on the CPU. @throws UnavailableError when its native library does not load here. */
export function openOnnxEngine(model: FoldedModel, options: EngineOptions): Promise<ModelEngine> {
  return openSession(model, options, 'onnx', 'cpu');
}

/** onnxruntime-node's bundled WebGPU provider. @throws UnavailableError where there is no usable GPU. */
export function openWebgpuEngine(model: FoldedModel, options: EngineOptions): Promise<ModelEngine> {
  return openSession(model, options, 'webgpu', 'webgpu');
}

/** A session of onnxruntime-node on one of its providers. @throws UnavailableError when it cannot be used here. */
export async function openSession(
  model: FoldedModel,
  { output, threads }: EngineOptions,
  name: EngineName,
  provider: 'cpu' | 'webgpu',
  precision: GraphPrecision = 'float32',
): Promise<ModelEngine> {
  const runtime = await loadRuntime();
  const written = await writeOnnxGraph(model, output, precision);
  try {
    const session = await runtime.InferenceSession.create(written.graph as string, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    return new OnnxEngine(name, threads, model.config, session, runtime.Tensor);
  } catch (cause) {
    throw new UnavailableError(`the ${name} engine cannot be used on this machine: ${firstLine(messageOf(cause))}`, {
      cause,
    });
  } finally {
    await written.remove();
  }
}

/** Imported only here, so that a machine without its binary can still use the other engines. */
export async function loadRuntime(): Promise<Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new UnavailableError(`onnxruntime-node does not load on this machine: ${firstLine(messageOf(cause))}`, {
      cause,
    });
  }
}

class OnnxEngine implements ModelEngine {
  readonly name: EngineName;
  readonly threads: number;
  // The config alone: the session has its own copy of the weights, and the folded arrays can go.
  readonly #config: ModelConfig;
  readonly #session: InferenceSession;
  readonly #Tensor: typeof Tensor;
  readonly #tables = new Map<string, Readonly<Record<string, TypedTensor<'float32'>>>>();

  constructor(
    name: EngineName,
    threads: number,
    config: ModelConfig,
    session: InferenceSession,
    tensor: typeof Tensor,
  ) {
    this.name = name;
    this.threads = threads;
    this.#config = config;
    this.#session = session;
    this.#Tensor = tensor;
  }

  async run(pixels: Float32Array, { batch, height, width }: PixelShape): Promise<Float32Array> {
    const input = new this.#Tensor('float32', pixels, [batch, 3, height, width]);
    const { output } = await this.#session.run({ pixels: input, ...this.#tablesFor(height, width) }, ['output']);
    return output.data as Float32Array;
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  /** Beside the pixels, a vision transformer takes its rotary tables. */
  #tablesFor(height: number, width: number): Readonly<Record<string, TypedTensor<'float32'>>> {
    if (this.#config.architecture === 'dinov3-convnext') return {};
    const key = `${height}x${width}`;
    let tables = this.#tables.get(key);
    if (tables === undefined) {
      const { tokens, cos, signedSin } = rotaryTables(this.#config, height, width);
      const shape = [tokens, 1, cos.length / tokens];
      tables = {
        cos: new this.#Tensor('float32', cos, shape),
        signedSin: new this.#Tensor('float32', signedSin, shape),
      };
      this.#tables.set(key, tables);
    }
    return tables;
  }
}

/** Without onnxruntime's source position and assertion. */
function firstLine(message: string): string {
  return message.split('\n', 1)[0].replace(/^\/onnxruntime_src.* was false\. /, '');
}
