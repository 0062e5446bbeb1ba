import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ConflictError, InterruptedError, UnavailableError, messageOf } from '../errors.ts';
import { workerUrl } from '../paths.ts';
import type { IterationStatistics, ProjectionParameters, SteeringChange } from '../storage/run.ts';
import { EngineMemory } from './engineMemory.ts';
import type { CoordinatorInput, CoordinatorReply, CoordinatorRequest, HelperInput } from './engineProtocol.ts';
import { decodeStateInto, encodeState } from './engineState.ts';
import { scaleIntoDisk } from './flatReadOut.ts';
import type { ProjectionEngine } from './projection.ts';
import { steerMemory } from './schedule.ts';

interface PendingStep {
  readonly resolve: (statistics: IterationStatistics[]) => void;
  readonly reject: (error: Error) => void;
}

/** Looked for by the first layout of this process alone: drivers take their time to say no. */
let machineHasNoGpu = false;

/**
 * The engine in WebAssembly: one coordinating thread and `threads − 1` helpers over one shared memory. Where there is a
 * GPU, the coordinator has the forces computed there, until the device is lost.
 */
export class WasmProjectionEngine implements ProjectionEngine {
  readonly threads: number;
  readonly pointCount: number;
  readonly #memory: EngineMemory;
  readonly #parameters: ProjectionParameters;
  readonly #workers: Worker[];
  #pending: PendingStep | null = null;
  #failure: Error | null = null;
  #name: 'wasm' | 'webgpu';

  private constructor(memory: EngineMemory, coordinator: Worker, input: CoordinatorInput, name: 'wasm' | 'webgpu') {
    this.#name = name;
    this.#memory = memory;
    this.#parameters = input.parameters;
    this.#workers = [coordinator];
    this.threads = input.threads;
    this.pointCount = memory.pointCount;
    coordinator.on('message', (reply: CoordinatorReply) => this.#receive(reply));
    const helperInput: HelperInput = { module: input.module, memory: memory.memory, gate: memory.gate() };
    for (let helper = 1; helper < input.threads; helper++) {
      this.#workers.push(new Worker(workerUrl(import.meta.url, 'helper.worker'), { workerData: helperInput }));
    }
    for (const worker of this.#workers) {
      worker.on('error', (error) => this.#fail(error));
      worker.unref();
    }
  }

  /**
   * Starts the threads and prepares P and the start in them.
   * @throws UnavailableError when a GPU is asked for by name and cannot be had; Error with the cause when a thread fails.
   */
  static async start(asked: CoordinatorInput): Promise<WasmProjectionEngine> {
    const input = asked.engine === 'auto' && machineHasNoGpu ? { ...asked, engine: 'wasm' as const } : asked;
    const coordinator = new Worker(workerUrl(import.meta.url, 'coordinator.worker'), { workerData: input });
    try {
      const [reply] = (await once(coordinator, 'message')) as [CoordinatorReply];
      if (reply.type === 'noGpu') throw new UnavailableError(`no layout can be computed on a GPU: ${reply.reason}`);
      if (reply.type !== 'ready') throw new Error(`the layout thread began with "${reply.type}"`);
      if (input.engine === 'auto' && reply.foundGpu === false) machineHasNoGpu = true;
      const memory = new EngineMemory(reply.memory, input.vectors.rows);
      return new WasmProjectionEngine(memory, coordinator, input, reply.engine);
    } catch (error) {
      await coordinator.terminate();
      if (error instanceof UnavailableError) throw error;
      throw new Error(`the layout could not be prepared: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Which of the two computes now. */
  get name(): 'wasm' | 'webgpu' {
    return this.#name;
  }

  get iteration(): number {
    return this.#memory.integer('iteration');
  }

  step(count: number): Promise<IterationStatistics[]> {
    if (!Number.isInteger(count) || count < 0) {
      return Promise.reject(new RangeError(`the number of steps must be a whole number from 0 on, not ${count}`));
    }
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#pending !== null) return Promise.reject(new ConflictError('a step of this layout is under way'));
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      // While a step is awaited, the process must not end for want of other work.
      this.#workers[0]!.ref();
      this.#workers[0]!.postMessage({ type: 'step', count } satisfies CoordinatorRequest);
    });
  }

  /**
   * For the flat geometry, the plane scaled about its center so that the farthest point lies at |u| = 0.95: a similarity,
   * which keeps every ratio of Euclidean distances.
   */
  positions(into = new Float64Array(2 * this.pointCount)): Float64Array {
    this.#refuseDuringStep('read');
    into.set(this.#memory.doubles('positions'));
    if (this.#memory.integer('curved') === 0) scaleIntoDisk(into);
    return into;
  }

  saveState(): Uint8Array {
    this.#refuseDuringStep('save');
    return encodeState(this.#memory);
  }

  restoreState(state: Uint8Array): void {
    this.#refuseDuringStep('restore');
    decodeStateInto(this.#memory, state);
  }

  steer(change: SteeringChange): void {
    this.#refuseDuringStep('steer');
    steerMemory(this.#memory, this.#parameters, change);
  }

  async dispose(): Promise<void> {
    this.#end(new InterruptedError('the layout was stopped'));
    this.#memory.quit();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Gives the GPU up, as when its driver does: for whoever needs it elsewhere, and for tests. */
  loseDevice(): void {
    this.#workers[0]!.postMessage({ type: 'loseDevice' } satisfies CoordinatorRequest);
  }

  #receive(reply: CoordinatorReply): void {
    if (reply.type === 'fellBack') this.#name = 'wasm';
    if (reply.type !== 'stepped') return;
    const pending = this.#pending;
    this.#pending = null;
    this.#workers[0]!.unref();
    pending?.resolve(reply.statistics);
  }

  #fail(error: unknown): void {
    this.#end(new Error(`a layout thread failed: ${messageOf(error)}`, { cause: error }));
    // The others would wait at a barrier for the one that failed.
    for (const worker of this.#workers) void worker.terminate();
  }

  #end(reason: Error): void {
    this.#failure ??= reason;
    const pending = this.#pending;
    this.#pending = null;
    pending?.reject(this.#failure);
  }

  #refuseDuringStep(action: string): void {
    if (this.#pending !== null) throw new ConflictError(`cannot ${action} a layout while a step is under way`);
  }
}
