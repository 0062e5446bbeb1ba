import { describe, expect, it } from 'vitest';
import { nearestInDirection } from '../../../client/src/disk/directionalNeighbor.ts';
import { HOME_VIEW, toView } from '../../../client/src/disk/diskTransform.ts';
import { nearestPoint } from '../../../client/src/disk/nearestPoint.ts';

const from = Float32Array.from([0, 0, 0.5, 0, 0, 0.5, -0.9, 0]);
const to = Float32Array.from([0, 0, 0.7, 0, 0, 0.5, -0.9, 0]);
const motion = { from, to, share: 0.5 };
const visible = new Uint8Array(16).fill(255);

describe('finding points', () => {
  it.each(['POINCARE', 'EUCLIDEAN'] as const)('finds the point where it is seen on the plane %s', (plane) => {
    const view = { center: { x: 0.3, y: -0.2 }, rotation: 1.1, zoom: 1 };
    const seen = toView(plane, view, { x: 0.6, y: 0 });
    expect(nearestPoint(plane, view, motion, seen, 0.01, visible)).toBe(1);
  });

  it('finds nothing out of reach and nothing hidden', () => {
    expect(nearestPoint('POINCARE', HOME_VIEW, motion, { x: 0.3, y: 0.3 }, 0.05, visible)).toBe(-1);
    const hidden = visible.slice();
    hidden[3] = 0;
    expect(nearestPoint('POINCARE', HOME_VIEW, motion, { x: 0, y: 0 }, 0.05, hidden)).toBe(-1);
  });

  it('goes to the next point in the direction of the arrow', () => {
    const go = (start: number | null, x: number, y: number): number | null =>
      nearestInDirection('POINCARE', HOME_VIEW, motion, start, { x, y }, visible);
    expect(go(0, 1, 0)).toBe(1);
    expect(go(0, 0, 1)).toBe(2);
    expect(go(0, -1, 0)).toBe(3);
    expect(go(3, -1, 0)).toBeNull();
  });
});
