import { describe, expect, it } from 'vitest';
import { BadInputError } from '../../../server/errors.ts';
import type { EmbeddingMatrix } from '../../../server/formats/embeddingMatrix.ts';
import { Random } from '../../../server/geometry/random.ts';
import { nearestOnDisk } from '../../../server/neighbors/diskNeighbors.ts';
import { createProjectionEngine } from '../../../server/projection/createProjectionEngine.ts';
import { LayoutField } from '../../../server/projection/layoutField.ts';
import { projectWithLandmarks } from '../../../server/projection/landmarks.ts';
import { PointPlacer, type FinishedLayout } from '../../../server/projection/pointPlacer.ts';
import type { LayoutGeometry } from '../../../server/projection/projection.ts';
import { clusteredVectors, projectionInput } from '../../support/projectionFixtures.ts';

const HELD = 100;

/** 600 vectors around 12 centers: a layout of the first 500, and the others. */
async function layOut(geometry: LayoutGeometry) {
  const all = clusteredVectors(500 + HELD, 10, 3, 12);
  const vectors = rows(all, 0, 500);
  const input = projectionInput(vectors, { geometry, iterations: 300 });
  const engine = await createProjectionEngine(input);
  try {
    const statistics = await engine.step(300);
    const { curvatureScale } = statistics.at(-1)!;
    const { perplexity } = input.parameters;
    const positions = engine.positions();
    const layout: FinishedLayout = { vectors, positions, geometry, curvatureScale, perplexity, metric: 'euclidean' };
    return { layout, held: rows(all, 500, 500 + HELD) };
  } finally {
    await engine.dispose();
  }
}

function rows({ dimension, values }: EmbeddingMatrix, start: number, end: number): EmbeddingMatrix {
  return { rows: end - start, dimension, values: values.slice(start * dimension, end * dimension) };
}

async function place(layout: FinishedLayout, points: EmbeddingMatrix, threads = 1) {
  const placer = await PointPlacer.open(layout, threads);
  try {
    return await placer.place(points);
  } finally {
    await placer.close();
  }
}

/** The share of the 15 base points nearest to each new one in the embedding that are nearest to it on the layout. */
function recall({ positions, geometry }: FinishedLayout, placed: Awaited<ReturnType<typeof place>>): number {
  let kept = 0;
  for (let row = 0; row < HELD; row++) {
    const at = { x: placed.positions[2 * row]!, y: placed.positions[2 * row + 1]! };
    const near = new Set(nearestOnDisk(positions, at, 15, undefined, geometry).points);
    for (let rank = 0; rank < 15; rank++) if (near.has(placed.indices[row * placed.k + rank]!)) kept++;
  }
  return kept / (15 * HELD);
}

describe.each(['poincare', 'euclidean'] as const)('New points on a finished %s layout', (geometry) => {
  it('land among their true neighbors, and the layout stays as it is', async () => {
    const { layout, held } = await layOut(geometry);
    const before = layout.positions.slice();
    const placed = await place(layout, held);
    expect(layout.positions).toEqual(before);
    // Vectors around one center have no order among themselves that two dimensions could keep; by chance it is 0.03.
    expect(recall(layout, placed)).toBeGreaterThan(0.4);
    let ofItsCluster = 0;
    for (let row = 0; row < HELD; row++) {
      const [x, y] = placed.positions.subarray(2 * row, 2 * row + 2);
      expect(Math.hypot(x!, y!)).toBeLessThan(1);
      // Rows go round the 12 clusters, so that the number of a neighbor tells its cluster.
      const nearest = nearestOnDisk(layout.positions, { x: x!, y: y! }, 1, undefined, geometry).points[0]!;
      if (nearest % 12 === (500 + row) % 12) ofItsCluster++;
    }
    expect(ofItsCluster / HELD).toBeGreaterThan(0.9);
  });

  it('land at the same places alone or together, on one thread or several', async () => {
    const { layout, held } = await layOut(geometry);
    const together = await place(layout, held, 3);
    const alone = await place(layout, rows(held, 41, 42));
    expect(alone.positions).toEqual(together.positions.slice(82, 84));
    expect(alone.indices).toEqual(together.indices.slice(41 * together.k, 42 * together.k));
  });
});

describe('A point of the layout itself, placed again', () => {
  it('lands where it is, within the width of its neighborhood', async () => {
    const { layout } = await layOut('poincare');
    const placed = await place(layout, rows(layout.vectors, 0, HELD));
    let near = 0;
    for (let row = 0; row < HELD; row++) {
      const at = { x: placed.positions[2 * row]!, y: placed.positions[2 * row + 1]! };
      if (nearestOnDisk(layout.positions, at, 15).points.includes(row)) near++;
    }
    expect(near / HELD).toBeGreaterThan(0.9);
  });
});

describe('The exact neighbors of new points', () => {
  it.each(['cosine', 'euclidean'] as const)('are those of a plain search by %s distance', async (metric) => {
    const { layout, held } = await layOut('poincare');
    // One far outside the range of the others, as an outlier may be.
    held.values.subarray(0, 10).fill(1000);
    const placed = await place({ ...layout, metric }, held);
    for (const row of [0, 1, 50, 99]) {
      const wanted = bruteForce(layout.vectors, held, row, metric).slice(0, placed.k);
      expect([...placed.indices.subarray(row * placed.k, (row + 1) * placed.k)]).toEqual(wanted);
    }
  });
});

