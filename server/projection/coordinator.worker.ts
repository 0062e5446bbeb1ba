import { parentPort, workerData } from 'node:worker_threads';
import type { IterationStatistics } from '../storage/run.ts';
import { instantiateKernels, MAXIMUM_STEPS_PER_CALL, STATISTICS_FIELDS, type EngineMemory } from './engineMemory.ts';
import type { CoordinatorInput, CoordinatorReply, StepRequest } from './engineProtocol.ts';
import { prepareEngine } from './prepareEngine.ts';

// The thread that computes: it prepares the layout and then runs steps with the helpers, so that the thread that asks
// for them never waits.
if (parentPort === null) throw new Error('coordinator.worker runs as a worker thread only');
const port = parentPort;
const input = workerData as CoordinatorInput;
const memory = prepareEngine(input);
const kernels = instantiateKernels(input.module, memory.memory);
kernels.prepare();

port.on('message', ({ count }: StepRequest) => {
  reply({ type: 'stepped', statistics: runSteps(count) });
});
reply({ type: 'ready', memory: memory.memory });

function reply(message: CoordinatorReply): void {
  port.postMessage(message);
}

function runSteps(count: number): IterationStatistics[] {
  const statistics: IterationStatistics[] = [];
  let left = Math.min(count, memory.integer('iterations') - memory.integer('iteration'));
  while (left > 0) {
    const steps = Math.min(left, MAXIMUM_STEPS_PER_CALL);
    const before = memory.integer('iteration');
    kernels.coordinate(steps);
    statistics.push(...readStatistics(memory, before, steps));
    left -= steps;
  }
  return statistics;
}

function readStatistics(source: EngineMemory, before: number, count: number): IterationStatistics[] {
  const fields = source.doubles('statistics', count * STATISTICS_FIELDS);
  return Array.from({ length: count }, (_, n) => {
    const [loss, gradientNorm, curvatureScale, exaggeration] = fields.subarray(n * STATISTICS_FIELDS);
    return {
      iteration: before + n + 1,
      loss: loss!,
      gradientNorm: gradientNorm!,
      curvatureScale: curvatureScale!,
      exaggeration: exaggeration!,
    };
  });
}
