import { BadInputError } from '../errors.ts';
import { Random } from '../geometry/random.ts';

/** Up to that many pairs, all are compared; beyond, so many seeded random ones. */
const MOST_PAIRS = 250_000;
/** Two-sided 95 % of a normal distribution. */
const QUANTILE_95 = 1.96;

/** A figure with the half width of its 95 % confidence interval, 0 when it is exact. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

export type PairDistance = (i: number, j: number) => number;

/** Calls `visit` for all unordered pairs of N points, or for a seeded sample of pairs. @returns whether it was all */
function eachPair(pointCount: number, seed: number, visit: (i: number, j: number) => void): boolean {
  if ((pointCount * (pointCount - 1)) / 2 <= MOST_PAIRS) {
    for (let i = 1; i < pointCount; i++) for (let j = 0; j < i; j++) visit(i, j);
    return true;
  }
  const random = new Random(seed);
  for (let n = 0; n < MOST_PAIRS; n++) {
    const i = random.integer(pointCount);
    const j = random.integer(pointCount - 1);
    visit(i, j < i ? j : j + 1);
  }
  return false;
}

/**
 * Spearman's rank correlation of two distances over pairs of points, with middle ranks for ties: how far the layout keeps
 * the large-scale order of distances. The error follows from Fisher's z with the variance of Fieller et al. (1957).
 */
export function distanceCorrelation(
  pointCount: number,
  seed: number,
  first: PairDistance,
  second: PairDistance,
): Estimate {
  const a: number[] = [];
  const b: number[] = [];
  const exact = eachPair(pointCount, seed, (i, j) => {
    a.push(first(i, j));
    b.push(second(i, j));
  });
  const value = correlation(middleRanks(a), middleRanks(b));
  return { value, error: exact ? 0 : QUANTILE_95 * (1 - value * value) * Math.sqrt(1.06 / (a.length - 3)) };
}

/** Twice the middle rank of every value: whole numbers. */
function middleRanks(values: readonly number[]): Float64Array {
  const sorted = Float64Array.from(values).sort();
  return Float64Array.from(values, (value) => lowerBound(sorted, value, false) + lowerBound(sorted, value, true));
}

/** How many entries are below `value`, or at most `value` when `inclusive`. */
function lowerBound(sorted: Float64Array, value: number, inclusive: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value || (inclusive && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pearson's; 0 when one side does not vary. */
function correlation(a: Float64Array, b: Float64Array): number {
  const count = a.length;
  const meanA = a.reduce((sum, value) => sum + value, 0) / count;
  const meanB = b.reduce((sum, value) => sum + value, 0) / count;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let n = 0; n < count; n++) {
    ab += (a[n] - meanA) * (b[n] - meanB);
    aa += (a[n] - meanA) ** 2;
    bb += (b[n] - meanB) ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

/**
 * Average distortion of a tree (Sala et al. 2018, "Representation Tradeoffs for Hyperbolic Embeddings"): the mean of
 * |λ·d_layout/d_tree − 1| over pairs, where d_tree counts edges and λ is the one factor that makes it least in squares.
 * 0 is a perfect embedding.
 * @param parents of every point, −1 for the root; see `checkTree`
 */
export function treeDistortion(parents: Int32Array, seed: number, distance: PairDistance): Estimate {
  const depths = depthsOf(parents);
  const ratios: number[] = [];
  const exact = eachPair(parents.length, seed, (i, j) => {
    ratios.push(distance(i, j) / edgesBetween(parents, depths, i, j));
  });
  const sum = ratios.reduce((total, ratio) => total + ratio, 0);
  const squares = ratios.reduce((total, ratio) => total + ratio * ratio, 0);
  const factor = squares > 0 ? sum / squares : 0;
  const deviations = ratios.map((ratio) => Math.abs(factor * ratio - 1));
  const value = deviations.reduce((total, deviation) => total + deviation, 0) / deviations.length;
  const spread = deviations.reduce((total, deviation) => total + (deviation - value) ** 2, 0) / deviations.length;
  return { value, error: exact ? 0 : QUANTILE_95 * Math.sqrt(spread / deviations.length) };
}

/** @throws BadInputError naming the row, unless there is one root and every row hangs from it */
export function checkTree(parents: Int32Array, pointCount: number): void {
  if (parents.length !== pointCount) {
    throw new BadInputError(`the tree has ${parents.length} rows, the embeddings have ${pointCount}`);
  }
  const bad = parents.findIndex((parent) => parent < -1 || parent >= pointCount);
  if (bad >= 0) {
    throw new BadInputError(`row ${bad} of the tree: parent ${parents[bad]} is not a row, nor −1 for the root`);
  }
  const roots = parents.filter((parent) => parent === -1).length;
  if (roots !== 1) throw new BadInputError(`the tree has ${roots} roots (rows with parent −1); one is needed`);
  const circular = depthsOf(parents).indexOf(-1);
  if (circular >= 0) throw new BadInputError(`row ${circular} of the tree does not lead to the root but in a circle`);
}

/** Edges from the root to every row; −1 for rows that do not lead to it. */
export function depthsOf(parents: Int32Array): Int32Array {
  const children = new Map<number, number[]>();
  parents.forEach((parent, row) => {
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [row]);
    else siblings.push(row);
  });
  const depths = new Int32Array(parents.length).fill(-1);
  let level = children.get(-1) ?? [];
  for (let depth = 0; level.length > 0; depth++) {
    for (const row of level) depths[row] = depth;
    level = level.flatMap((row) => children.get(row) ?? []);
  }
  return depths;
}

/** Edges on the path between two rows: both climb to their lowest common ancestor. */
function edgesBetween(parents: Int32Array, depths: Int32Array, i: number, j: number): number {
  let edges = 0;
  while (i !== j) {
    if (depths[i] >= depths[j]) i = parents[i];
    else j = parents[j];
    edges++;
  }
  return edges;
}
