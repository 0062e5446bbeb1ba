import type { EmbeddingMetric, NeighborGraph } from '../neighbors/neighborGraph.ts';
import { neighborCountFor } from './perplexity.ts';

/** Bisections and Newton steps for one row; a handful suffices, the rest is for rows of extreme spread. */
const MAXIMUM_SEARCH_STEPS = 60;
const ENTROPY_TOLERANCE = 1e-6;
/** β of a row begins within this factor of one over its mean cost. */
const SHARPNESS_RANGE = 8;
/** Below this, a row would hang on its single nearest neighbor. Reached only by layouts of a few points. */
const SMALLEST_PERPLEXITY = 1.5;

/**
 * A sparse symmetric matrix P, row after row (CSR). Every row is padded to a multiple of four edges with edges of weight
 * 0 to the row's own point, as the SIMD kernel reads four at a time. All weights add up to 1.
 */
export interface Similarities {
  readonly pointCount: number;
  /** N + 1: where each row's edges begin. */
  readonly rowStarts: Uint32Array;
  readonly columns: Uint32Array;
  readonly weights: Float32Array;
  /** Σ p·log p in nats, over the weights as stored. */
  readonly entropyTerm: number;
}

/**
 * p_j|i ∝ exp(−β_i·d²_ij) over the first k neighbors, β_i such that the row's entropy is log(perplexity)
 * (van der Maaten & Hinton 2008, eq. 1); p_ij = (p_j|i + p_i|j) / 2N. The distance is the graph's: for cosine,
 * 1 − cos = |x−y|²/2 of unit vectors takes the place of d², which only changes β.
 * @returns N × k conditional probabilities, row after row.
 */
export function conditionalSimilarities(graph: NeighborGraph, k: number, perplexity: number): Float32Array {
  const target = Math.log(Math.min(Math.max(perplexity, SMALLEST_PERPLEXITY), k));
  const conditional = new Float32Array(graph.pointCount * k);
  const costs = new Float64Array(k);
  const row = new Float64Array(k);
  // Rows are alike up to a scale: what fitted the last one is the best guess for the next.
  let sharpness = 1;
  for (let i = 0; i < graph.pointCount; i++) {
    for (let j = 0; j < k; j++) {
      const distance = graph.distances[i * graph.k + j]!;
      costs[j] = graph.metric === 'euclidean' ? distance * distance : distance;
    }
    sharpness = calibrateRowInto(costs, target, row, sharpness);
    conditional.set(row, i * k);
  }
  return conditional;
}

/** The similarities of one point to its neighbors, given their distances: one row of `conditionalSimilarities`. */
export function calibratedRow(distances: Float64Array, metric: EmbeddingMetric, perplexity: number): Float64Array {
  const costs = metric === 'euclidean' ? distances.map((distance) => distance * distance) : distances;
  const row = new Float64Array(costs.length);
  calibrateRowInto(costs, Math.log(Math.min(Math.max(perplexity, SMALLEST_PERPLEXITY), costs.length)), row, 1);
  return row;
}

/** @returns β times the mean cost above the least one, with which the search may begin for a similar row. */
function calibrateRowInto(costs: Float64Array, targetEntropy: number, row: Float64Array, sharpness: number): number {
  let nearest = Infinity;
  let total = 0;
  for (const cost of costs) {
    total += cost;
    if (cost < nearest) nearest = cost;
  }
  const meanExcess = total / costs.length - nearest;
  // All neighbors equally far (duplicates above all): every β gives the same, even row.
  if (!(meanExcess > 0)) {
    row.fill(1 / row.length);
    return sharpness;
  }
  let low = 0;
  let high = Infinity;
  let beta = sharpness / meanExcess;
  for (let step = 0; step < MAXIMUM_SEARCH_STEPS; step++) {
    let sum = 0;
    let first = 0;
    let second = 0;
    for (let j = 0; j < costs.length; j++) {
      const excess = costs[j]! - nearest;
      const weight = Math.exp(-beta * excess);
      row[j] = weight;
      sum += weight;
      first += weight * excess;
      second += weight * excess * excess;
    }
    const mean = first / sum;
    const error = Math.log(sum) + beta * mean - targetEntropy;
    for (let j = 0; j < row.length; j++) row[j]! /= sum;
    if (Math.abs(error) < ENTROPY_TOLERANCE) break;
    if (error > 0) low = beta;
    else high = beta;
    // dH/dβ = −β·Var(cost); in log β it is close to linear, and bisection catches what Newton overshoots.
    const slope = -beta * beta * Math.max(second / sum - mean * mean, 0);
    const newton = beta * Math.exp(Math.max(-2, Math.min(2, -error / slope)));
    if (newton > low && newton < high) beta = newton;
    else beta = high === Infinity ? 2 * beta : (low + high) / 2;
  }
  // An outlier's sharpness would only mislead the next row.
  return Math.min(Math.max(beta * meanExcess, 1 / SHARPNESS_RANGE), SHARPNESS_RANGE);
}

