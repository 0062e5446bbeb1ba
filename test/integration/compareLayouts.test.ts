import { afterAll, describe, expect, it } from 'vitest';
import { applyAlignment } from '../../server/geometry/alignment.ts';
import { isometryFromCenter } from '../../server/geometry/isometry.ts';
import { Random } from '../../server/geometry/random.ts';
import { ComparisonThreads } from '../../server/projection/comparisonThreads.ts';
import { LayoutComparer, type FitChoice } from '../../server/projection/compareLayouts.ts';
import { randomLayout } from '../support/randomLayout.ts';

const comparer = new LayoutComparer();

afterAll(() => comparer.close());

describe('Comparing layouts', () => {
  it('finds no change between a layout and its mirrored, moved image', async () => {
    const left = randomLayout(500, 4);
    const isometry = isometryFromCenter({ x: 0.3, y: -0.5 }, 1.1);
    const right = new Float64Array(left.length);
    for (let i = 0; i < left.length; i += 2) {
      const { x, y } = applyAlignment({ isometry, reflected: true }, { x: left[i], y: left[i + 1] });
      right.set([x, y], i);
    }
    const comparison = await compareLayouts(left, right);
    expect(comparison.alignment.reflected).toBe(true);
    expect(comparison.meanDisplacement).toBeLessThan(1e-9);
    expect(comparison.neighborhoodOverlap).toBe(1);
  });

  it('finds little in common between layouts that have nothing to do with each other', async () => {
    const { neighborhoodOverlap, meanDisplacement } = await compareLayouts(randomLayout(500, 1), randomLayout(500, 2));
    expect(neighborhoodOverlap).toBeLessThan(0.15);
    expect(meanDisplacement).toBeGreaterThan(0.5);
  });

  it('fits on the chosen points alone, however the others have moved', async () => {
    const left = randomLayout(500, 4);
    const right = turned(randomLayout(500, 9), 0.4);
    const chosen = Int32Array.from({ length: 40 }, (_, at) => 10 * at);
    const known = turned(left, 2);
    for (const point of chosen) right.set(known.subarray(2 * point, 2 * point + 2), 2 * point);
    const { alignment, displacement } = await compareLayouts(left, right, chosen);
    expect(alignment.reflected).toBe(false);
    expect(Math.max(...Array.from(chosen, (point) => displacement[point]))).toBeLessThan(1e-6);
  });

  it('leaves the layouts as they are where nothing is to be fitted', async () => {
    const left = randomLayout(100, 4);
    const { alignment, meanDisplacement, neighborhoodOverlap } = await compareLayouts(left, turned(left, 1), 'none');
    expect(alignment).toEqual({ centerX: -0, centerY: -0, rotation: 0, reflected: false });
    expect(meanDisplacement).toBeGreaterThan(0.5);
    expect(neighborhoodOverlap).toBe(1);
  });
});

describe('Threads that compare', () => {
  it('give the same to one comparison after another', async () => {
    const [left, right] = [randomLayout(700, 1), randomLayout(700, 2)];
    const first = await compareLayouts(left, right);
    expect(await compareLayouts(left, right)).toEqual(first);
  });

  it('say why a comparison failed, and others take their place', async () => {
    const threads = new ComparisonThreads();
    const empty = { layouts: [], metrics: [], trees: [], neighbors: [], k: 1, align: null };
    const task = { ...empty, agreement: new Float32Array(1), pairCounts: new BigInt64Array(1) };
    await expect(threads.run(task)).rejects.toThrow(TypeError);
    await expect(threads.run(task)).rejects.toThrow(TypeError);
    await threads.close();
  });
});

describe('The stability of layouts', () => {
  const layout = randomLayout(400, 5);

  it('is 1 for images of one layout under isometries, with an interval of no width', async () => {
    const { mean, interval } = await comparer.measureStability(
      [0, 1, 2].map((angle) => measured(turned(layout, angle))),
    );
    expect(mean).toBe(1);
    expect(interval).toEqual({ low: 1, high: 1 });
  });

  it('is the mean over all pairs, and low for the points that moved', async () => {
    const random = new Random(8);
    const moved = layout.slice();
    for (let point = 0; point < 40; point++) moved.set(randomLayout(1, 100 + random.integer(1000)), 2 * point);
    const layouts = [layout, layout, moved].map(measured);
    const { agreement, mean, interval } = await comparer.measureStability(layouts);
    const pair = await compareLayouts(layout, moved);
    expect(mean).toBeCloseTo((1 + 2 * pair.neighborhoodOverlap) / 3, 6);
    expect(average(agreement.subarray(0, 40))).toBeLessThan(average(agreement.subarray(40)) - 0.2);
    expect(interval!.low).toBeLessThan(mean);
    expect(interval!.high).toBeGreaterThan(mean);
  });

  it('has no interval for two layouts, and refuses layouts of different points', async () => {
    expect((await comparer.measureStability([measured(layout), measured(layout)])).interval).toBeNull();
    await expect(comparer.measureStability([measured(layout), measured(randomLayout(10, 1))])).rejects.toThrow(
      RangeError,
    );
  });
});

function compareLayouts(left: Float64Array, right: Float64Array, fit?: FitChoice) {
  return comparer.compare(measured(left), measured(right), fit);
}

function measured(positions: Float64Array) {
  return { positions, metric: 'poincare' } as const;
}

function turned(layout: Float64Array, angle: number): Float64Array {
  const isometry = isometryFromCenter({ x: 0.2, y: 0.1 }, angle);
  const result = new Float64Array(layout.length);
  for (let i = 0; i < layout.length; i += 2) {
    const { x, y } = applyAlignment({ isometry, reflected: false }, { x: layout[i], y: layout[i + 1] });
    result.set([x, y], i);
  }
  return result;
}

function average(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
