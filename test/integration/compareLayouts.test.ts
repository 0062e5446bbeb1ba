import { describe, expect, it } from 'vitest';
import { applyAlignment } from '../../server/geometry/alignment.ts';
import { isometryFromCenter } from '../../server/geometry/isometry.ts';
import { compareLayouts } from '../../server/projection/compareLayouts.ts';
import { randomLayout } from '../support/randomLayout.ts';

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
});
