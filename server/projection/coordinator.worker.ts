import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import type { IterationStatistics } from '../storage/run.ts';
import { instantiateKernels } from './engineMemory.ts';
import type { CoordinatorInput, CoordinatorReply, CoordinatorRequest } from './engineProtocol.ts';
import { EngineTrial } from './engineTrial.ts';
import { openGpuDevice } from './gpuDevice.ts';
import { GpuForces, GpuLostError } from './gpuForces.ts';
import { prepareEngine } from './prepareEngine.ts';
import { readStatistics, runKernels } from './runKernels.ts';

// The thread that computes: it prepares the layout and then runs steps with the helpers or on a GPU, so that the thread
// that asks for them never waits.
if (parentPort === null) throw new Error('coordinator.worker runs as a worker thread only');
const port = parentPort;
const input = workerData as CoordinatorInput;
const memory = prepareEngine(input);
const kernels = instantiateKernels(input.module, memory.memory);
kernels.prepare();
let gpu: GpuForces | null = null;
/** Null where none was looked for. */
let foundGpu: boolean | null = null;
/** Where the GPU was not asked for by name, it has to be the faster one. */
let trial: EngineTrial | null = null;
try {
  gpu = await openGpu();
  if (input.engine === 'auto') trial = new EngineTrial();
  port.on('message', (request: CoordinatorRequest) => {
    if (request.type === 'loseDevice') gpu?.destroy();
    // A fault reaches the engine as this thread's error.
    else void runSteps(request.count).then((statistics) => reply({ type: 'stepped', statistics }));
  });
  reply({ type: 'ready', memory: memory.memory, engine: gpu === null ? 'wasm' : 'webgpu', foundGpu });
} catch (error) {
  reply({ type: 'noGpu', reason: messageOf(error) });
}

function reply(message: CoordinatorReply): void {
  port.postMessage(message);
}

/** @throws Error when a GPU was asked for by name and cannot be had. */
async function openGpu(): Promise<GpuForces | null> {
  if (input.engine === 'wasm') return null;
  const found = await openGpuDevice({ software: input.engine === 'webgpu' });
  foundGpu = found !== null;
  if (found === null && input.engine === 'webgpu') {
    throw new Error('it needs the package webgpu (npm run setup:webgpu) and a Vulkan, Metal or Direct3D 12 driver');
  }
  try {
    return found === null ? null : await GpuForces.open(memory, found.device);
  } catch (error) {
    found?.device.destroy();
    if (input.engine === 'webgpu') throw error;
    // What does not fit the GPU fits here.
    return null;
  }
}

async function runSteps(count: number): Promise<IterationStatistics[]> {
  const statistics: IterationStatistics[] = [];
  const last = Math.min(memory.integer('iteration') + count, memory.integer('iterations'));
  while (gpu !== null && memory.integer('iteration') < last) {
    const by = trial?.next ?? 'gpu';
    const start = performance.now();
    statistics.push(...(by === 'gpu' ? await stepOnGpu(gpu) : runKernels(kernels, memory, 1)));
    trial?.add(by, performance.now() - start);
    if (trial?.next === null) endTrial(trial, gpu);
  }
  return [...statistics, ...runKernels(kernels, memory, last - memory.integer('iteration'))];
}

function endTrial({ gpuWins }: EngineTrial, forces: GpuForces): void {
  trial = null;
  if (gpuWins || gpu === null) return;
  gpu = null;
  forces.destroy();
  reply({ type: 'fellBack', reason: 'the processor computes this layout faster' });
}

/** @returns nothing when the device was lost: the layout is at its last state, and the kernels go on from there. */
async function stepOnGpu(forces: GpuForces): Promise<IterationStatistics[]> {
  const before = memory.integer('iteration');
  if (memory.integer('needsRefresh') !== 0) kernels.prepare();
  try {
    await forces.compute();
  } catch (error) {
    if (!(error instanceof GpuLostError)) throw error;
    gpu = null;
    reply({ type: 'fellBack', reason: messageOf(error) });
    return [];
  }
  kernels.finishStep();
  return readStatistics(memory, before, 1);
}
