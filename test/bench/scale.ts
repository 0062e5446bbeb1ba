import { availableParallelism, loadavg } from 'node:os';
import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import { findNearestNeighbors } from '../../server/neighbors/findNearestNeighbors.ts';
import type { NeighborGraph } from '../../server/neighbors/neighborGraph.ts';
import { projectWithLandmarks } from '../../server/projection/landmarks.ts';
import { createProjectionEngine, neighborCountFor } from '../../server/projection/createProjectionEngine.ts';
import { measureQuality } from '../../server/projection/measureQuality.ts';
import { DEFAULT_PROJECTION_PARAMETERS } from '../../server/projection/projection.ts';
import { CLUSTER_TREE_DIMENSION, clusterTree } from './clusterTree.ts';

/** SCALE_POINTS chooses other sizes, separated by commas; SCALE_LANDMARKS a size with that many landmarks optimized. */
const SIZES = (process.env.SCALE_POINTS ?? '10000,60000,250000,1000000').split(',').map(Number);
const LANDMARKS = Number(process.env.SCALE_LANDMARKS ?? 0);
/** Beyond this many points half the neighbors, which halves their memory. */
const WIDE_NEIGHBORHOODS = 500_000;

/** Seconds, the most memory of the process so far, and quality, by the number of points. */
export async function run() {
  const figures = [];
  for (const points of SIZES) {
    const line = await measure(points);
    console.log(JSON.stringify(line));
    figures.push(line);
  }
  console.table(figures);
  return { dimension: CLUSTER_TREE_DIMENSION, figures, loadAverage: loadavg()[0]! };
}

async function measure(points: number) {
  const vectors = clusterTree(points);
  const threads = availableParallelism();
  const perplexity = points > WIDE_NEIGHBORHOODS ? 15 : DEFAULT_PROJECTION_PARAMETERS.perplexity;
  const parameters = { ...DEFAULT_PROJECTION_PARAMETERS, perplexity };
  const stages = new Stages();
  const laidOut =
    LANDMARKS > 0 && LANDMARKS < points
      ? await projectWithLandmarks({ vectors, parameters, threads, metric: 'euclidean', landmarks: LANDMARKS })
      : await optimizeAll(vectors, parameters, threads, stages);
  stages.end(LANDMARKS > 0 ? 'landmarksAndPlacing' : 'optimization');
  const { positions, curvatureScale } = laidOut;
  const memory = stages.mostMemory;
  const quality = await measureQuality({
    vectors,
    positions,
    labels: null,
    curvatureScale,
    geometry: 'poincare',
    metric: 'euclidean',
    seed: 1,
    threads,
  });
  stages.end('quality');
  return {
    points,
    landmarks: LANDMARKS > 0 ? LANDMARKS : null,
    perplexity,
    ...stages.figures,
    gibibytes: rounded(memory / 2 ** 30),
    neighborRecall: laidOut.neighborRecall,
    recallAt15: rounded(quality.recallAt15),
    trustworthinessAt15: rounded(quality.trustworthinessAt15),
    continuityAt15: rounded(quality.continuityAt15),
    curvatureScale: rounded(curvatureScale),
    rimFraction: quality.rimFraction,
  };
}

async function optimizeAll(
  vectors: EmbeddingMatrix,
  parameters: typeof DEFAULT_PROJECTION_PARAMETERS,
  threads: number,
  stages: Stages,
) {
  const k = neighborCountFor(parameters.perplexity, vectors.rows);
  const graph: NeighborGraph = await findNearestNeighbors(vectors, { k, metric: 'euclidean', threads });
  stages.end('neighbors');
  const engine = await createProjectionEngine({ vectors, graph, parameters, threads });
  stages.end('preparation');
  try {
    let curvatureScale = 0;
    while (engine.iteration < parameters.iterations) {
      curvatureScale = (await engine.step(25)).at(-1)!.curvatureScale;
      stages.look();
    }
    return { positions: engine.positions(), curvatureScale, neighborRecall: graph.recall ?? null };
  } finally {
    await engine.dispose();
  }
}

/** Wall and processor seconds of each stage, and the most memory at their ends. */
class Stages {
  readonly figures: Record<string, number> = {};
  mostMemory = 0;
  #start = performance.now();
  #processor = process.cpuUsage();

  end(stage: string): void {
    this.look();
    const { user, system } = process.cpuUsage(this.#processor);
    this.figures[`${stage}Seconds`] = rounded((performance.now() - this.#start) / 1000);
    this.figures[`${stage}ProcessorSeconds`] = rounded((user + system) / 1e6);
    this.#start = performance.now();
    this.#processor = process.cpuUsage();
  }

  look(): void {
    // The kernel's high-water mark, in KiB.
    this.mostMemory = Math.max(this.mostMemory, 1024 * process.resourceUsage().maxRSS);
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
