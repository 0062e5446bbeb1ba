import { describe, expect, it } from 'vitest';
import type { EmbeddingMatrix } from '../../../server/formats/embeddingMatrix.ts';
import { Random } from '../../../server/geometry/random.ts';
import { CosineIndex } from '../../../server/neighbors/cosineNeighbors.ts';
import { findNearestNeighbors } from '../../../server/neighbors/findNearestNeighbors.ts';
import type { EmbeddingMetric } from '../../../server/neighbors/neighborGraph.ts';
import { pairSchedule } from '../../../server/neighbors/pairSchedule.ts';

function gaussian(rows: number, dimension: number, seed: number): EmbeddingMatrix {
  const random = new Random(seed);
  const values = Float32Array.from({ length: rows * dimension }, () => random.normal() + 0.5);
  return { rows, dimension, values };
}

/** The definition, in float64. */
function bruteForce({ rows, dimension, values }: EmbeddingMatrix, row: number, metric: EmbeddingMetric): number[] {
  const vector = (i: number): Float32Array => values.subarray(i * dimension, (i + 1) * dimension);
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, d) => sum + value * b[d], 0);
  const distance = (other: number): number => {
    const [a, b] = [vector(row), vector(other)];
    if (metric === 'cosine') return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    return Math.sqrt(a.reduce((sum, value, d) => sum + (value - b[d]) ** 2, 0));
  };
  const distances = Array.from({ length: rows }, (_, other) => (other === row ? Infinity : distance(other)));
  return Array.from({ length: rows }, (_, other) => other)
    .filter((other) => other !== row)
    .sort((a, b) => distances[a] - distances[b] || a - b);
}

