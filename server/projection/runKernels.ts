import type { IterationStatistics } from '../storage/run.ts';
import {
  MAXIMUM_STEPS_PER_CALL,
  STATISTICS_FIELDS,
  type EngineMemory,
  type ProjectionKernels,
} from './engineMemory.ts';

/** Runs up to `count` iterations of the kernels, fewer at the end, and gives the figures of each. */
export function runKernels(kernels: ProjectionKernels, memory: EngineMemory, count: number): IterationStatistics[] {
  const statistics: IterationStatistics[] = [];
  const last = Math.min(memory.integer('iteration') + count, memory.integer('iterations'));
  while (memory.integer('iteration') < last) {
    const before = memory.integer('iteration');
    const steps = Math.min(last - before, MAXIMUM_STEPS_PER_CALL);
    kernels.coordinate(steps);
    statistics.push(...readStatistics(memory, before, steps));
  }
  return statistics;
}

/** The figures that the last `count` iterations left, after `before` others. */
export function readStatistics(memory: EngineMemory, before: number, count: number): IterationStatistics[] {
  const fields = memory.doubles('statistics', count * STATISTICS_FIELDS);
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
