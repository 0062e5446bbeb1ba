import { describe, expect, it } from 'vitest';
import { applyIsometry, isometryFromCenter } from '../../../server/geometry/isometry.ts';
import { centeredOnTiling, tilingEdges } from '../../../client/src/disk/tiling.ts';

function lengthOf([x0, y0, x1, y1]: number[]): number {
  const gap = (x0! - x1!) ** 2 + (y0! - y1!) ** 2;
  return Math.acosh(1 + (2 * gap) / ((1 - x0! ** 2 - y0! ** 2) * (1 - x1! ** 2 - y1! ** 2)));
}

function edges(reach: number): number[][] {
  const flat = tilingEdges(reach);
  return Array.from({ length: flat.length / 4 }, (_, i) => [...flat.subarray(4 * i, 4 * i + 4)]);
}

/** Edge length of {7,3}: 2 acosh(cos(π/7) / sin(π/3)). */
const EDGE = 2 * Math.acosh(Math.cos(Math.PI / 7) / Math.sin(Math.PI / 3));

describe('the {7,3} tiling', () => {
  it('has edges of one hyperbolic length', () => {
    for (const edge of edges(3)) expect(lengthOf(edge)).toBeCloseTo(EDGE, 3);
  });

  it('has seven edges around the center and each edge once', () => {
    expect(edges(0.1)).toHaveLength(7);
    // Eight tiles: 7 around the center, 7 spokes and 28 outside.
    expect(edges(1.2)).toHaveLength(42);
  });

  it('meets three edges at every inner vertex', () => {
    const meeting = new Map<string, number>();
    for (const [x0, y0, x1, y1] of edges(4)) {
      for (const [x, y] of [
        [x0!, y0!],
        [x1!, y1!],
      ] as const) {
        if (Math.hypot(x, y) > 0.75) continue;
        const key = `${Math.round(x * 1e3)} ${Math.round(y * 1e3)}`;
        meeting.set(key, (meeting.get(key) ?? 0) + 1);
      }
    }
    expect(new Set(meeting.values())).toEqual(new Set([3]));
  });

  it('is drawn around the middle of the screen however far the view goes', () => {
    const view = isometryFromCenter({ x: Math.tanh(4.9), y: 0 }, 0.3);
    const place = applyIsometry(centeredOnTiling(view), { x: 0, y: 0 });
    // No place of the plane is farther from a tile's center than its circumradius.
    expect(2 * Math.atanh(Math.hypot(place.x, place.y))).toBeLessThan(0.63);
  });
});
