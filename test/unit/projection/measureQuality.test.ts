import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EmbeddingMatrix } from '../../../server/formats/embeddingMatrix.ts';
import { geodesicDistance } from '../../../server/geometry/poincare.ts';
import { Random } from '../../../server/geometry/random.ts';
import { measureQuality, qualityNeighborCount } from '../../../server/projection/measureQuality.ts';
import type { LayoutGeometry } from '../../../server/projection/projection.ts';
import { syntheticTree } from '../../support/dataKinds.ts';
import { randomLayout } from '../../support/randomLayout.ts';

interface KnownFigures {
  readonly dimension: number;
  readonly embeddings: number[];
  readonly layout: number[];
  readonly figures: Record<
    'cosine' | 'euclidean',
    Record<'trustworthiness' | 'continuity' | 'distanceCorrelation', number>
  >;
}

/** rank[i][j]: how many points are at most as far from i as j is, i itself left out; from a distance by definition. */
function rankMatrix(count: number, distance: (i: number, j: number) => number): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const order = Array.from({ length: count }, (__, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => distance(i, a) - distance(i, b) || a - b);
    const ranks = new Array<number>(count).fill(0);
    order.forEach((j, position) => (ranks[j] = position + 1));
    return ranks;
  });
}

/** The formulas of Venna and Kaski (2001) as scikit-learn's `trustworthiness` has them, written down plainly. */
function byDefinition(high: number[][], low: number[][], k: number) {
  const n = high.length;
  const penalty = (inside: number[][], outside: number[][]): number => {
    let sum = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) if (i !== j && inside[i][j] <= k) sum += Math.max(0, outside[i][j] - k);
    return 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * sum;
  };
  let kept = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j && high[i][j] <= k && low[i][j] <= k) kept++;
  return { trustworthiness: penalty(low, high), continuity: penalty(high, low), recall: kept / (n * k) };
}

function clustered(rows: number, dimension: number, seed: number): EmbeddingMatrix & { labels: Int32Array } {
  const random = new Random(seed);
  const labels = Int32Array.from({ length: rows }, (_, row) => row % 4);
  const values = new Float32Array(rows * dimension);
  for (let row = 0; row < rows; row++) {
    for (let d = 0; d < dimension; d++) values[row * dimension + d] = random.normal() + (d % 4 === labels[row] ? 4 : 0);
  }
  return { rows, dimension, values, labels };
}

function cosineDistance({ dimension, values }: EmbeddingMatrix, i: number, j: number): number {
  let ij = 0;
  let ii = 0;
  let jj = 0;
  for (let d = 0; d < dimension; d++) {
    const [a, b] = [values[i * dimension + d], values[j * dimension + d]];
    ij += a * b;
    ii += a * a;
    jj += b * b;
  }
  return 1 - ij / Math.sqrt(ii * jj);
}

