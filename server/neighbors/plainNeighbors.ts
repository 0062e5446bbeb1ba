import { BadInputError } from '../errors.ts';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import type { NeighborGraph, NeighborSearchOptions } from './neighborGraph.ts';

/**
 * The k nearest neighbors of every row, exact, in the calling thread and without WebAssembly: what a page needs for some
 * thousands of rows. Equal distances go to the lower index.
 * @throws BadInputError for k out of range, a component that is not finite, or a row of zeros under cosine.
 */
export function findPlainNeighbors(
  vectors: EmbeddingMatrix,
  { k, metric }: Pick<NeighborSearchOptions, 'k' | 'metric'>,
): NeighborGraph {
  const { rows, dimension } = vectors;
  if (!Number.isInteger(k) || k < 1 || k >= rows) {
    throw new BadInputError(`k is ${k}; a whole number from 1 to ${rows - 1} is expected for ${rows} rows`);
  }
  const fault = vectors.values.findIndex((value) => !Number.isFinite(value));
  if (fault >= 0) throw new BadInputError(`row ${Math.floor(fault / dimension)} holds a number that is not finite`);
  const values = metric === 'cosine' ? unitRows(vectors) : Float64Array.from(vectors.values);
  const graph = {
    pointCount: rows,
    k,
    metric,
    indices: new Int32Array(rows * k),
    distances: new Float32Array(rows * k),
  };
  const squares = new Float64Array(rows);
  const order = new Int32Array(rows - 1);
  for (let row = 0; row < rows; row++) {
    for (let other = 0; other < rows; other++) squares[other] = squaredDistance(values, row, other, dimension);
    for (let at = 0; at < rows - 1; at++) order[at] = at < row ? at : at + 1;
    order.sort((a, b) => squares[a] - squares[b] || a - b);
    for (let rank = 0; rank < k; rank++) {
      graph.indices[row * k + rank] = order[rank];
      // Of unit vectors, 1 − cos is half the square of their distance.
      const square = squares[order[rank]];
      graph.distances[row * k + rank] = metric === 'cosine' ? square / 2 : Math.sqrt(square);
    }
  }
  return graph;
}

function squaredDistance(values: Float64Array, a: number, b: number, dimension: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) sum += (values[a * dimension + d] - values[b * dimension + d]) ** 2;
  return sum;
}

function unitRows({ rows, dimension, values }: EmbeddingMatrix): Float64Array {
  const unit = Float64Array.from(values);
  for (let row = 0; row < rows; row++) {
    const part = unit.subarray(row * dimension, (row + 1) * dimension);
    const length = Math.hypot(...part);
    if (length === 0) throw new BadInputError(`row ${row} is all zeros and has no direction`);
    for (let d = 0; d < dimension; d++) part[d] /= length;
  }
  return unit;
}
