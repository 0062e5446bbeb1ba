import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import { Random } from '../../server/geometry/random.ts';

export interface TreeVectors {
  readonly vectors: EmbeddingMatrix;
  /** Edges between each node and the root. */
  readonly depths: Uint8Array;
  /** Index of each node's parent; the root's own for the root. */
  readonly parents: Uint32Array;
}

/** A tree whose nodes differ from their parents by Gaussian steps, in breadth-first order; the root is no zero vector. */
export function treeVectors(branching: number, depth: number, dimension: number, seed: number): TreeVectors {
  const rows = (branching ** (depth + 1) - 1) / (branching - 1);
  const values = new Float32Array(rows * dimension);
  const depths = new Uint8Array(rows);
  const parents = new Uint32Array(rows);
  const random = new Random(seed);
  for (let i = 0; i < rows; i++) {
    const parent = i === 0 ? 0 : Math.floor((i - 1) / branching);
    parents[i] = parent;
    depths[i] = i === 0 ? 0 : depths[parent]! + 1;
    for (let d = 0; d < dimension; d++) {
      const step = random.normal();
      values[i * dimension + d] = (i === 0 ? 0 : values[parent * dimension + d]!) + step;
    }
  }
  return { vectors: { rows, dimension, values }, depths, parents };
}

/** Spearman's rank correlation; equal values share their mean rank. */
export function rankCorrelation(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const [a, b] = [ranks(left), ranks(right)];
  const mean = (a.length - 1) / 2;
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    both += (a[i]! - mean) * (b[i]! - mean);
    first += (a[i]! - mean) ** 2;
    second += (b[i]! - mean) ** 2;
  }
  return both / Math.sqrt(first * second);
}

function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((x, y) => values[x]! - values[y]!);
  const result = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let at = start; at < end; at++) result[order[at]!] = (start + end - 1) / 2;
  }
  return result;
}
