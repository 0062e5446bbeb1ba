import type { NeighborGraph } from '../neighbors/neighborGraph.ts';

/** Nearest neighbors whose edges may belong to the tree; more change it rarely and cost time. */
const TREE_NEIGHBORS = 30;

/**
 * The radius that each point is pulled to, by its depth in the data's own hierarchy: the minimum spanning tree of the
 * neighbor graph (single linkage, Gower & Ross 1969), rooted at its centroid, the node whose removal leaves the smallest
 * largest part. Where the data are a tree of which each node is nearest to its parent and its children, that is the tree.
 *
 * Depth counts edges, and among equal counts the length of the way. The ranks become radii so that the disk of radius R
 * is filled evenly by area, cosh ρ = 1 + q·(cosh R − 1) at quantile q: as a layout without this pull fills it.
 * @param radius R, hyperbolic.
 * @returns N hyperbolic radii.
 */
export function hierarchyRadii(graph: NeighborGraph, radius: number): Float64Array {
  const { hops, lengths } = treeDepths(graph);
  const order = new Uint32Array(graph.pointCount).map((_, i) => i);
  order.sort((a, b) => hops[a]! - hops[b]! || lengths[a]! - lengths[b]! || a - b);
  const radii = new Float64Array(graph.pointCount);
  order.forEach((point, rank) => {
    const quantile = (rank + 0.5) / graph.pointCount;
    radii[point] = Math.acosh(1 + quantile * (Math.cosh(radius) - 1));
  });
  return radii;
}

/** Edges and distance from each point to the root of its tree; every connected part has a root of its own. */
export function treeDepths(graph: NeighborGraph): { hops: Uint32Array; lengths: Float64Array } {
  const { pointCount } = graph;
  const tree = spanningForest(graph);
  const hops = new Uint32Array(pointCount);
  const lengths = new Float64Array(pointCount);
  const seen = new Uint8Array(pointCount);
  for (let start = 0; start < pointCount; start++) {
    if (seen[start] !== 0) continue;
    const root = centroid(tree, start);
    for (const [node, parent, length] of walk(tree, root)) {
      seen[node] = 1;
      if (node === root) continue;
      // Equal points are at one place of the hierarchy.
      hops[node] = hops[parent]! + (length > 0 ? 1 : 0);
      lengths[node] = lengths[parent]! + length;
    }
  }
  return { hops, lengths };
}

/** Adjacent nodes and edge lengths of every node. */
interface Forest {
  readonly nodes: number[][];
  readonly lengths: number[][];
}

/** Kruskal's algorithm over the edges of the neighbor graph. */
function spanningForest({ pointCount, k, indices, distances }: NeighborGraph): Forest {
  const near = Math.min(k, TREE_NEIGHBORS);
  const edges = new Uint32Array(pointCount * near).map((_, edge) => Math.floor(edge / near) * k + (edge % near));
  edges.sort((a, b) => distances[a]! - distances[b]! || a - b);
  const above = new Uint32Array(pointCount).map((_, i) => i);
  const forest: Forest = {
    nodes: Array.from({ length: pointCount }, () => []),
    lengths: Array.from({ length: pointCount }, () => []),
  };
  for (const edge of edges) {
    const i = Math.floor(edge / k);
    const j = indices[edge]!;
    const [first, second] = [find(above, i), find(above, j)];
    if (first === second) continue;
    above[first] = second;
    for (const [from, to] of [
      [i, j],
      [j, i],
    ] as const) {
      forest.nodes[from]!.push(to);
      forest.lengths[from]!.push(distances[edge]!);
    }
  }
  return forest;
}

function find(above: Uint32Array, node: number): number {
  let at = node;
  while (above[at] !== at) {
    // Path halving keeps the trees flat.
    above[at] = above[above[at]!]!;
    at = above[at]!;
  }
  return at;
}

/** Each node of a tree with its parent and the edge between, parents first. */
function walk({ nodes, lengths }: Forest, root: number): [node: number, parent: number, length: number][] {
  const order: [number, number, number][] = [[root, root, 0]];
  // The list grows while it is read, and so is walked breadth first.
  for (const [node, parent] of order) {
    nodes[node]!.forEach((next, n) => {
      if (next !== parent) order.push([next, node, lengths[node]![n]!]);
    });
  }
  return order;
}

/** The node of a tree whose removal leaves the smallest largest part. */
function centroid(forest: Forest, start: number): number {
  const order = walk(forest, start);
  const sizes = new Map<number, number>();
  let best = start;
  let least = Infinity;
  for (let at = order.length - 1; at >= 0; at--) {
    const [node, parent] = order[at]!;
    let size = 1;
    let largest = 0;
    for (const next of forest.nodes[node]!) {
      if (next === parent) continue;
      size += sizes.get(next)!;
      largest = Math.max(largest, sizes.get(next)!);
    }
    sizes.set(node, size);
    largest = Math.max(largest, order.length - size);
    if (largest < least) [best, least] = [node, largest];
  }
  return best;
}
