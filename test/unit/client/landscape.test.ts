import { describe, expect, it } from 'vitest';
import { clusterLabels } from '../../../client/src/disk/landscape/clusters.ts';
import { contourLines } from '../../../client/src/disk/landscape/contours.ts';
import { cellMiddle, densityOf } from '../../../client/src/disk/landscape/density.ts';
import { separations } from '../../../client/src/disk/landscape/separation.ts';
import { Random } from '../../../server/geometry/random.ts';
import { applyIsometry, translation } from '../../../server/geometry/isometry.ts';
import { geodesicDistance } from '../../../server/geometry/poincare.ts';

/** Points in a geodesic disk around a center, as `count` × 2. */
function blob(center: { x: number; y: number }, radius: number, count: number, seed: number): Float32Array {
  const random = new Random(seed);
  const move = translation(center);
  const points = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) {
    const norm = Math.tanh((radius * Math.sqrt(random.uniform())) / 2);
    const angle = 2 * Math.PI * random.uniform();
    const { x, y } = applyIsometry(move, { x: norm * Math.cos(angle), y: norm * Math.sin(angle) });
    points.set([x, y], 2 * i);
  }
  return points;
}

function pointOf(points: Float32Array, i: number): { x: number; y: number } {
  return { x: points[2 * i]!, y: points[2 * i + 1]! };
}

describe('the room of pictures', () => {
  it('keeps points that have room for a radius that far apart, near the rim too', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const points = blob({ x: 0.1 * seed, y: 0.9 - 0.1 * seed }, 3, 400, seed);
      const room = separations(points, 'POINCARE');
      for (const radius of [1, 0.5, 0.25]) {
        const wide = [...room.keys()].filter((i) => room[i]! >= radius);
        for (const [position, i] of wide.entries()) {
          for (const j of wide.slice(position + 1)) {
            expect(geodesicDistance(pointOf(points, i), pointOf(points, j))).toBeGreaterThan(radius * 0.999);
          }
        }
      }
    }
  });

  it('leaves no point without a picture within its radius', () => {
    const points = blob({ x: 0.5, y: -0.2 }, 2.5, 300, 9);
    const room = separations(points, 'POINCARE');
    const wide = [...room.keys()].filter((i) => room[i]! >= 0.5);
    for (let i = 0; i < 300; i++) {
      expect(wide.some((j) => geodesicDistance(pointOf(points, i), pointOf(points, j)) <= 0.5)).toBe(true);
    }
  });

  it('is Euclidean on a flat layout', () => {
    const points = Float32Array.from([0, 0, 0.3, 0, 0.31, 0]);
    const room = separations(points, 'EUCLIDEAN');
    expect(room.filter((value) => value > 0.2)).toHaveLength(2);
  });
});

describe('density', () => {
  it('gives two equal clusters equal density, wherever on the disk they lie', () => {
    const middle = densityOf(blob({ x: 0, y: 0 }, 0.8, 3000, 1), 'POINCARE', 0.5, 256);
    const outside = densityOf(blob({ x: 0.8, y: 0 }, 0.8, 3000, 1), 'POINCARE', 0.5, 256);
    expect(Math.max(...outside.values) / Math.max(...middle.values)).toBeCloseTo(1, 0);
  });

  it('adds up to the number of points over the hyperbolic area', () => {
    const { size, values } = densityOf(blob({ x: 0.6, y: 0.3 }, 1, 500, 3), 'POINCARE', 0.5, 192);
    let sum = 0;
    for (let cell = 0; cell < values.length; cell++) {
      const closeness = 1 - cellMiddle(cell % size, size) ** 2 - cellMiddle(Math.floor(cell / size), size) ** 2;
      if (closeness > 0) sum += (values[cell]! * 4 * (2 / size) ** 2) / closeness ** 2;
    }
    // The field counts points in units of cells, whose Euclidean side is 2 / size.
    expect(sum * (size / 2) ** 2).toBeCloseTo(500, 0);
  });

  it('has lines around the cluster and none elsewhere', () => {
    const { segments } = contourLines(densityOf(blob({ x: 0.5, y: 0 }, 0.6, 800, 5), 'POINCARE', 0.5, 192));
    expect(segments.length).toBeGreaterThan(100);
    for (let i = 0; i < segments.length; i += 2) {
      expect(geodesicDistance({ x: 0.5, y: 0 }, { x: segments[i]!, y: segments[i + 1]! })).toBeLessThan(1.4);
    }
  });
});

describe('names of regions', () => {
  it('are those of most of their points, at their densest place', () => {
    const left = blob({ x: -0.6, y: 0 }, 0.7, 300, 7);
    const right = blob({ x: 0.6, y: 0 }, 0.7, 500, 8);
    const points = Float32Array.from([...left, ...right]);
    const codes = new Int16Array(800).map((_, i) => (i < 300 ? 0 : i % 10 === 0 ? 0 : 1));
    const field = densityOf(points, 'POINCARE', 0.9, 96);
    const labels = clusterLabels(field, points, codes, 2, { smallest: 100, minShare: 0.5 });
    expect(labels.map(({ code }) => code)).toEqual([1, 0]);
    expect(geodesicDistance(labels[0]!, { x: 0.6, y: 0 })).toBeLessThan(0.6);
    expect(labels[0]!.share).toBeCloseTo(0.9, 1);
  });
});
