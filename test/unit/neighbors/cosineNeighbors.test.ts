import { describe, expect, it } from 'vitest';
import { Random } from '../../../server/geometry/random.ts';
import { CosineIndex } from '../../../server/neighbors/cosineNeighbors.ts';

const ROWS = 3001;

/** Clusters so tight that int16 cannot tell their members apart, rows that coincide, and a row without a direction. */
function vectors(dimension: number): Float32Array {
  const random = new Random(5);
  const values = new Float32Array(ROWS * dimension);
  for (let row = 0; row < ROWS; row++) {
    const spread = [1, 0.05, 1e-5, 0][row % 4];
    for (let d = 0; d < dimension; d++) {
      values[row * dimension + d] = Math.sin(1 + (row % 7) * (d + 1)) + spread * random.normal();
    }
  }
  return values.fill(0, 11 * dimension, 12 * dimension);
}

describe.each([3, 12, 67])('Neighbors by cosine in %i dimensions', (dimension) => {
  const values = vectors(dimension);
  const cosine = (a: number, b: number): number => {
    let [ab, aa, bb] = [0, 0, 0];
    for (let d = 0; d < dimension; d++) {
      const [x, y] = [values[a * dimension + d], values[b * dimension + d]];
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    return aa * bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
  };
  const distancesFrom = (row: number) =>
    Array.from({ length: ROWS }, (_, other) => Math.max(0, 1 - cosine(row, other)));
  /** In order, but for distances that differ by rounding alone. */
  const expectInOrder = (points: Int32Array, distances: number[], expected: readonly number[]) => {
    const given = Array.from(points, (point) => distances[point]);
    expected.forEach((distance, rank) => expect(given[rank]).toBeCloseTo(distance, 12));
    expect(new Set(points).size).toBe(expected.length);
  };

  it.each([0, 1, 2, 3, 11, 3000])('are exact: of a row, within a radius, and their ranks (row %i)', async (row) => {
    const index = await CosineIndex.create({ rows: ROWS, dimension, values });
    const distances = distancesFrom(row);
    const others = distances.filter((_, other) => other !== row);
    const sorted = others.sort((a, b) => a - b);
    for (const k of [1, 10, 1000]) {
      const found = await index.nearest(row, k);
      expectInOrder(found.points, distances, sorted.slice(0, k));
      expect([...found.points]).not.toContain(row);
    }
    const radius = (sorted[40] + sorted.find((distance) => distance > sorted[40] + 1e-9)!) / 2;
    const within = await index.within(row, radius);
    expectInOrder(
      within.points,
      distances,
      sorted.filter((distance) => distance <= radius),
    );
    const { points } = await index.nearest(row, ROWS);
    const asked = points.filter((_, rank) => rank % 250 === 0 || rank < 5);
    const ranks = await index.ranks(row, asked);
    expect([...ranks]).toEqual([...asked].map((point) => points.indexOf(point) + 1));
  });

  it('are exact for a vector that is none of the rows, and for one without a direction', async () => {
    const index = await CosineIndex.create({ rows: ROWS, dimension, values });
    const between = values.slice(dimension, 2 * dimension).map((value, d) => value + 0.3 * values[3 * dimension + d]);
    for (const vector of [between, new Float32Array(dimension)]) {
      const { points, distances } = await index.nearestTo(vector, ROWS);
      expect(new Set(points).size).toBe(ROWS);
      expect([...distances]).toEqual([...distances].sort((a, b) => a - b));
      const few = await index.nearestTo(vector, 20);
      expect([...few.points]).toEqual([...points.subarray(0, 20)]);
      const asked = points.filter((_, rank) => rank % 100 === 3);
      expect([...(await index.ranksFrom(vector, asked))]).toEqual([...asked].map((point) => points.indexOf(point) + 1));
    }
  });

  it('are the same for queries that are asked at once', async () => {
    const index = await CosineIndex.create({ rows: ROWS, dimension, values });
    const rows = [5, 6, 7, 8, 9];
    const together = await Promise.all(rows.map((row) => index.nearest(row, 12)));
    for (const [i, row] of rows.entries()) expect(together[i]).toEqual(await index.nearest(row, 12));
  });
});

it('Neighbors by cosine are exact where single components hold nearly all of a row, which leaves few bits for the others', async () => {
  const dimension = 40;
  const rows = 500;
  const random = new Random(2);
  const values = new Float32Array(rows * dimension).map(() => 0.01 * random.normal());
  for (let row = 0; row < rows; row++) values[row * dimension + (row % 3)] = row % 2 === 0 ? 1 : -1;
  const index = await CosineIndex.create({ rows, dimension, values });
  const { points } = await index.nearest(7, rows);
  const exact = (row: number): number => {
    const [a, b] = [7, row].map((at) => values.subarray(at * dimension, (at + 1) * dimension));
    const product = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, d) => sum + value * y[d], 0);
    return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
  };
  const expected = Array.from({ length: rows }, (_, row) => row).filter((row) => row !== 7);
  expect([...points]).toEqual(expected.sort((a, b) => exact(b) - exact(a)));
  expect([...(await index.ranks(7, points))]).toEqual(expected.map((_, at) => at + 1));
  expect([...(await index.nearest(7, 25)).points]).toEqual(expected.slice(0, 25));
});

it('More ranks than are counted at a time are refused', async () => {
  const index = await CosineIndex.create({ rows: 4, dimension: 1, values: Float32Array.of(1, 2, 3, -1) });
  await expect(index.ranks(0, new Int32Array(1001))).rejects.toThrow(RangeError);
});
