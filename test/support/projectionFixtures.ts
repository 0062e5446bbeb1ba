import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import type { NeighborGraph } from '../../server/neighbors/neighborGraph.ts';
import { DEFAULT_PROJECTION_PARAMETERS, type ProjectionInput } from '../../server/projection/projection.ts';
import { Random } from '../../server/geometry/random.ts';
import { fittingPerplexity, neighborCountFor } from '../../server/projection/perplexity.ts';

/** Vectors around a few centers, the same for the same seed. */
export function clusteredVectors(rows: number, dimension: number, seed: number, clusters = 5): EmbeddingMatrix {
  const random = new Random(seed);
  const centers = Float64Array.from({ length: clusters * dimension }, () => 2 * random.normal());
  const values = Float32Array.from({ length: rows * dimension }, (_, at) => {
    const cluster = Math.floor(at / dimension) % clusters;
    return centers[cluster * dimension + (at % dimension)] + random.normal();
  });
  return { rows, dimension, values };
}

/** Euclidean neighbors by brute force. */
export function bruteForceGraph({ rows, dimension, values }: EmbeddingMatrix, k: number): NeighborGraph {
  const indices = new Int32Array(rows * k);
  const distances = new Float32Array(rows * k);
  for (let i = 0; i < rows; i++) {
    const others = Array.from({ length: rows }, (_, j) => {
      let sum = 0;
      for (let d = 0; d < dimension; d++) sum += (values[i * dimension + d]! - values[j * dimension + d]!) ** 2;
      return { j, distance: Math.sqrt(sum) };
    }).filter(({ j }) => j !== i);
    others.sort((a, b) => a.distance - b.distance || a.j - b.j);
    others.slice(0, k).forEach(({ j, distance }, rank) => {
      indices[i * k + rank] = j;
      distances[i * k + rank] = distance;
    });
  }
  return { pointCount: rows, k, metric: 'euclidean', indices, distances };
}

export function projectionInput(
  vectors: EmbeddingMatrix,
  parameters: Partial<ProjectionInput['parameters']> = {},
  threads = 1,
): ProjectionInput {
  const perplexity = parameters.perplexity ?? fittingPerplexity(vectors.rows);
  const k = neighborCountFor(perplexity, vectors.rows);
  return {
    vectors,
    graph: bruteForceGraph(vectors, k),
    parameters: { ...DEFAULT_PROJECTION_PARAMETERS, ...parameters, perplexity },
    threads,
  };
}
