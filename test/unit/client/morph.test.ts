import { describe, expect, it } from 'vitest';
import { alignedPoint } from '../../../client/src/disk/alignedView.ts';
import { morphed, placesIn } from '../../../client/src/disk/morph.ts';
import { geodesicDistance, geodesicPoint } from '../../../server/geometry/poincare.ts';

const alignment = { centerX: 0.3, centerY: -0.2, rotation: 1.1, reflected: true };

describe('The way from one layout to the other', () => {
  it('ends where the alignment says, matched by image, also for a mirrored layout', () => {
    const right = { x: 0.4, y: 0.5 };
    const there = alignedPoint(alignment, right);
    const other = { positions: Float32Array.of(0.9, 0, there.x, there.y), imageIndices: Int32Array.of(2, 7) };
    const places = placesIn(other, Int32Array.of(1, 7), alignment);
    expect([places[0], places[1]]).toEqual([NaN, NaN]);
    // The panel draws the mirror image, in which the point lies at (x, −y).
    expect(places[2]).toBeCloseTo(0.4, 6);
    expect(places[3]).toBeCloseTo(-0.5, 6);
  });

  it('is a geodesic at constant speed, and points without a target stay', () => {
    const from = { x: 0.1, y: 0.7 };
    const to = { x: -0.6, y: 0.2 };
    const own = Float32Array.of(from.x, from.y, 0.25, 0.5);
    const targets = Float32Array.of(to.x, to.y, NaN, NaN);
    const result = morphed('POINCARE', own, targets, 0.25);
    const expected = geodesicPoint(0.25, from, to);
    expect(result[0]).toBeCloseTo(expected.x, 6);
    expect(result[1]).toBeCloseTo(expected.y, 6);
    expect(geodesicDistance(from, expected)).toBeCloseTo(geodesicDistance(from, to) / 4, 9);
    expect([result[2], result[3]]).toEqual([0.25, 0.5]);
    expect(morphed('POINCARE', own, targets, 1)[0]).toBeCloseTo(to.x, 6);
    expect(morphed('EUCLIDEAN', own, targets, 0.5)[0]).toBeCloseTo(-0.25, 6);
  });
});
