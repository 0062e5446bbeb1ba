import { describe, expect, it } from 'vitest';
import { BadInputError } from '../../../server/errors.ts';
import { findNearestNeighbors } from '../../../server/neighbors/findNearestNeighbors.ts';
import { findPlainNeighbors } from '../../../server/neighbors/plainNeighbors.ts';
import { clusteredVectors } from '../../support/projectionFixtures.ts';

const vectors = clusteredVectors(150, 6, 3);

describe('Neighbors in one thread', () => {
  it.each(['cosine', 'euclidean'] as const)('are those of the threaded search by %s distance', async (metric) => {
    const found = findPlainNeighbors(vectors, { k: 12, metric });
    const expected = await findNearestNeighbors(vectors, { k: 12, metric, threads: 1 });
    expect(found.indices).toEqual(Int32Array.from(expected.indices));
    const farthest = found.distances.reduce((most, value, at) => {
      return Math.max(most, Math.abs(value - expected.distances[at]));
    }, 0);
    expect(farthest).toBeLessThan(1e-6);
    expect(found).toMatchObject({ pointCount: 150, k: 12, metric });
  });

  it('are refused for what has none, naming the row', () => {
    expect(() => findPlainNeighbors(vectors, { k: 150, metric: 'cosine' })).toThrow(BadInputError);
    const zero = { ...vectors, values: Float32Array.from(vectors.values).fill(0, 12, 18) };
    expect(() => findPlainNeighbors(zero, { k: 3, metric: 'cosine' })).toThrow('row 2 is all zeros');
    const infinite = { ...vectors, values: Float32Array.from(vectors.values).fill(Infinity, 30, 31) };
    for (const metric of ['cosine', 'euclidean'] as const) {
      expect(() => findPlainNeighbors(infinite, { k: 3, metric })).toThrow('row 5 holds a number that is not finite');
    }
  });
});
