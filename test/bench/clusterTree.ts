import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import { Random } from '../../server/geometry/random.ts';

export const CLUSTER_TREE_DIMENSION = 32;

/** Points around the leaves of a tree of clusters, three levels deep, which a layout can show. */
export function clusterTree(points: number): EmbeddingMatrix {
  const random = new Random(1);
  const branching = [10, 10, 20];
  const spreads = [8, 3, 1.2];
  let centers = [new Float64Array(CLUSTER_TREE_DIMENSION)];
  branching.forEach((count, level) => {
    centers = centers.flatMap((center) =>
      Array.from({ length: count }, () => center.map((value) => value + spreads[level]! * random.normal())),
    );
  });
  const values = new Float32Array(new SharedArrayBuffer(4 * points * CLUSTER_TREE_DIMENSION));
  for (let i = 0; i < points; i++) {
    const center = centers[Math.floor(random.uniform() * centers.length)]!;
    // Inside a cluster the points lie along a curved sheet, so that they have near and far neighbors.
    const [s, t] = [random.uniform() * 3, random.uniform() * 3];
    for (let d = 0; d < CLUSTER_TREE_DIMENSION; d++) {
      const sheet = Math.sin(s + d) + Math.cos(t * (1 + (d % 3)) - d);
      values[i * CLUSTER_TREE_DIMENSION + d] = center[d]! + 0.7 * sheet + 0.15 * random.normal();
    }
  }
  return { rows: points, dimension: CLUSTER_TREE_DIMENSION, values };
}
