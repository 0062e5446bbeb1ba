import { describe, expect, it } from 'vitest';
import { alignLayouts, applyAlignment, residualsOf } from '../../../server/geometry/alignment.ts';
import { isometryFromCenter } from '../../../server/geometry/isometry.ts';
import { Random } from '../../../server/geometry/random.ts';
import { randomDiskPoint, randomLayout } from '../../support/randomLayout.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

function moved(layout: Float64Array, seed: number, reflected: boolean): Float64Array {
  const random = new Random(seed + 1000);
  const isometry = isometryFromCenter(randomDiskPoint(random, 2), random.uniform() * 6);
  const result = new Float64Array(layout.length);
  for (let i = 0; i < layout.length; i += 2) {
    const { x, y } = applyAlignment({ isometry, reflected }, { x: layout[i], y: layout[i + 1] });
    result.set([x, y], i);
  }
  return result;
}

describe('Aligning 10,000 points', () => {
  it.each([1, 2, 3])('finds the mirrored isometry to 1e-9 among 3,000 points of noise (seed %i)', (seed) => {
    const left = randomLayout(10_000, seed);
    const right = moved(left, seed, true);
    const random = new Random(seed);
    const noisy = new Set(random.sample(10_000, 3000));
    for (const point of noisy) {
      const { x, y } = randomDiskPoint(random, 4);
      right.set([x, y], 2 * point);
    }
    const alignment = alignLayouts(left, right);
    const residuals = residualsOf(left, right, alignment).filter((_, point) => !noisy.has(point));
    expect(alignment.reflected).toBe(true);
    expect(Math.max(...residuals)).toBeLessThan(1e-9);
  });
});

describe.each([false, true])('Aligning a layout with its own image (mirrored: %s)', (reflected) => {
  it.each(SEEDS)('finds the isometry to 1e-9 (seed %i)', (seed) => {
    const left = randomLayout(400, seed);
    const alignment = alignLayouts(left, moved(left, seed, reflected));
    expect(alignment.reflected).toBe(reflected);
    expect(Math.max(...residualsOf(left, moved(left, seed, reflected), alignment))).toBeLessThan(1e-9);
  });

  it.each(SEEDS)('finds it although 30 % of the points are noise (seed %i)', (seed) => {
    const left = randomLayout(400, seed);
    const right = moved(left, seed, reflected);
    const random = new Random(seed);
    const noisy = random.sample(400, 120);
    for (const point of noisy) {
      const { x, y } = randomDiskPoint(random, 4);
      right.set([x, y], 2 * point);
    }
    const alignment = alignLayouts(left, right);
    const residuals = residualsOf(left, right, alignment).filter((_, point) => !noisy.includes(point));
    expect(alignment.reflected).toBe(reflected);
    expect(Math.max(...residuals)).toBeLessThan(1e-9);
  });
});
