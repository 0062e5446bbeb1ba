import { availableParallelism, loadavg } from 'node:os';
import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import { readNpyFloat32 } from '../../server/formats/npy.ts';
import { Random } from '../../server/geometry/random.ts';
import { findNearestNeighbors } from '../../server/neighbors/findNearestNeighbors.ts';
import { createProjectionEngine, neighborCountFor } from '../../server/projection/createProjectionEngine.ts';
import { centerColumns, scaleIntoDisk } from '../../server/projection/flatReadOut.ts';
import { measureQuality } from '../../server/projection/measureQuality.ts';
import { DEFAULT_PROJECTION_PARAMETERS, type LayoutGeometry } from '../../server/projection/projection.ts';
import { readBenchFeatures } from './benchFeatures.ts';
import { installPeers, PEERS, runPeer } from './peers.ts';
import { PUBLISHED } from './published.ts';

const SMALL_ROWS = 2000;
const LARGE_ROWS = 60_000;
/** Peers run at these sizes only where PEER_SECONDS is not raised: beyond, none of them finishes in the time of a bench. */
const LARGEST_PEER_ROWS = Number(process.env.PEER_ROWS ?? 10_000);
/** 60,000 real embeddings, as `circle-limit extract --dataset cifar10` writes them; without, pairs of rows are mixed. */
const LARGE_EMBEDDINGS = process.env.BENCH_EMBEDDINGS;

/** One line of the table; seconds are wall time. Null was not reached. */
export interface ProjectionFigures {
  readonly method: string;
  readonly points: number;
  readonly threads: number;
  readonly secondsOfNeighbors: number | null;
  readonly secondsToPrepare: number | null;
  /** The optimization; of a peer, everything from the vectors on. */
  readonly seconds: number | null;
  /** Of all threads together, which other work on the machine does not lengthen by waiting. */
  readonly processorSeconds: number | null;
  readonly recallAt15: number | null;
  readonly trustworthinessAt15: number | null;
  readonly continuityAt15: number | null;
  readonly curvatureScale: number | null;
  readonly rimFraction: number | null;
}

/**
 * 500 iterations with the default parameters at three sizes, on the disk and flat, beside peers that run here and now and
 * the published figures of those that do not install. PROJECTION_POINTS chooses the sizes, PEER_SECONDS the limit.
 */
export async function run() {
  const sizes = (process.env.PROJECTION_POINTS ?? `${SMALL_ROWS},10000,${LARGE_ROWS}`).split(',').map(Number);
  installPeers();
  const figures: ProjectionFigures[] = [];
  const tell = (line: ProjectionFigures) => {
    console.log(JSON.stringify(line));
    figures.push(line);
  };
  for (const size of sizes) {
    const vectors = await vectorsOf(size);
    tell(await measureOwn(vectors, 'poincare', 1));
    tell(await measureOwn(vectors, 'poincare', availableParallelism()));
    tell(await measureOwn(vectors, 'euclidean', availableParallelism()));
    if (size <= LARGEST_PEER_ROWS) for (const { name } of PEERS) tell(await measurePeer(name, vectors));
  }
  console.table(figures);
  console.log('Published, on another machine of two cores:');
  console.table(PUBLISHED);
  return { figures, published: PUBLISHED, loadAverage: loadavg()[0]! };
}

async function vectorsOf(size: number): Promise<EmbeddingMatrix> {
  const { vectors } = readBenchFeatures();
  if (size <= vectors.rows) {
    return { ...vectors, rows: size, values: vectors.values.subarray(0, size * vectors.dimension) };
  }
  if (LARGE_EMBEDDINGS === undefined) return mixPairs(vectors, size);
  const { values, shape } = await readNpyFloat32(LARGE_EMBEDDINGS);
  return { rows: shape[0]!, dimension: shape[1]!, values };
}

async function measureOwn(
  vectors: EmbeddingMatrix,
  geometry: LayoutGeometry,
  threads: number,
): Promise<ProjectionFigures> {
  const parameters = { ...DEFAULT_PROJECTION_PARAMETERS, geometry };
  const searching = performance.now();
  const k = neighborCountFor(parameters.perplexity, vectors.rows);
  const graph = await findNearestNeighbors(vectors, { k, metric: 'cosine', threads });
  const preparing = performance.now();
  const engine = await createProjectionEngine({ vectors, graph, parameters, threads });
  try {
    const optimizing = performance.now();
    const processor = process.cpuUsage();
    const { curvatureScale } = (await engine.step(parameters.iterations)).at(-1)!;
    const { user, system } = process.cpuUsage(processor);
    const seconds = (performance.now() - optimizing) / 1000;
    return {
      method: geometry === 'poincare' ? 'Circle Limit' : 'Circle Limit, flat t-SNE',
      points: vectors.rows,
      threads,
      secondsOfNeighbors: rounded((preparing - searching) / 1000),
      secondsToPrepare: rounded((optimizing - preparing) / 1000),
      seconds: rounded(seconds),
      processorSeconds: rounded((user + system) / 1e6),
      ...(await qualityOf(vectors, engine.positions(), geometry, curvatureScale)),
      curvatureScale: geometry === 'poincare' ? rounded(curvatureScale) : null,
    };
  } finally {
    await engine.dispose();
  }
}

async function measurePeer(name: (typeof PEERS)[number]['name'], vectors: EmbeddingMatrix): Promise<ProjectionFigures> {
  const processor = process.cpuUsage();
  const reply = await runPeer(name, vectors);
  const { user, system } = process.cpuUsage(processor);
  const none = { secondsOfNeighbors: null, secondsToPrepare: null, curvatureScale: null };
  const common = { points: vectors.rows, threads: 1, ...none };
  if (typeof reply === 'string') {
    const unfinished = { seconds: null, recallAt15: null, trustworthinessAt15: null, continuityAt15: null };
    const method = `${name} (${reply})`;
    return { method, ...common, ...unfinished, processorSeconds: rounded((user + system) / 1e6), rimFraction: null };
  }
  centerColumns(reply.positions);
  scaleIntoDisk(reply.positions);
  return {
    method: name,
    ...common,
    seconds: rounded(reply.seconds),
    processorSeconds: rounded((user + system) / 1e6),
    ...(await qualityOf(vectors, reply.positions, 'euclidean', 0.5)),
  };
}

async function qualityOf(
  vectors: EmbeddingMatrix,
  positions: Float64Array,
  geometry: LayoutGeometry,
  curvatureScale: number,
) {
  const threads = availableParallelism();
  const quality = await measureQuality({
    vectors,
    positions,
    labels: null,
    curvatureScale,
    geometry,
    seed: 1,
    threads,
  });
  return {
    recallAt15: rounded(quality.recallAt15),
    trustworthinessAt15: rounded(quality.trustworthinessAt15),
    continuityAt15: rounded(quality.continuityAt15),
    rimFraction: rounded(quality.rimFraction),
  };
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
