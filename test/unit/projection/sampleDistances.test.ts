import { describe, expect, it } from 'vitest';
import { BadInputError } from '../../../server/errors.ts';
import { Random } from '../../../server/geometry/random.ts';
import { checkTree, distanceCorrelation, treeDistortion } from '../../../server/projection/sampleDistances.ts';

const onLine = (places: ArrayLike<number>) => (i: number, j: number) => Math.abs(places[i] - places[j]);

describe('Distance correlation', () => {
  it('is 1 for the same order of distances, whatever their size, and exact for few points', () => {
    const places = Float64Array.from({ length: 40 }, (_, i) => i * i);
    const distance = onLine(places);
    expect(distanceCorrelation(40, 1, distance, (i, j) => distance(i, j) ** 3)).toEqual({ value: 1, error: 0 });
    expect(distanceCorrelation(40, 1, distance, (i, j) => -distance(i, j)).value).toBeCloseTo(-1, 12);
    expect(distanceCorrelation(40, 1, distance, () => 1).value).toBe(0);
  });

  it('of a sample lies within its error of the exact one, about as often as it says', () => {
    const random = new Random(3);
    const [a, b] = [0, 1].map(() => Float64Array.from({ length: 1200 }, () => random.normal()));
    const mixed = a.map((value, i) => value + 0.8 * b[i]);
    const [first, second] = [onLine(a), onLine(mixed)];
    const estimates = [1, 2, 3, 4].map((seed) => distanceCorrelation(1200, seed, first, second));
    const middle = estimates.reduce((sum, { value }) => sum + value, 0) / 4;
    for (const { value, error } of estimates) {
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThan(0.01);
      expect(Math.abs(value - middle)).toBeLessThan(2 * error);
    }
  });
});

describe('Tree distortion', () => {
  // 0 ─ 1 ─ 2 ─ 3 and a branch 1 ─ 4
  const parents = Int32Array.of(-1, 0, 1, 2, 1);
  const edges = [
    [0, 1, 2, 3, 2],
    [1, 0, 1, 2, 1],
    [2, 1, 0, 1, 2],
    [3, 2, 1, 0, 3],
    [2, 1, 2, 3, 0],
  ];

  it('is 0 where the layout has the distances of the tree, in any unit', () => {
    const { value, error } = treeDistortion(parents, 1, (i, j) => 7 * edges[i][j]);
    expect(value).toBeCloseTo(0, 12);
    expect(error).toBe(0);
  });

  it('is the mean relative error where one distance is off', () => {
    // Ratios 1 nine times and 2 once: λ = 11/13.
    const { value } = treeDistortion(parents, 1, (i, j) => edges[i][j] * (i + j === 7 ? 2 : 1));
    expect(value).toBeCloseTo((9 * (2 / 13) + 9 / 13) / 10, 12);
  });

  it.each([
    ['a short tree', [-1, 0], /2 rows, the embeddings have 3/],
    ['a parent that is no row', [-1, 0, 3], /row 2 of the tree: parent 3/],
    ['two roots', [-1, -1, 0], /2 roots/],
    ['no root', [1, 2, 0], /0 roots/],
    ['a circle', [-1, 2, 1], /row 1 .*circle/],
  ])('refuses %s and names the row', (_, rows, message) => {
    expect(() => checkTree(Int32Array.from(rows), 3)).toThrow(BadInputError);
    expect(() => checkTree(Int32Array.from(rows), 3)).toThrow(message);
  });
});
