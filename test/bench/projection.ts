import { availableParallelism, loadavg } from 'node:os';
import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import type { NeighborGraph } from '../../server/neighbors/neighborGraph.ts';
import { findNearestNeighbors } from '../../server/neighbors/findNearestNeighbors.ts';
import { createProjectionEngine, neighborCountFor } from '../../server/projection/createProjectionEngine.ts';
import {
  DEFAULT_PROJECTION_PARAMETERS,
  type IterationStatistics,
  type LayoutGeometry,
} from '../../server/projection/projection.ts';
import { Random } from '../../server/geometry/random.ts';
import { readBenchFeatures } from './benchFeatures.ts';
import { bruteForceRecall, radiusFigures } from './layoutFigures.ts';

const LARGE_ROWS = 60_000;
/** Points on which recall is measured by brute force. */
const RECALL_POINTS = 2000;

/** One line of the table; seconds are wall time. */
export interface ProjectionFigures {
  readonly points: number;
  readonly geometry: LayoutGeometry;
  readonly threads: number;
  readonly secondsToPrepare: number;
  readonly seconds: number;
  /** Of all threads together, which other work on the machine does not lengthen by waiting. */
  readonly processorSeconds: number;
  readonly recallAt15: number;
  readonly loss: number;
  readonly curvatureScale: number;
  readonly percentile99: number;
  readonly rimFraction: number;
}

/**
 * 500 iterations with the default parameters after the neighbors are known: the 10,000 bench features on one thread and
 * on all cores, flat, and 60,000 rows made of pairs of them, which say something about time, not about quality.
 */
export async function run(): Promise<{ figures: ProjectionFigures[]; loadAverage: number }> {
  const { vectors, graph } = readBenchFeatures();
  const cores = availableParallelism();
  const figures = [
    await measure(vectors, graph, 'poincare', 1),
    await measure(vectors, graph, 'poincare', cores),
    await measure(vectors, graph, 'euclidean', cores),
  ];
  const large = mixPairs(vectors, LARGE_ROWS);
  const k = neighborCountFor(DEFAULT_PROJECTION_PARAMETERS.perplexity, LARGE_ROWS);
  const largeGraph = await findNearestNeighbors(large, { k, metric: 'cosine', threads: cores });
  figures.push(await measure(large, largeGraph, 'poincare', cores));
  console.table(figures);
  return { figures, loadAverage: loadavg()[0]! };
}

async function measure(vectors: EmbeddingMatrix, graph: NeighborGraph, geometry: LayoutGeometry, threads: number) {
  const start = performance.now();
  const parameters = { ...DEFAULT_PROJECTION_PARAMETERS, geometry };
  const engine = await createProjectionEngine({ vectors, graph, parameters, threads });
  try {
    const optimizing = performance.now();
    const processor = process.cpuUsage();
    const statistics: IterationStatistics[] = await engine.step(parameters.iterations);
    const { user, system } = process.cpuUsage(processor);
    const seconds = (performance.now() - optimizing) / 1000;
    const positions = engine.positions();
    const { loss, curvatureScale } = statistics.at(-1)!;
    const { percentile99, rimFraction } = radiusFigures(positions);
    const stride = Math.max(1, Math.floor(vectors.rows / RECALL_POINTS));
    return {
      points: vectors.rows,
      geometry,
      threads,
      secondsToPrepare: rounded((optimizing - start) / 1000),
      seconds: rounded(seconds),
      processorSeconds: rounded((user + system) / 1e6),
      recallAt15: rounded(bruteForceRecall(positions, graph, geometry, stride)),
      loss: rounded(loss),
      curvatureScale: rounded(curvatureScale),
      percentile99: rounded(percentile99),
      rimFraction: rounded(rimFraction),
    };
  } finally {
    await engine.dispose();
  }
}

/** Rows a + b·t of random pairs of rows: as many as wanted, in the same cloud. */
function mixPairs({ rows, dimension, values }: EmbeddingMatrix, count: number): EmbeddingMatrix {
  const random = new Random(1);
  const mixed = new Float32Array(new SharedArrayBuffer(4 * count * dimension));
  for (let i = 0; i < count; i++) {
    const first = (i % rows) * dimension;
    const second = Math.floor(random.uniform() * rows) * dimension;
    const share = 0.5 * random.uniform();
    for (let d = 0; d < dimension; d++) mixed[i * dimension + d] = values[first + d]! + share * values[second + d]!;
  }
  return { rows: count, dimension, values: mixed };
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