describe('The quality figures', () => {
  it.each<[LayoutGeometry, number]>([
    ['poincare', 130],
    ['euclidean', 130],
    ['poincare', 20],
  ])('agree with their definitions to 1e-6 (%s, %i points)', async (geometry, rows) => {
    const vectors = clustered(rows, 10, 2);
    const positions = randomLayout(rows, 8, 5);
    const at = (i: number) => ({ x: positions[2 * i], y: positions[2 * i + 1] });
    const onLayout = (i: number, j: number): number =>
      geometry === 'poincare' ? geodesicDistance(at(i), at(j)) : Math.hypot(at(i).x - at(j).x, at(i).y - at(j).y);
    const measured = await measureQuality({
      vectors,
      positions,
      labels: vectors.labels,
      curvatureScale: 3,
      geometry,
      seed: 1,
      threads: 2,
    });
    const high = rankMatrix(rows, (i, j) => cosineDistance(vectors, i, j));
    const low = rankMatrix(rows, onLayout);
    const expected = byDefinition(high, low, qualityNeighborCount(rows));
    expect(measured.trustworthinessAt15).toBeCloseTo(expected.trustworthiness, 6);
    expect(measured.continuityAt15).toBeCloseTo(expected.continuity, 6);
    expect(measured.recallAt15).toBeCloseTo(expected.recall, 6);
    expect(measured.sampleSize).toBe(rows);
    expect(measured.recallPerPoint.reduce((sum, value) => sum + value, 0) / rows).toBeCloseTo(expected.recall, 5);
  });

  it.each(['cosine', 'euclidean'] as const)('are those of scikit-learn and SciPy to 1e-6 (%s)', async (metric) => {
    const known = JSON.parse(readFileSync('test/fixtures/quality/figures.json', 'utf8')) as KnownFigures;
    const values = Float32Array.from(known.embeddings);
    const quality = await measureQuality({
      vectors: { rows: values.length / known.dimension, dimension: known.dimension, values },
      positions: Float64Array.from(known.layout),
      labels: null,
      curvatureScale: 1,
      geometry: 'euclidean',
      metric,
      seed: 1,
      threads: 2,
    });
    const expected = known.figures[metric];
    expect(Math.abs(quality.trustworthinessAt15 - expected.trustworthiness)).toBeLessThan(1e-6);
    expect(Math.abs(quality.continuityAt15 - expected.continuity)).toBeLessThan(1e-6);
    expect(Math.abs(quality.distanceCorrelation - expected.distanceCorrelation)).toBeLessThan(1e-6);
    expect(quality.errors.trustworthinessAt15).toBe(0);
  });

  it(
    'of more than 20,000 points come from a sample, within the errors that they tell',
    { timeout: 90_000 },
    async () => {
      const vectors = clustered(20_400, 4, 3);
      const positions = Float64Array.from({ length: 40_800 }, (_, at) => vectors.values[4 * (at >> 1) + (at & 1)] / 40);
      const input = { vectors, positions, labels: null, curvatureScale: 1, geometry: 'poincare' as const, threads: 2 };
      const one = await measureQuality({ ...input, seed: 1 });
      expect(one.sampleSize).toBe(3000);
      const perPoint = one.recallPerPoint.filter((value) => !Number.isNaN(value));
      expect(perPoint).toHaveLength(3000);
      const variance = perPoint.reduce((sum, value) => sum + (value - one.recallAt15) ** 2, 0) / 2999;
      expect(one.errors.recallAt15).toBeCloseTo(1.96 * Math.sqrt((variance / 3000) * (17_400 / 20_399)), 6);
      for (const name of ['recallAt15', 'trustworthinessAt15', 'continuityAt15', 'distanceCorrelation'] as const) {
        expect(one.errors[name]).toBeGreaterThan(0);
        expect(one.errors[name]).toBeLessThan(0.02);
      }
    },
  );

  it('tell how far the layout is from a tree that is known', async () => {
    const { parents, ...vectors } = syntheticTree(100, 1);
    const input = { vectors, labels: null, curvatureScale: 1, geometry: 'poincare' as const, seed: 1, threads: 1 };
    const quality = await measureQuality({ ...input, positions: randomLayout(100, 1, 2), parents: parents! });
    expect(quality.treeDistortion).toBeGreaterThan(0.1);
    expect(quality.errors.treeDistortion).toBe(0);
    await expect(
      measureQuality({ ...input, positions: randomLayout(100, 1, 2), parents: parents!.subarray(1) }),
    ).rejects.toThrow('99 rows');
  });

  it('are perfect where the layout is the embedding', async () => {
    const rows = 90;
    const angle = (row: number): number => row / rows + row * row * 1e-5;
    const vectors = {
      rows,
      dimension: 2,
      values: Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? Math.sin : Math.cos)(angle(i >> 1))),
    };
    const positions = Float64Array.from(
      { length: 2 * rows },
      (_, i) => 0.5 * (i % 2 ? Math.sin : Math.cos)(angle(i >> 1)),
    );
    const labels = Int32Array.from({ length: rows }, (_, row) => (row < 45 ? 0 : 1));
    const quality = await measureQuality({
      vectors,
      positions,
      labels,
      curvatureScale: 1,
      geometry: 'poincare',
      seed: 1,
      threads: 1,
    });
    expect(quality.recallAt15).toBe(1);
    expect(quality.trustworthinessAt15).toBe(1);
    expect(quality.continuityAt15).toBe(1);
    expect(quality.labelKnnAt15).toBeGreaterThan(0.95);
    expect(quality.rimFraction).toBe(0);
  });

  it('counts the points at the rim, and has no label figure without labels', async () => {
    const vectors = clustered(40, 6, 1);
    const positions = randomLayout(40, 1, 2);
    positions.set([0.995, 0, -0.6, 0.795], 0);
    const quality = await measureQuality({
      vectors,
      positions,
      labels: null,
      curvatureScale: 1,
      geometry: 'poincare',
      seed: 1,
      threads: 2,
    });
    expect(quality.rimFraction).toBe(2 / 40);
    expect(quality.labelKnnAt15).toBeNull();
  });

  it('leaves points without a label out of the vote', async () => {
    const vectors = clustered(40, 6, 1);
    const input = {
      vectors,
      positions: randomLayout(40, 1, 2),
      curvatureScale: 1,
      geometry: 'poincare' as const,
      seed: 1,
      threads: 1,
    };
    const half = vectors.labels.map((label, point) => (point % 2 === 0 ? 0 : -1 * Math.min(1, label + 1)));
    expect((await measureQuality({ ...input, labels: half })).labelKnnAt15).toBe(1);
    expect((await measureQuality({ ...input, labels: new Int32Array(40).fill(-1) })).labelKnnAt15).toBeNull();
  });

  it('exist for three points', async () => {
    const quality = await measureQuality({
      vectors: clustered(3, 4, 1),
      positions: Float64Array.of(0, 0, 0.1, 0, 0, 0.3),
      labels: null,
      curvatureScale: 1,
      geometry: 'poincare',
      seed: 1,
      threads: 2,
    });
    for (const name of ['recallAt15', 'trustworthinessAt15', 'continuityAt15'] as const) {
      expect(quality[name]).toBeGreaterThanOrEqual(0);
      expect(quality[name]).toBeLessThanOrEqual(1);
    }
  });
});
