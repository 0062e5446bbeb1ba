import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignedPoint, alignedView, unalignedView } from '../../../client/src/disk/alignedView.ts';
import { toView } from '../../../client/src/disk/diskTransform.ts';

const angle = fc.double({ min: -3.1, max: 3.1, noNaN: true });
const point = fc
  .tuple(fc.double({ min: 0, max: 0.95, noNaN: true }), angle)
  .map(([radius, turn]) => ({ x: radius * Math.cos(turn), y: radius * Math.sin(turn) }));
const view = fc.record({ center: point, rotation: angle, zoom: fc.constant(1.5) });
const alignment = fc
  .tuple(point, angle, fc.boolean())
  .map(([center, rotation, reflected]) => ({ centerX: center.x, centerY: center.y, rotation, reflected }));

describe('An aligned view', () => {
  it('shows a point of the aligned layout where the other view shows its place after alignment', () => {
    fc.assert(
      fc.property(alignment, view, point, (carried, seen, place) => {
        const mirrored = { x: place.x, y: carried.reflected ? -place.y : place.y };
        const shown = toView('POINCARE', alignedView(carried, seen), mirrored);
        const expected = toView('POINCARE', seen, alignedPoint(carried, place));
        expect(Math.hypot(shown.x - expected.x, shown.y - expected.y)).toBeLessThan(1e-9);
      }),
    );
  });

  it('leads back to the view it was made from', () => {
    fc.assert(
      fc.property(alignment, view, (carried, seen) => {
        const back = unalignedView(carried, alignedView(carried, seen));
        expect(Math.hypot(back.center.x - seen.center.x, back.center.y - seen.center.y)).toBeLessThan(1e-9);
        expect(Math.cos(back.rotation - seen.rotation)).toBeCloseTo(1, 9);
        expect(back.zoom).toBe(seen.zoom);
      }),
    );
  });
});