describe('The exact neighbor search', () => {
  it.each<[EmbeddingMetric, number, number, number]>([
    ['cosine', 700, 48, 10],
    ['euclidean', 700, 48, 10],
    ['cosine', 101, 7, 30],
    ['euclidean', 5, 1, 4],
    ['cosine', 3, 2, 2],
  ])('finds what the definition says (%s, %i rows of %i, k = %i)', async (metric, rows, dimension, k) => {
    const vectors = gaussian(rows, dimension, 5);
    const graph = await findNearestNeighbors(vectors, { k, metric, threads: 2 });
    for (let row = 0; row < rows; row += 1 + Math.floor(rows / 50)) {
      expect([...graph.indices.subarray(row * k, (row + 1) * k)]).toEqual(bruteForce(vectors, row, metric).slice(0, k));
    }
    for (let row = 0; row < rows; row++) {
      const distances = [...graph.distances.subarray(row * k, (row + 1) * k)];
      expect(distances).toEqual([...distances].sort((a, b) => a - b));
    }
  });

  it.each<[EmbeddingMetric, string]>([
    ['cosine', 'lie everywhere'],
    ['cosine', 'lie near a few directions'],
    ['cosine', 'lie in tight groups'],
    ['euclidean', 'lie in tight groups'],
  ])('leaves no neighbor out by the heads of rows (%s, rows that %s)', async (metric, kind) => {
    const [rows, dimension, k] = [6001, 100, 12];
    const vectors = gaussian(rows, dimension, 4);
    const { values } = vectors;
    if (kind === 'lie near a few directions')
      for (let i = 0; i < values.length; i++) values[i] *= 0.9 ** (i % dimension);
    if (kind === 'lie in tight groups') {
      // Of 60 rows each, around the first 100 rows.
      for (let i = 100 * dimension; i < values.length; i++) values[i] = values[i % (100 * dimension)] + 0.1 * values[i];
    }
    // Rows of zeros under the Euclidean distance, and rows that coincide.
    if (metric === 'euclidean') values.fill(0, 7 * dimension, 9 * dimension);
    values.copyWithin(30 * dimension, 20 * dimension, 25 * dimension);
    const graph = await findNearestNeighbors(vectors, { k, metric, threads: 2 });
    for (const row of [0, 7, 8, 20, 30, 34, 777, 1500, 3002, 4711, 5999, 6000]) {
      expect([...graph.indices.subarray(row * k, (row + 1) * k)]).toEqual(bruteForce(vectors, row, metric).slice(0, k));
    }
  });

  it('gives the same graph for any number of threads', async () => {
    const vectors = gaussian(500, 24, 9);
    const [one, three] = await Promise.all(
      [1, 3].map((threads) => findNearestNeighbors(vectors, { k: 20, metric: 'cosine', threads })),
    );
    expect(three.indices).toEqual(one.indices);
    expect(three.distances).toEqual(one.distances);
  });

  it('finds Euclidean neighbors of rows that lie far from the origin', async () => {
    const vectors = gaussian(300, 16, 3);
    const moved = { ...vectors, values: vectors.values.map((value) => value + 4096) };
    const { indices } = await findNearestNeighbors(moved, { k: 8, metric: 'euclidean', threads: 2 });
    for (let row = 0; row < 300; row += 30) {
      expect([...indices.subarray(row * 8, row * 8 + 8)]).toEqual(bruteForce(moved, row, 'euclidean').slice(0, 8));
    }
  });

  it('orders equal distances by index when all rows are equal', async () => {
    const vectors = { rows: 90, dimension: 4, values: new Float32Array(360).fill(2) };
    const { indices, distances } = await findNearestNeighbors(vectors, { k: 3, metric: 'cosine', threads: 2 });
    expect([...indices.subarray(0, 3)]).toEqual([1, 2, 3]);
    expect([...indices.subarray(3 * 50, 3 * 51)]).toEqual([0, 1, 2]);
    expect(Math.max(...distances)).toBeLessThan(1e-6);
  });

  it('finds duplicates among other rows first', async () => {
    const vectors = gaussian(200, 16, 2);
    vectors.values.copyWithin(150 * 16, 20 * 16, 21 * 16);
    for (const metric of ['cosine', 'euclidean'] as const) {
      const { indices } = await findNearestNeighbors(vectors, { k: 5, metric, threads: 2 });
      expect(indices[150 * 5]).toBe(20);
      expect(indices[20 * 5]).toBe(150);
    }
  });

  it.each([
    ['NaN', (values: Float32Array) => (values[17 * 8 + 3] = Number.NaN), /row 17 .*not finite/],
    ['infinity', (values: Float32Array) => (values[40 * 8] = Number.POSITIVE_INFINITY), /row 40 .*not finite/],
    ['a row of zeros', (values: Float32Array) => values.fill(0, 9 * 8, 10 * 8), /row 9 is all zeros/],
  ])('refuses %s and names the row', async (_, spoil, message) => {
    const vectors = gaussian(60, 8, 1);
    spoil(vectors.values);
    await expect(findNearestNeighbors(vectors, { k: 5, metric: 'cosine', threads: 2 })).rejects.toThrow(message);
  });

  it.each([
    [2, 1, /2 rows: at least 3/],
    [10, 10, /k = 10: a whole number from 1 to 9/],
    [10, 0, /k = 0/],
  ])('refuses %i rows with k = %i', async (rows, k, message) => {
    await expect(findNearestNeighbors(gaussian(rows, 4, 1), { k, metric: 'cosine', threads: 1 })).rejects.toThrow(
      message,
    );
  });

  it('stops when it is asked to', async () => {
    const controller = new AbortController();
    const search = findNearestNeighbors(gaussian(3000, 64, 1), {
      k: 30,
      metric: 'cosine',
      threads: 2,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(search).rejects.toThrow('stopped');
  });
});

describe('The approximate neighbor search', () => {
  it.each(['cosine', 'euclidean'] as const)(
    'takes over for many rows and measures its own recall (%s)',
    async (metric) => {
      const vectors = gaussian(1500, 24, 6);
      const k = 15;
      const exact = await findNearestNeighbors(vectors, { k, metric, threads: 2 });
      const done: number[] = [];
      const found = await findNearestNeighbors(vectors, {
        k,
        metric,
        threads: 2,
        exactUpTo: 1000,
        onProgress: (rows) => done.push(rows),
      });
      let common = 0;
      for (let row = 0; row < 1500; row++) {
        const truth = new Set(exact.indices.subarray(row * k, (row + 1) * k));
        const own = found.indices.subarray(row * k, (row + 1) * k);
        expect(new Set(own).size).toBe(k);
        expect(own.includes(row)).toBe(false);
        for (const other of own) if (truth.has(other)) common++;
      }
      expect(exact.recall).toBeUndefined();
      expect(found.recall).toBeGreaterThan(0.95);
      expect(Math.abs(found.recall! - common / (1500 * k))).toBeLessThan(0.03);
      expect(done.at(-1)).toBe(1500);
    },
  );

  it('finds k neighbors among rows that are all equal', async () => {
    const vectors = { rows: 400, dimension: 4, values: new Float32Array(1600).fill(2) };
    const { indices } = await findNearestNeighbors(vectors, { k: 30, metric: 'cosine', threads: 2, exactUpTo: 100 });
    for (let row = 0; row < 400; row++) expect(new Set(indices.subarray(row * 30, row * 30 + 30)).size).toBe(30);
  });

  it('refuses the same rows as the exact one, and stops when it is asked to', async () => {
    const options = { k: 5, metric: 'cosine', threads: 1, exactUpTo: 50 } as const;
    const vectors = gaussian(60, 8, 1);
    await expect(findNearestNeighbors(vectors, { ...options, signal: AbortSignal.abort() })).rejects.toThrow('stopped');
    vectors.values[17 * 8 + 3] = Number.NaN;
    await expect(findNearestNeighbors(vectors, options)).rejects.toThrow(/row 17 .*not finite/);
    vectors.values.fill(0, 17 * 8, 18 * 8);
    await expect(findNearestNeighbors(vectors, options)).rejects.toThrow(/row 17 is all zeros/);
  });
});

describe('The schedule of block pairs', () => {
  it.each([1, 2, 3, 7, 8])('lets %i blocks meet once each, and no block twice in a round', (count) => {
    const rounds = pairSchedule(count);
    const pairs = rounds.flat().map(([a, b]) => `${a}-${b}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(pairs).toHaveLength((count * (count + 1)) / 2);
    for (const round of rounds.slice(1)) expect(new Set(round.flat()).size).toBe(2 * round.length);
  });
});

describe('The cosine index', () => {
  it('agrees with the definition on neighbors and ranks', async () => {
    const vectors = gaussian(300, 12, 4);
    const index = await CosineIndex.create(vectors);
    const expected = bruteForce(vectors, 33, 'cosine');
    expect([...(await index.nearest(33, 12)).points]).toEqual(expected.slice(0, 12));
    const asked = Int32Array.of(expected[0], expected[99], expected[298]);
    expect([...(await index.ranks(33, asked))]).toEqual([1, 100, 299]);
    const within = await index.within(33, (await index.nearest(33, 5)).distances[4]);
    expect([...within.points]).toEqual(expected.slice(0, 5));
  });
});