/**
 * The mean of P over several perplexities, each over its own 2·perplexity neighbors, so that a layout follows both close
 * and wide neighborhoods (Kobak & Berens 2019; the idea is Lee et al. 2015).
 */
export function multiScaleSimilarities(
  graph: NeighborGraph,
  perplexities: readonly number[],
  room: SimilarityRoom = plainRoom,
): Similarities {
  const counts = perplexities.map((perplexity) => neighborCountFor(perplexity, graph.pointCount));
  const k = Math.max(...counts);
  if (perplexities.length === 1) return symmetrize(graph, k, conditionalSimilarities(graph, k, perplexities[0]!), room);
  const mean = new Float32Array(graph.pointCount * k);
  perplexities.forEach((perplexity, scale) => {
    const count = counts[scale]!;
    const conditional = conditionalSimilarities(graph, count, perplexity);
    for (let i = 0; i < graph.pointCount; i++) {
      for (let rank = 0; rank < count; rank++) mean[i * k + rank]! += conditional[i * count + rank]! / counts.length;
    }
  });
  return symmetrize(graph, k, mean, room);
}

/** Where edges are written: arrays for at least that many of them. */
export type SimilarityRoom = (edgeCapacity: number) => { columns: Uint32Array; weights: Float32Array };

const plainRoom: SimilarityRoom = (edgeCapacity) => ({
  columns: new Uint32Array(edgeCapacity),
  weights: new Float32Array(edgeCapacity),
});

/** The most edges that P can have: each neighbor both ways, and up to three of padding a row. */
export function edgeCapacity(pointCount: number, k: number): number {
  return 2 * pointCount * k + 3 * pointCount;
}

/** Symmetrizes: p_ij = (p_j|i + p_i|j) / 2N in CSR, padded rows. */
export function symmetrize(
  graph: NeighborGraph,
  k: number,
  conditional: Float32Array,
  room: SimilarityRoom = plainRoom,
): Similarities {
  const { pointCount } = graph;
  const reverse = reverseEdges(graph, k);
  const rowStarts = new Uint32Array(pointCount + 1);
  const slotOf = new Int32Array(pointCount).fill(-1);
  const { columns, weights } = room(edgeCapacity(pointCount, k));
  const scale = 1 / (2 * pointCount);
  let end = 0;
  let entropyTerm = 0;
  for (let i = 0; i < pointCount; i++) {
    const start = end;
    for (let edge = i * k; edge < i * k + k; edge++) {
      const j = graph.indices[i * graph.k + (edge - i * k)]!;
      slotOf[j] = end;
      columns[end] = j;
      weights[end++] = conditional[edge]! * scale;
    }
    for (let at = reverse.starts[i]!; at < reverse.starts[i + 1]!; at++) {
      const edge = reverse.edges[at]!;
      const j = Math.floor(edge / k);
      const slot = slotOf[j]!;
      if (slot >= start) weights[slot]! += conditional[edge]! * scale;
      else {
        columns[end] = j;
        weights[end++] = conditional[edge]! * scale;
      }
    }
    for (let slot = start; slot < end; slot++) {
      const p = weights[slot]!;
      if (p > 0) entropyTerm += p * Math.log(p);
    }
    while ((end - start) % 4 !== 0) columns[end++] = i;
    rowStarts[i + 1] = end;
  }
  return { pointCount, rowStarts, columns: columns.subarray(0, end), weights: weights.subarray(0, end), entropyTerm };
}

/** For every point the edges (i·k + rank) that end at it, in ascending order. */
function reverseEdges(graph: NeighborGraph, k: number): { starts: Uint32Array; edges: Uint32Array } {
  const { pointCount } = graph;
  const starts = new Uint32Array(pointCount + 1);
  const edges = new Uint32Array(pointCount * k);
  for (let i = 0; i < pointCount; i++) {
    for (let rank = 0; rank < k; rank++) starts[graph.indices[i * graph.k + rank]! + 1]!++;
  }
  for (let i = 0; i < pointCount; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice();
  for (let i = 0; i < pointCount; i++) {
    for (let rank = 0; rank < k; rank++) edges[next[graph.indices[i * graph.k + rank]!]!++] = i * k + rank;
  }
  return { starts, edges };
}
