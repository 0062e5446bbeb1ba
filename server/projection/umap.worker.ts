import { parentPort, workerData } from 'node:worker_threads';
import { UMAP } from 'umap-js';
import { Random } from '../geometry/random.ts';
import type { IterationStatistics } from '../storage/run.ts';
import type { UmapInput, UmapReply, UmapRequest } from './umapProtocol.ts';

// UMAP in a thread of its own: its steps are seconds of plain JavaScript on larger data.
if (parentPort === null) throw new Error('umap.worker runs as a worker thread only');
const port = parentPort;
const input = workerData as UmapInput;
/** a and b of UMAP's kernel 1 / (1 + a·d^2b) at its default distances, as umap-learn fits them. */
const KERNEL_A = 1.5769;
const KERNEL_B = 0.8951;
/** The scale of the flat kernel, told as that of a flat t-SNE is. */
const FLAT_SCALE = 0.5;

let umap = startUmap();
let iteration = 0;

port.on('message', ({ from, to }: UmapRequest) => {
  if (iteration > from) {
    umap = startUmap();
    iteration = 0;
  }
  const statistics: IterationStatistics[] = [];
  while (iteration < to) {
    const before = iteration >= from ? coordinates() : null;
    umap.step();
    iteration++;
    if (before !== null) statistics.push(describe(before, coordinates()));
  }
  const positions = coordinates();
  port.postMessage({ statistics, positions } satisfies UmapReply, [positions.buffer]);
});
const start = coordinates();
port.postMessage({ statistics: [], positions: start } satisfies UmapReply, [start.buffer]);

function startUmap(): UMAP {
  const { graph, neighborCount, iterations, seed } = input;
  const random = new Random(seed);
  const made = new UMAP({
    nComponents: 2,
    nNeighbors: neighborCount + 1,
    nEpochs: iterations,
    random: () => random.uniform(),
  });
  // The library counts the point itself as its first neighbor.
  const rows = Array.from({ length: graph.pointCount }, (_, i) => i);
  const row = (values: ArrayLike<number>, i: number, self: number) => [
    self,
    ...Array.from({ length: neighborCount }, (_, rank) => values[i * graph.k + rank]!),
  ];
  made.setPrecomputedKNN(
    rows.map((i) => row(graph.indices, i, i)),
    rows.map((i) => row(graph.distances, i, 0)),
  );
  // Of the vectors, only their number matters once the neighbors are known.
  made.initializeFit(rows.map((i) => [i]));
  return made;
}

function coordinates(): Float64Array<ArrayBuffer> {
  const embedding = umap.getEmbedding();
  const positions = new Float64Array(2 * embedding.length);
  embedding.forEach(([x, y], i) => positions.set([x!, y!], 2 * i));
  return positions;
}

/** UMAP never computes its loss: told is its attracting part, −log of the kernel, as the mean over all neighbors. */
function describe(before: Float64Array, after: Float64Array): IterationStatistics {
  const { graph, neighborCount } = input;
  let loss = 0;
  for (let i = 0; i < graph.pointCount; i++) {
    for (let rank = 0; rank < neighborCount; rank++) {
      const j = graph.indices[i * graph.k + rank]!;
      const squared = (after[2 * i]! - after[2 * j]!) ** 2 + (after[2 * i + 1]! - after[2 * j + 1]!) ** 2;
      loss += Math.log1p(KERNEL_A * squared ** KERNEL_B);
    }
  }
  const squares = after.reduce((sum, value, at) => sum + (value - before[at]!) ** 2, 0);
  return {
    iteration,
    loss: loss / (graph.pointCount * neighborCount),
    gradientNorm: Math.sqrt(squares / graph.pointCount),
    curvatureScale: FLAT_SCALE,
    exaggeration: 1,
  };
}
