import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import { Random } from '../../server/geometry/random.ts';

/** Embeddings with what is known about them. */
export interface KnownData extends EmbeddingMatrix {
  /** Class of each row. */
  readonly labels: Int32Array;
  /** For trees: the parent of every row, −1 for the root. */
  readonly parents?: Int32Array;
}

/** Builds `rows` rows from a seed. */
export type DataKind = (rows: number, seed: number) => KnownData;

const DIMENSION = 32;

/** Gaussian clusters whose centers are a few standard deviations apart. */
export const gaussianClusters: DataKind = (rows, seed) => {
  const random = new Random(seed);
  const clusters = 20;
  const centers = Float64Array.from({ length: clusters * DIMENSION }, () => 2 * random.normal());
  const labels = Int32Array.from({ length: rows }, () => random.integer(clusters));
  const values = shared(rows * DIMENSION);
  for (let at = 0; at < values.length; at++) {
    const label = labels[Math.floor(at / DIMENSION)];
    values[at] = centers[label * DIMENSION + (at % DIMENSION)] + random.normal();
  }
  return { rows, dimension: DIMENSION, values, labels };
};

/**
 * A tree with three children a node, breadth first: every node is its parent plus a step in a direction of its own, the
 * steps shrinking by level, so that siblings are nearer to each other than to cousins. Labels are the root's subtrees.
 */
export const syntheticTree: DataKind = (rows, seed) => {
  const random = new Random(seed);
  const branching = 3;
  const values = shared(rows * DIMENSION);
  const parents = new Int32Array(rows).fill(-1);
  const depths = new Int32Array(rows);
  const labels = new Int32Array(rows);
  for (let d = 0; d < DIMENSION; d++) values[d] = 3 * random.normal();
  for (let row = 1; row < rows; row++) {
    const parent = Math.floor((row - 1) / branching);
    parents[row] = parent;
    depths[row] = depths[parent] + 1;
    labels[row] = parent === 0 ? row - 1 : labels[parent];
    const step = 0.75 ** depths[row];
    for (let d = 0; d < DIMENSION; d++) {
      values[row * DIMENSION + d] = values[parent * DIMENSION + d] + step * random.normal();
    }
  }
  return { rows, dimension: DIMENSION, values, labels, parents };
};

/** The rolled-up strip (Tenenbaum et al. 2000); labels are quarters along the roll. */
export const swissRoll: DataKind = (rows, seed) => {
  const random = new Random(seed);
  const values = shared(rows * 3);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const along = random.uniform();
    const angle = 1.5 * Math.PI * (1 + 2 * along);
    values.set([angle * Math.cos(angle), 21 * random.uniform(), angle * Math.sin(angle)], row * 3);
    labels[row] = Math.floor(4 * along);
  }
  return { rows, dimension: 3, values, labels };
};

/** Gaussian clusters of which two rows in five repeat another row exactly. */
export const duplicates: DataKind = (rows, seed) => {
  const data = gaussianClusters(rows, seed);
  const random = new Random(seed + 1);
  const distinct = Math.ceil(0.6 * rows);
  for (let row = distinct; row < rows; row++) {
    const original = random.integer(distinct);
    data.values.copyWithin(row * DIMENSION, original * DIMENSION, (original + 1) * DIMENSION);
    data.labels[row] = data.labels[original];
  }
  return data;
};

/** Every row the same. */
export const allEqual: DataKind = (rows) => ({
  rows,
  dimension: DIMENSION,
  values: shared(rows * DIMENSION).fill(0.5),
  labels: new Int32Array(rows),
});

/** Numbers without any structure. */
export const noise: DataKind = (rows, seed) => {
  const random = new Random(seed);
  const values = shared(rows * DIMENSION);
  for (let at = 0; at < values.length; at++) values[at] = random.normal();
  return { rows, dimension: DIMENSION, values, labels: new Int32Array(rows) };
};

export const DATA_KINDS: Readonly<Record<string, DataKind>> = {
  clusters: gaussianClusters,
  tree: syntheticTree,
  'Swiss roll': swissRoll,
  'duplicates 40 %': duplicates,
  'all equal': allEqual,
  noise,
};

function shared(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}
