import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import { Random } from '../../server/geometry/random.ts';

export type PeerName = 'umap-js' | 'tsne-js' | 'druidjs t-SNE';

export interface PeerRequest {
  readonly name: PeerName;
  /** Where the peers are installed. */
  readonly folder: string;
  readonly vectors: EmbeddingMatrix;
}

export interface PeerReply {
  readonly seconds: number;
  /** N × 2 of the plane. */
  readonly positions: Float64Array;
}

interface Umap {
  fit(rows: number[][]): number[][];
}
interface Tsne {
  init(input: { data: number[][]; type: 'dense' }): void;
  run(): [number, number];
  getOutput(): number[][];
}
interface DruidTsne {
  transform(iterations: number): ArrayLike<number>[];
}

// Each peer with its own defaults, but the perplexity of the product, 500 iterations and two dimensions.
const PERPLEXITY = 30;
const ITERATIONS = 500;

const { name, folder, vectors } = workerData as PeerRequest;
const require = createRequire(join(folder, 'package.json'));
const rows = Array.from({ length: vectors.rows }, (_, i) =>
  Array.from(vectors.values.subarray(i * vectors.dimension, (i + 1) * vectors.dimension)),
);
const start = performance.now();
const layout = layOut();
const reply: PeerReply = { seconds: (performance.now() - start) / 1000, positions: flatten(layout) };
parentPort!.postMessage(reply);

function layOut(): ArrayLike<number>[] {
  if (name === 'umap-js') {
    const { UMAP } = require('umap-js') as { UMAP: new (options: object) => Umap };
    const random = new Random(1);
    return new UMAP({ random: () => random.uniform() }).fit(rows);
  }
  if (name === 'tsne-js') {
    const TSNE = require('tsne-js') as new (options: object) => Tsne;
    const tsne = new TSNE({ dim: 2, perplexity: PERPLEXITY, nIter: ITERATIONS, metric: 'euclidean' });
    tsne.init({ data: rows, type: 'dense' });
    tsne.run();
    return tsne.getOutput();
  }
  const { TSNE } = require('@saehrimnir/druidjs') as { TSNE: new (rows: number[][], options: object) => DruidTsne };
  return new TSNE(rows, { perplexity: PERPLEXITY, d: 2, seed: 1 }).transform(ITERATIONS);
}

function flatten(pairs: ArrayLike<number>[]): Float64Array {
  const positions = new Float64Array(2 * pairs.length);
  pairs.forEach((pair, i) => positions.set([pair[0]!, pair[1]!], 2 * i));
  return positions;
}