function bruteForce(base: EmbeddingMatrix, queries: EmbeddingMatrix, row: number, metric: string): number[] {
  const query = queries.values.subarray(row * 10, row * 10 + 10);
  const costs = Array.from({ length: base.rows }, (_, j) => {
    const other = base.values.subarray(j * 10, j * 10 + 10);
    const product = query.reduce((sum, value, d) => sum + value * other[d]!, 0);
    const length = other.reduce((sum, value) => sum + value * value, 0);
    return metric === 'cosine' ? -product / Math.sqrt(length) : length - 2 * product;
  });
  return costs.map((_, j) => j).sort((a, b) => costs[a]! - costs[b]!);
}

describe('The repulsion of a layout', () => {
  it.each([true, false])('is that of all its points to within 5 % (on the disk: %s)', (curved) => {
    const random = new Random(5);
    const positions = Float64Array.from({ length: 4000 }, () => Math.tanh(0.7 * random.normal()) * 0.7);
    const field = new LayoutField(positions, curved);
    const sums = { kernel: 0, x: 0, y: 0 };
    let error = 0;
    let whole = 0;
    for (let at = 0; at < 400; at += 2) {
      const [x, y] = [positions[at]! * 0.99, positions[at + 1]! * 0.99];
      field.sumInto(sums, x, y, 200);
      const exact = exactSums(positions, curved, x, y, 200);
      expect(Math.abs(sums.kernel - exact.kernel) / exact.kernel).toBeLessThan(0.05);
      error += (sums.x - exact.x) ** 2 + (sums.y - exact.y) ** 2;
      whole += exact.x ** 2 + exact.y ** 2;
    }
    expect(Math.sqrt(error / whole)).toBeLessThan(0.05);
  });

  it('is finite where many points lie at one place', () => {
    const field = new LayoutField(new Float64Array(2000).fill(0.25), true);
    const sums = { kernel: 0, x: 0, y: 0 };
    field.sumInto(sums, 0.25, 0.25, 100);
    expect(sums).toEqual({ kernel: 1000, x: 0, y: 0 });
  });
});

function exactSums(positions: Float64Array, curved: boolean, x: number, y: number, k: number) {
  const sums = { kernel: 0, x: 0, y: 0 };
  for (let at = 0; at < positions.length; at += 2) {
    const [vx, vy] = [positions[at]!, positions[at + 1]!];
    const inverse = curved ? 1 / (1 - vx * vx - vy * vy) : 1;
    const own = curved ? 1 / (1 - x * x - y * y) : 1;
    const delta = own * inverse * ((x - vx) ** 2 + (y - vy) ** 2);
    const w = 1 / (1 + k * delta);
    sums.kernel += w;
    sums.x += w * w * ((x - vx) * inverse + (curved ? delta * x : 0));
    sums.y += w * w * ((y - vy) * inverse + (curved ? delta * y : 0));
  }
  return sums;
}

describe('A layout by landmarks', () => {
  it('optimizes a seeded sample and places the rest among it', async () => {
    const vectors = clusteredVectors(600, 10, 3, 12);
    const { parameters } = projectionInput(vectors, { iterations: 200, perplexity: 15 });
    const input = { vectors, parameters, metric: 'euclidean' as const, threads: 2, landmarks: 300 };
    const layout = await projectWithLandmarks(input);
    expect(new Set(layout.landmarks).size).toBe(300);
    let ofItsCluster = 0;
    for (let row = 0; row < 600; row++) {
      const place = { x: layout.positions[2 * row]!, y: layout.positions[2 * row + 1]! };
      expect(Math.hypot(place.x, place.y)).toBeLessThan(1);
      if (nearestOnDisk(layout.positions, place, 1, row).points[0]! % 12 === row % 12) ofItsCluster++;
    }
    expect(ofItsCluster / 600).toBeGreaterThan(0.9);
    expect((await projectWithLandmarks({ ...input, threads: 1 })).positions).toEqual(layout.positions);
    await expect(projectWithLandmarks({ ...input, landmarks: 601 })).rejects.toThrow('landmarks: 601');
  });
});

describe('Placing', () => {
  it('refuses vectors that do not fit, naming the row', async () => {
    const { layout, held } = await layOut('poincare');
    await expect(place({ ...layout, positions: layout.positions.slice(2) }, held)).rejects.toThrow(
      'the layout has 499 points, the embeddings have 500 rows',
    );
    const placer = await PointPlacer.open({ ...layout, metric: 'cosine' }, 1);
    try {
      const wrong = (edit: (values: Float32Array) => void): EmbeddingMatrix => {
        const values = held.values.slice();
        edit(values);
        return { ...held, values };
      };
      await expect(placer.place({ rows: 10, dimension: 100, values: held.values })).rejects.toThrow(
        'the new points have 100 components, the layout was made of 10',
      );
      await expect(placer.place(wrong((values) => (values[75] = NaN)))).rejects.toThrow('row 7 holds a number');
      await expect(placer.place(wrong((values) => values.fill(0, 30, 40)))).rejects.toThrow('row 3 is all zeros');
      await expect(placer.place(wrong((values) => values.fill(0, 30, 40)))).rejects.toBeInstanceOf(BadInputError);
    } finally {
      await placer.close();
    }
  });
});
