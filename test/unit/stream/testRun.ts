import { DEFAULT_PROJECTION_PARAMETERS, type IterationStatistics, type Run } from '../../../server/storage/run.ts';
import type { LayoutFrame } from '../../../server/stream/frame.ts';

/** A run in the middle of its optimization. */
export function aRun(changes: Partial<Run> = {}): Run {
  return {
    id: 'run-1',
    name: 'a run',
    notes: '',
    tags: [],
    group: null,
    archivedAt: null,
    status: 'OPTIMIZING',
    request: { datasetName: 'emoji', modelName: 'nano', limit: null, pooling: 'cls', resolution: null },
    parameters: DEFAULT_PROJECTION_PARAMETERS,
    embeddingSetId: null,
    pointCount: 2,
    stage: { name: 'Optimizing', done: 0, total: 500, unit: 'iterations', ratePerSecond: null, etaSeconds: null },
    iteration: 0,
    quality: null,
    failure: null,
    provenance: {},
    priority: 0,
    createdAt: new Date(0),
    startedAt: null,
    finishedAt: null,
    ...changes,
  };
}

export function aFrame(iteration: number, positions = [0, 0.5, -0.5, 0]): LayoutFrame {
  return { runId: 'run-1', iteration, positions: Float64Array.from(positions) };
}

export function figures(iteration: number): IterationStatistics {
  return { iteration, loss: 5 - iteration / 1000, gradientNorm: 0.1, curvatureScale: 10, exaggeration: 1 };
}
