import { readFileSync } from 'node:fs';
import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import type { NeighborGraph } from '../../server/neighbors/neighborGraph.ts';
import { sharedData } from '../support/sharedData.ts';

const DIMENSION = 384;
/** Without the point itself. */
const LISTED_NEIGHBORS = 91;

export interface BenchFeatures {
  readonly vectors: EmbeddingMatrix;
  /** The 90 nearest by cosine, exact. */
  readonly graph: NeighborGraph;
  /** The ten classes of CIFAR-10. */
  readonly labels: Int32Array;
}

/** The 10,000 × 384 features of a small CNN on CIFAR-10, with their exact neighbors from the file beside them. */
export function readBenchFeatures(): BenchFeatures {
  const values = shareCopy(floatsOf('bench/cnn-features-10k-384.f32'));
  const rows = values.length / DIMENSION;
  const listed = new Int32Array(floatsOf('bench/cnn-knn90-10k.idx.i32').buffer);
  const k = LISTED_NEIGHBORS - 1;
  const indices = new Int32Array(rows * k);
  const distances = new Float32Array(rows * k);
  for (let i = 0; i < rows; i++) {
    for (let rank = 0; rank < k; rank++) {
      const j = listed[i * LISTED_NEIGHBORS + rank]!;
      let product = 0;
      for (let d = 0; d < DIMENSION; d++) product += values[i * DIMENSION + d]! * values[j * DIMENSION + d]!;
      indices[i * k + rank] = j;
      distances[i * k + rank] = Math.max(0, 1 - product);
    }
  }
  return {
    vectors: { rows, dimension: DIMENSION, values },
    graph: { pointCount: rows, k, metric: 'cosine', indices, distances },
    labels: Int32Array.from(readFileSync(sharedData('bench/cnn-labels-10k.u8'))),
  };
}

function floatsOf(relative: string): Float32Array {
  const bytes = readFileSync(sharedData(relative));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function shareCopy(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
