import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { Random } from '../geometry/random.ts';
import { findNearestNeighbors } from '../neighbors/findNearestNeighbors.ts';
import type { EmbeddingMetric } from '../neighbors/neighborGraph.ts';
import { BadInputError } from '../errors.ts';
import { createProjectionEngine, neighborCountOf } from './createProjectionEngine.ts';
import { PointPlacer } from './pointPlacer.ts';
import type { LayoutEngine, ProjectionParameters } from './projection.ts';

const ITERATIONS_PER_STEP = 10;

export interface LandmarkInput {
  readonly vectors: EmbeddingMatrix;
  readonly parameters: ProjectionParameters;
  readonly metric: EmbeddingMetric;
  readonly threads: number;
  /** How many points are optimized; a seeded sample without replacement. */
  readonly landmarks: number;
  /** `auto` by default. */
  readonly engine?: LayoutEngine;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?:
    ((stage: 'neighbors' | 'optimization' | 'placing', done: number, total: number) => void) | undefined;
}

export interface LandmarkLayout {
  /** N × 2, in the order of the vectors. */
  readonly positions: Float64Array;
  readonly landmarks: Uint32Array;
  readonly curvatureScale: number;
  readonly finalLoss: number;
  readonly engine: string;
  /** Share of the landmarks' true neighbors that the search found; null when it was exact. */
  readonly neighborRecall: number | null;
}

/**
 * A layout of more points than an engine can hold, or sooner: a sample is optimized, and every other point is placed on
 * its layout by its own neighbors among the sample.
 * @throws BadInputError for a number of landmarks that is none of the points; InterruptedError when the signal aborts.
 */
export async function projectWithLandmarks(input: LandmarkInput): Promise<LandmarkLayout> {
  const { vectors, parameters, metric, threads, signal, onProgress } = input;
  if (!Number.isInteger(input.landmarks) || input.landmarks < 3 || input.landmarks > vectors.rows) {
    throw new BadInputError(`landmarks: ${input.landmarks} is no whole number from 3 to ${vectors.rows}`);
  }
  const landmarks = sample(vectors.rows, input.landmarks, parameters.seed);
  const chosen = rowsOf(vectors, landmarks);
  const graph = await findNearestNeighbors(chosen, {
    k: neighborCountOf(parameters, chosen.rows),
    metric,
    threads,
    signal,
    onProgress: (done, total) => onProgress?.('neighbors', done, total),
  });
  const engine = await createProjectionEngine({
    ...{ vectors: chosen, graph, parameters, threads },
    ...(input.engine === undefined ? {} : { engine: input.engine }),
  });
  let last = { loss: Number.NaN, curvatureScale: Number.NaN };
  let base: Float64Array;
  try {
    while (engine.iteration < parameters.iterations) {
      signal?.throwIfAborted();
      last = (await engine.step(ITERATIONS_PER_STEP)).at(-1) ?? last;
      onProgress?.('optimization', engine.iteration, parameters.iterations);
    }
    base = engine.positions();
  } finally {
    await engine.dispose();
  }
  const positions = new Float64Array(2 * vectors.rows);
  landmarks.forEach((row, place) => positions.set(base.subarray(2 * place, 2 * place + 2), 2 * row));
  await placeOthers(input, { chosen, landmarks, base, curvatureScale: last.curvatureScale }, positions);
  return {
    positions,
    landmarks,
    curvatureScale: last.curvatureScale,
    finalLoss: last.loss,
    engine: engine.name,
    neighborRecall: graph.recall ?? null,
  };
}

/** Rows that are gathered and placed at a time: bounds the memory beside the vectors. */
const ROWS_PER_CALL = 65_536;

async function placeOthers(
  { vectors, parameters, metric, threads, signal, onProgress }: LandmarkInput,
  layout: { chosen: EmbeddingMatrix; landmarks: Uint32Array; base: Float64Array; curvatureScale: number },
  positions: Float64Array,
): Promise<void> {
  const isLandmark = new Uint8Array(vectors.rows);
  for (const row of layout.landmarks) isLandmark[row] = 1;
  const others = new Uint32Array(vectors.rows - layout.landmarks.length);
  let count = 0;
  for (let row = 0; row < vectors.rows; row++) if (isLandmark[row] === 0) others[count++] = row;
  const { geometry, perplexity } = parameters;
  const finished = {
    vectors: layout.chosen,
    positions: layout.base,
    geometry,
    curvatureScale: layout.curvatureScale,
    perplexity,
    metric,
  };
  const placer = await PointPlacer.open(finished, threads);
  try {
    for (let start = 0; start < others.length; start += ROWS_PER_CALL) {
      signal?.throwIfAborted();
      const rows = others.subarray(start, start + ROWS_PER_CALL);
      const placed = await placer.place(rowsOf(vectors, rows));
      rows.forEach((row, at) => positions.set(placed.positions.subarray(2 * at, 2 * at + 2), 2 * row));
      onProgress?.('placing', start + rows.length, others.length);
    }
  } finally {
    await placer.close();
  }
}

/** A sample without replacement, ascending (selection sampling, Knuth TAOCP 3.4.2, algorithm S). */
function sample(size: number, count: number, seed: number): Uint32Array {
  const random = new Random(seed);
  const chosen = new Uint32Array(count);
  let found = 0;
  for (let row = 0; found < count; row++) {
    if ((size - row) * random.uniform() < count - found) chosen[found++] = row;
  }
  return chosen;
}

function rowsOf({ dimension, values }: EmbeddingMatrix, rows: Uint32Array): EmbeddingMatrix {
  const picked = new Float32Array(new SharedArrayBuffer(4 * rows.length * dimension));
  rows.forEach((row, place) => picked.set(values.subarray(row * dimension, (row + 1) * dimension), place * dimension));
  return { rows: rows.length, dimension, values: picked };
}
