import { describe, expect, it } from 'vitest';
import { geodesicDistance } from '../../../server/geometry/poincare.ts';
import { DiskIndex } from '../../../server/neighbors/diskIndex.ts';
import {
  nearestOnDisk,
  ranksOnDisk,
  withinRadius,
  type LayoutMetric,
} from '../../../server/neighbors/diskNeighbors.ts';
import { randomLayout } from '../../support/randomLayout.ts';

const COUNT = 800;

function distanceBetween(layout: Float64Array, a: number, b: number, metric: LayoutMetric): number {
  const [u, v] = [a, b].map((point) => ({ x: layout[2 * point], y: layout[2 * point + 1] }));
  return metric === 'poincare' ? geodesicDistance(u, v) : Math.hypot(u.x - v.x, u.y - v.y);
}

describe.each<LayoutMetric>(['poincare', 'euclidean'])('Neighbors on a layout (%s)', (metric) => {
  // Up to 12 from the origin: |u| = 0.99999.
  const layout = randomLayout(COUNT, 3, 12);
  const others = Array.from({ length: COUNT }, (_, point) => point);
  const sortedFrom = (point: number): number[] =>
    others
      .filter((other) => other !== point)
      .sort((a, b) => distanceBetween(layout, point, a, metric) - distanceBetween(layout, point, b, metric));

  it.each([0, 17, 411, 799])('are the nearest by the definition (point %i)', (point) => {
    const place = { x: layout[2 * point], y: layout[2 * point + 1] };
    const expected = sortedFrom(point);
    const found = nearestOnDisk(layout, place, 15, point, metric);
    expect([...found.points]).toEqual(expected.slice(0, 15));
    found.points.forEach((other, rank) => {
      expect(found.distances[rank]).toBeCloseTo(distanceBetween(layout, point, other, metric), 9);
    });
    const ranks = ranksOnDisk(layout, place, Int32Array.of(expected[0], expected[300]), point, metric);
    expect([...ranks]).toEqual([1, 301]);
  });

  it('within a radius are exactly those nearer than it', () => {
    const place = { x: layout[20], y: layout[21] };
    const radius = metric === 'poincare' ? 9 : 0.2;
    const found = withinRadius(layout, place, radius, 10, metric);
    const expected = sortedFrom(10).filter((other) => distanceBetween(layout, 10, other, metric) <= radius);
    expect(expected.length).toBeGreaterThan(3);
    expect([...found.points]).toEqual(expected);
  });

  it('come the same from the tree as from the scan', () => {
    const index = DiskIndex.build(layout, metric);
    const again = DiskIndex.over(layout, metric, index.data);
    for (let point = 0; point < COUNT; point++) {
      const place = { x: layout[2 * point], y: layout[2 * point + 1] };
      const scan = nearestOnDisk(layout, place, 15, point, metric);
      expect([...index.nearestToPoint(point, 15).points]).toEqual([...scan.points]);
      expect([...again.nearestToPoint(point, 15).points]).toEqual([...scan.points]);
      const beside = { x: 0.9 * place.x + 0.01, y: 0.9 * place.y };
      expect(index.nearestTo(beside, 20)).toEqual(nearestOnDisk(layout, beside, 20, undefined, metric));
    }
  });

  it('within a radius come the same from the tree as from the scan, the nearest of them when there are too many', () => {
    const index = DiskIndex.build(layout, metric);
    for (let point = 0; point < COUNT; point += 7) {
      const place = { x: layout[2 * point], y: layout[2 * point + 1] };
      for (const radius of metric === 'poincare' ? [0, 0.5, 4, 11, 40] : [0, 0.01, 0.3, 3]) {
        const scan = withinRadius(layout, place, radius, point, metric);
        expect(index.nearestWithin(place, radius, COUNT, point)).toEqual(scan);
        const few = index.nearestWithin(place, radius, 5, point);
        expect([...few.points]).toEqual([...scan.points.subarray(0, 5)]);
      }
    }
  });

  it('have the same ranks by the tree as by the scan', () => {
    const index = DiskIndex.build(layout, metric);
    for (let point = 0; point < COUNT; point += 11) {
      const place = { x: layout[2 * point], y: layout[2 * point + 1] };
      const asked = Int32Array.from({ length: 12 }, (_, i) => (point * 31 + i * i * 57) % COUNT);
      expect(index.ranks(place, asked, point)).toEqual(ranksOnDisk(layout, place, asked, point, metric));
      const beside = { x: 0.9 * place.x + 0.01, y: 0.9 * place.y };
      expect(index.ranks(beside, asked)).toEqual(ranksOnDisk(layout, beside, asked, undefined, metric));
    }
  });

  it.each([2, 321])('have the rank that they come at (seen from point %i)', (point) => {
    const place = { x: layout[2 * point], y: layout[2 * point + 1] };
    const all = nearestOnDisk(layout, place, COUNT, undefined, metric).points;
    expect([...ranksOnDisk(layout, place, all, undefined, metric)]).toEqual(others.map((rank) => rank + 1));
    const some = all.filter((_, rank) => rank % 90 === 5).reverse();
    const ranks = ranksOnDisk(layout, place, some, point, metric);
    // The point itself comes first, and is not counted.
    expect([...ranks]).toEqual(Array.from(some, (other) => all.indexOf(other)));
  });
});

describe('Neighbors where many points coincide', () => {
  const layout = new Float64Array(2 * 300).fill(0.25);

  it('are found, lower indices first', () => {
    const index = DiskIndex.build(layout, 'poincare');
    expect([...index.nearestToPoint(2, 4).points]).toEqual([0, 1, 3, 4]);
  });

  it('are ranked by their indices', () => {
    const place = { x: 0.25, y: 0.25 };
    const asked = Int32Array.of(299, 0, 3, 100);
    expect([...ranksOnDisk(layout, place, asked, 2)]).toEqual([299, 1, 3, 100]);
    expect([...DiskIndex.build(layout, 'poincare').ranks(place, asked, 2)]).toEqual([299, 1, 3, 100]);
  });
});
