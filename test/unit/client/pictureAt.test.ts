import { describe, expect, it } from 'vitest';
import { fitTo, HOME_VIEW, toView } from '../../../client/src/disk/diskTransform.ts';
import { pictureSide } from '../../../client/src/disk/layers/pictures/pictureSize.ts';
import { pictureAt } from '../../../client/src/disk/pictureAt.ts';

const SIZES = { scalePixels: 400, minPixels: 20, maxPixels: 60 };

function at(seen: { x: number; y: number }, places: number[], separations: number[], hidden: number[] = []): number {
  const layout = Float32Array.from(places);
  const colors = new Uint8Array(separations.length * 4).fill(255);
  for (const point of hidden) colors[4 * point + 3] = 0;
  const motion = { from: layout, to: layout, share: 1 };
  return pictureAt('POINCARE', HOME_VIEW, motion, seen, SIZES, Float32Array.from(separations), colors);
}

describe('pictures as points', () => {
  it('are found anywhere on their square, and nowhere else', () => {
    const half = pictureSide('POINCARE', SIZES, 1, 1) / 2 / SIZES.scalePixels;
    expect(at({ x: 0.98 * half, y: -0.98 * half }, [0, 0], [1])).toBe(0);
    expect(at({ x: 1.02 * half, y: 0 }, [0, 0], [1])).toBe(-1);
  });

  it('lie over those farther out, and hidden ones are not found', () => {
    const places = [0.06, 0, 0.02, 0];
    expect(at({ x: 0.04, y: 0 }, places, [1, 1])).toBe(1);
    expect(at({ x: 0.04, y: 0 }, places, [1, 1], [1])).toBe(0);
  });

  it('shrink toward the rim and give way to dots where there is no room', () => {
    const sides = [1, 0.6, 0.3].map((closeness) => pictureSide('POINCARE', SIZES, 1, closeness));
    expect(sides[0]).toBeGreaterThan(sides[1]!);
    expect(sides[1]).toBeGreaterThan(sides[2]!);
    expect(pictureSide('POINCARE', SIZES, 1, 0.05)).toBe(0);
    expect(at({ x: 0, y: 0 }, [0, 0], [0.05])).toBe(-1);
  });
});

describe('fitting the view', () => {
  it.each(['POINCARE', 'EUCLIDEAN'] as const)('shows all points near the middle on a %s layout', (plane) => {
    const points = Float64Array.from([0.7, 0.2, 0.75, 0.25, 0.72, 0.31]);
    const { center, zoom } = fitTo(plane, points);
    const radii = [0, 1, 2].map((i) => {
      const seen = toView(plane, { center, rotation: 0, zoom }, { x: points[2 * i]!, y: points[2 * i + 1]! });
      return zoom * Math.hypot(seen.x, seen.y);
    });
    expect(Math.max(...radii)).toBeLessThanOrEqual(0.8 + 1e-9);
    expect(zoom).toBeGreaterThan(1);
  });
});
