import type { NeighborGraph } from '../../server/neighbors/neighborGraph.ts';

const NEIGHBORS = 15;

/**
 * Recall@15 by brute force on every `stride`-th point: the share of its 15 nearest in the embedding that are among the
 * 15 nearest in the layout. Geodesic order is that of |u−v|²/((1−|u|²)(1−|v|²)).
 */
export function bruteForceRecall(
  positions: Float64Array,
  graph: NeighborGraph,
  geometry: 'poincare' | 'euclidean',
  stride = 1,
) {
  const inverse = Float64Array.from({ length: graph.pointCount }, (_, i) =>
    geometry === 'poincare' ? 1 / (1 - positions[2 * i]! ** 2 - positions[2 * i + 1]! ** 2) : 1,
  );
  let kept = 0;
  let points = 0;
  for (let i = 0; i < graph.pointCount; i += stride) {
    const nearest = new Set(nearestOf(i, positions, inverse));
    for (let rank = 0; rank < NEIGHBORS; rank++) if (nearest.has(graph.indices[i * graph.k + rank]!)) kept++;
    points++;
  }
  return kept / (points * NEIGHBORS);
}

function nearestOf(i: number, positions: Float64Array, inverse: Float64Array): number[] {
  const costs: number[] = [];
  const nearest: number[] = [];
  for (let j = 0; j < inverse.length; j++) {
    if (j === i) continue;
    const cost =
      ((positions[2 * i]! - positions[2 * j]!) ** 2 + (positions[2 * i + 1]! - positions[2 * j + 1]!) ** 2) *
      inverse[j]!;
    if (costs.length === NEIGHBORS && cost >= costs[NEIGHBORS - 1]!) continue;
    let at = Math.min(costs.length, NEIGHBORS - 1);
    for (; at > 0 && costs[at - 1]! > cost; at--) {
      costs[at] = costs[at - 1]!;
      nearest[at] = nearest[at - 1]!;
    }
    costs[at] = cost;
    nearest[at] = j;
  }
  return nearest;
}

export interface RadiusFigures {
  readonly median: number;
  readonly percentile99: number;
  readonly rimFraction: number;
}

/** How a layout fills the disk. */
export function radiusFigures(positions: Float64Array): RadiusFigures {
  const radii = Float64Array.from({ length: positions.length / 2 }, (_, i) =>
    Math.hypot(positions[2 * i]!, positions[2 * i + 1]!),
  ).sort();
  return {
    median: radii[Math.floor(radii.length / 2)]!,
    percentile99: radii[Math.floor(0.99 * radii.length)]!,
    rimFraction: radii.filter((radius) => radius > 0.99).length / radii.length,
  };
}
