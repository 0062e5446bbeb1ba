import { availableParallelism, loadavg } from 'node:os';
import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import { nearestOnDisk } from '../../server/neighbors/diskNeighbors.ts';
import { findNearestNeighbors } from '../../server/neighbors/findNearestNeighbors.ts';
import { createProjectionEngine, neighborCountFor } from '../../server/projection/createProjectionEngine.ts';
import { PointPlacer } from '../../server/projection/pointPlacer.ts';
import { DEFAULT_PROJECTION_PARAMETERS, type LayoutGeometry } from '../../server/projection/projection.ts';
import { readBenchFeatures } from './benchFeatures.ts';

const NEIGHBORS = 15;
const METRIC = 'cosine';

interface LaidOut {
  readonly positions: Float64Array;
  readonly curvatureScale: number;
}

/**
 * Every tenth of the 10,000 bench features is left out of a layout of the others and placed on it. Its recall@15 (of its
 * nearest among the others) is set beside that of the same points in a layout that was optimized with all of them.
 */
export async function run() {
  const { vectors } = readBenchFeatures();
  const threads = availableParallelism();
  const held = rowsWhere(vectors, (row) => row % 10 === 5);
  const base = rowsWhere(vectors, (row) => row % 10 !== 5);
  const { perplexity } = DEFAULT_PROJECTION_PARAMETERS;
  const figures = [];
  for (const geometry of ['poincare', 'euclidean'] as const) {
    const layout = await layOut(base, geometry, threads);
    const whole = await layOut(vectors, geometry, threads);
    const finished = { vectors: base, ...layout, geometry, perplexity, metric: METRIC } as const;
    const placer = await PointPlacer.open(finished, threads);
    try {
      await placer.place(rowsWhere(held, (row) => row < 64));
      const processor = process.cpuUsage();
      const start = performance.now();
      const placed = await placer.place(held);
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(processor);
      const truth = Array.from({ length: held.rows }, (_, row) =>
        placed.indices.slice(row * placed.k, row * placed.k + NEIGHBORS),
      );
      const inWhole = split(whole.positions);
      figures.push({
        geometry,
        base: base.rows,
        placed: held.rows,
        pointsPerProcessorSecond: Math.round((1e6 * held.rows) / (user + system)),
        pointsPerSecond: Math.round(held.rows / seconds),
        recallPlaced: rounded(recall(layout.positions, placed.positions, truth, geometry)),
        recallOptimized: rounded(recall(inWhole.base, inWhole.held, truth, geometry)),
      });
    } finally {
      await placer.close();
    }
  }
  console.table(figures);
  return { figures, loadAverage: loadavg()[0]! };
}

async function layOut(vectors: EmbeddingMatrix, geometry: LayoutGeometry, threads: number): Promise<LaidOut> {
  const parameters = { ...DEFAULT_PROJECTION_PARAMETERS, geometry };
  const k = neighborCountFor(parameters.perplexity, vectors.rows);
  const graph = await findNearestNeighbors(vectors, { k, metric: METRIC, threads });
  const engine = await createProjectionEngine({ vectors, graph, parameters, threads });
  try {
    const statistics = await engine.step(parameters.iterations);
    return { positions: engine.positions(), curvatureScale: statistics.at(-1)!.curvatureScale };
  } finally {
    await engine.dispose();
  }
}

/** The share of the true nearest base points that are among the nearest on the layout. */
function recall(base: Float64Array, places: Float64Array, truth: Int32Array[], geometry: LayoutGeometry): number {
  let kept = 0;
  truth.forEach((wanted, row) => {
    const place = { x: places[2 * row]!, y: places[2 * row + 1]! };
    const near = new Set(nearestOnDisk(base, place, NEIGHBORS, undefined, geometry).points);
    for (const point of wanted) if (near.has(point)) kept++;
  });
  return kept / (truth.length * NEIGHBORS);
}

/** A layout of all points as one of the base points and one of those held out. */
function split(positions: Float64Array) {
  const pick = (held: boolean): Float64Array => positions.filter((_, at) => ((at >> 1) % 10 === 5) === held);
  return { base: pick(false), held: pick(true) };
}

function rowsWhere({ dimension, values, rows }: EmbeddingMatrix, wanted: (row: number) => boolean): EmbeddingMatrix {
  const kept = Array.from({ length: rows }, (_, row) => row).filter(wanted);
  const picked = new Float32Array(new SharedArrayBuffer(4 * kept.length * dimension));
  kept.forEach((row, place) => picked.set(values.subarray(row * dimension, (row + 1) * dimension), place * dimension));
  return { rows: kept.length, dimension, values: picked };
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
