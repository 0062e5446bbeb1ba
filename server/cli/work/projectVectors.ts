import { BadInputError } from '../../errors.ts';
import type { EmbeddingMatrix } from '../../formats/embeddingMatrix.ts';
import { findNearestNeighbors } from '../../neighbors/findNearestNeighbors.ts';
import type { EmbeddingMetric } from '../../neighbors/neighborGraph.ts';
import { createProjectionEngine, neighborCountOf } from '../../projection/createProjectionEngine.ts';
import { projectWithLandmarks } from '../../projection/landmarks.ts';
import { measureQuality, type MeasuredQuality } from '../../projection/measureQuality.ts';
import { checkTree } from '../../projection/sampleDistances.ts';
import type { LayoutEngine, ProjectionParameters } from '../../projection/projection.ts';
import type { Reporter } from '../reporter.ts';
import { readRunFolder } from './runFolder.ts';

/** Iterations between two looks at the interrupt signal and the progress bar. */
const ITERATIONS_PER_STEP = 10;

export interface ProjectVectorsInput {
  readonly vectors: EmbeddingMatrix;
  /** Class code of each row, −1 for none; null without labels. */
  readonly labelCodes: Int32Array | null;
  readonly parameters: ProjectionParameters;
  /** How distance in the embedding is measured; cosine by default. */
  readonly metric?: EmbeddingMetric;
  /** The parent of every row, −1 for the root, where the rows are known to form a tree. */
  readonly parents?: Int32Array | null;
  /** Folder of an earlier run, for the initialization `layout`. */
  readonly startFolder?: string | null;
  /** Rows that are optimized, the rest being placed; null optimizes all. */
  readonly landmarks?: number | null;
  readonly layoutEngine: LayoutEngine;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** A finished layout with everything that `run.json` tells about it. */
export interface ProjectedLayout {
  /** N × 2 float64, points of the open unit disk. */
  readonly positions: Float64Array;
  readonly quality: MeasuredQuality;
  readonly metric: EmbeddingMetric;
  /** Share of the true neighbors that the search found; null when it was exact. */
  readonly neighborRecall: number | null;
  /** Rows that were optimized, the rest being placed; null when all were. */
  readonly landmarks: number | null;
  readonly iterations: number;
  readonly finalLoss: number;
  readonly engine: string;
  readonly threads: number;
  readonly seconds: Readonly<Record<'neighbors' | 'optimization' | 'quality', number>>;
}

/**
 * Neighbors, optimization and quality figures for vectors in memory, without a store.
 * @throws BadInputError for vectors that have no layout (NaN, too few rows), InterruptedError when the signal aborts.
 */
export async function projectVectors(input: ProjectVectorsInput): Promise<ProjectedLayout> {
  const { vectors, parameters, threads, signal, metric = 'cosine', parents = null } = input;
  if (parents !== null) checkTree(parents, vectors.rows);
  const optimized = await (input.landmarks == null ? optimizeAll(input) : optimizeLandmarks(input, input.landmarks));
  const { positions, curvatureScale } = optimized;
  const qualityStart = performance.now();
  const quality = await measureQuality({
    vectors,
    positions,
    labels: input.labelCodes,
    curvatureScale,
    geometry: parameters.geometry,
    metric,
    parents,
    seed: parameters.seed,
    threads,
    signal,
  });
  return {
    positions,
    quality,
    metric,
    neighborRecall: optimized.neighborRecall,
    landmarks: input.landmarks ?? null,
    iterations: parameters.iterations,
    finalLoss: optimized.finalLoss,
    engine: optimized.engine,
    threads,
    seconds: { ...optimized.seconds, quality: secondsBetween(qualityStart, performance.now()) },
  };
}

interface OptimizedLayout {
  readonly positions: Float64Array;
  readonly curvatureScale: number;
  readonly finalLoss: number;
  readonly engine: string;
  readonly neighborRecall: number | null;
  readonly seconds: Readonly<Record<'neighbors' | 'optimization', number>>;
}

async function optimizeAll(input: ProjectVectorsInput): Promise<OptimizedLayout> {
  const { vectors, parameters, threads, signal, reporter, metric = 'cosine' } = input;
  const start = input.startFolder == null ? null : (await readRunFolder(input.startFolder)).positions;
  const neighborsStart = performance.now();
  const graph = await findNearestNeighbors(vectors, {
    k: neighborCountOf(parameters, vectors.rows),
    metric,
    threads,
    signal,
    onProgress: (done, total) => reporter.progress('neighbors', { done, total, unit: 'rows' }),
  });
  const optimizationStart = performance.now();
  const engine = await createProjectionEngine({
    ...{ vectors, graph, parameters, threads, start },
    engine: input.layoutEngine,
  });
  try {
    let last = { loss: Number.NaN, curvatureScale: Number.NaN };
    while (engine.iteration < parameters.iterations) {
      signal.throwIfAborted();
      last = (await engine.step(ITERATIONS_PER_STEP)).at(-1) ?? last;
      reporter.progress('optimization', { done: engine.iteration, total: parameters.iterations, unit: 'iterations' });
    }
    return {
      positions: engine.positions(),
      curvatureScale: last.curvatureScale,
      finalLoss: last.loss,
      engine: engine.name,
      neighborRecall: graph.recall ?? null,
      seconds: {
        neighbors: secondsBetween(neighborsStart, optimizationStart),
        optimization: secondsBetween(optimizationStart, performance.now()),
      },
    };
  } finally {
    await engine.dispose();
  }
}

async function optimizeLandmarks(input: ProjectVectorsInput, landmarks: number): Promise<OptimizedLayout> {
  const { vectors, parameters, threads, signal, reporter, metric = 'cosine' } = input;
  if (parameters.initialization === 'layout') {
    throw new BadInputError('--landmarks begins anew; it takes no earlier layout as --initialization');
  }
  const start = performance.now();
  let neighborsEnd = start;
  const layout = await projectWithLandmarks({
    ...{ vectors, parameters, threads, signal, metric, landmarks, engine: input.layoutEngine },
    onProgress: (stage, done, total) => {
      if (stage === 'neighbors') neighborsEnd = performance.now();
      reporter.progress(stage, { done, total, unit: stage === 'optimization' ? 'iterations' : 'rows' });
    },
  });
  const seconds = {
    neighbors: secondsBetween(start, neighborsEnd),
    optimization: secondsBetween(neighborsEnd, performance.now()),
  };
  return { ...layout, seconds };
}

function secondsBetween(start: number, end: number): number {
  return Math.round(end - start) / 1000;
}
