import { describe, expect, it } from 'vitest';
import {
  distanceFromOrigin,
  fromView,
  glided,
  HOME_VIEW,
  panned,
  REACH,
  rotated,
  screenToView,
  toView,
  viewToScreen,
  withinReach,
  zoomed,
} from '../../../client/src/disk/diskTransform.ts';
import type { DiskPoint, DiskView, Plane } from '../../../client/src/disk/diskTransform.ts';

const PLANES: readonly Plane[] = ['POINCARE', 'EUCLIDEAN'];

/** A fixed sequence of numbers from 0 to 1 (Park and Miller 1988). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

function pointIn(source: Generator<number, never>, largest = 0.95): DiskPoint {
  const radius = largest * Math.sqrt(source.next().value);
  const angle = 2 * Math.PI * source.next().value;
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

function viewFrom(source: Generator<number, never>): DiskView {
  return { center: pointIn(source), rotation: 6 * source.next().value - 3, zoom: 1 + 3 * source.next().value };
}

/** The definition: acosh(1 + 2|u−v|² / ((1−|u|²)(1−|v|²))). */
function geodesicDistance(u: DiskPoint, v: DiskPoint): number {
  const gap = (u.x - v.x) ** 2 + (u.y - v.y) ** 2;
  return Math.acosh(1 + (2 * gap) / ((1 - u.x ** 2 - u.y ** 2) * (1 - v.x ** 2 - v.y ** 2)));
}

function expectSame(actual: DiskPoint, expected: DiskPoint, digits = 10): void {
  expect(actual.x).toBeCloseTo(expected.x, digits);
  expect(actual.y).toBeCloseTo(expected.y, digits);
}

describe('the view of the disk', () => {
  it.each([1, 2, 3, 4, 5])('follows e^(iθ)(z − a)/(1 − āz) computed by complex numbers, seed %i', (seed) => {
    const source = numbers(seed);
    const view = viewFrom(source);
    const z = pointIn(source);
    const { x: ax, y: ay } = view.center;
    const below = { x: 1 - (ax * z.x + ay * z.y), y: -(ax * z.y - ay * z.x) };
    const norm = below.x ** 2 + below.y ** 2;
    const above = { x: z.x - ax, y: z.y - ay };
    const moved = {
      x: (above.x * below.x + above.y * below.y) / norm,
      y: (above.y * below.x - above.x * below.y) / norm,
    };
    const [cosine, sine] = [Math.cos(view.rotation), Math.sin(view.rotation)];
    expectSame(toView('POINCARE', view, z), {
      x: cosine * moved.x - sine * moved.y,
      y: sine * moved.x + cosine * moved.y,
    });
  });

  it.each(PLANES)('is undone by its inverse on the plane %s', (plane) => {
    const source = numbers(11);
    for (let i = 0; i < 50; i++) {
      const view = viewFrom(source);
      const point = pointIn(source);
      expectSame(fromView(plane, view, toView(plane, view, point)), point, 9);
    }
  });

  it('keeps geodesic distances', () => {
    const source = numbers(12);
    for (let i = 0; i < 50; i++) {
      const view = viewFrom(source);
      const [u, v] = [pointIn(source), pointIn(source)];
      const seen = geodesicDistance(toView('POINCARE', view, u), toView('POINCARE', view, v));
      expect(seen).toBeCloseTo(geodesicDistance(u, v), 7);
    }
  });

  it('maps pixels to the disk and back', () => {
    const screen = { middleX: 400, middleY: 300, radius: 250 };
    expectSame(screenToView(screen, 2, 400, 300), { x: 0, y: 0 });
    expectSame(screenToView(screen, 1, 650, 300), { x: 1, y: 0 });
    expectSame(screenToView(screen, 1, 400, 50), { x: 0, y: 1 });
    expectSame(viewToScreen(screen, 2, screenToView(screen, 2, 123, 456)), { x: 123, y: 456 });
  });
});

describe('panning', () => {
  it.each(PLANES)('keeps the point under the pointer on the plane %s', (plane) => {
    const source = numbers(21);
    for (let i = 0; i < 50; i++) {
      const view = viewFrom(source);
      const [from, to] = [pointIn(source), pointIn(source)];
      const grabbed = fromView(plane, view, from);
      expectSame(toView(plane, panned(plane, view, from, to), grabbed), to, 8);
    }
  });

  it('turns the picture when it goes around a loop, as the curvature asks', () => {
    let view = HOME_VIEW;
    const corners = [
      { x: 0.5, y: 0 },
      { x: 0, y: 0.5 },
      { x: -0.5, y: 0 },
    ];
    for (const corner of corners) view = panned('POINCARE', view, { x: 0, y: 0 }, corner);
    expect(Math.abs(view.rotation)).toBeGreaterThan(0.05);
  });

  it('does not drift off the disk in ten thousand gestures', () => {
    const source = numbers(22);
    let view = HOME_VIEW;
    for (let i = 0; i < 10_000; i++) {
      view = withinReach('POINCARE', panned('POINCARE', view, pointIn(source), pointIn(source)), REACH.live).view;
      expect(Math.hypot(view.center.x, view.center.y)).toBeLessThan(1);
    }
    const point = { x: 0.3, y: -0.2 };
    expectSame(fromView('POINCARE', view, toView('POINCARE', view, point)), point, 6);
  });

  it('takes a pointer outside the disk as one at the rim', () => {
    const view = panned('POINCARE', HOME_VIEW, { x: 0.2, y: 0 }, { x: 4, y: 3 });
    expect(Math.hypot(view.center.x, view.center.y)).toBeLessThan(1);
    expect(Number.isFinite(view.rotation)).toBe(true);
  });
});

describe('zooming', () => {
  it.each(PLANES)('keeps what is under the pointer on the plane %s', (plane) => {
    const pointer = { x: 0.3, y: -0.4 };
    const view = { ...HOME_VIEW, center: { x: 0.1, y: 0.2 } };
    const before = fromView(plane, view, pointer);
    const after = zoomed(plane, view, 1.7, pointer);
    expect(after.zoom).toBeCloseTo(1.7);
    const seen = toView(plane, after, before);
    expectSame({ x: seen.x * after.zoom, y: seen.y * after.zoom }, pointer, 9);
  });
});

describe('gliding', () => {
  it.each(PLANES)('ends with the target in the middle on the plane %s', (plane) => {
    const view = { center: { x: 0.4, y: -0.3 }, rotation: 0.7, zoom: 1 };
    const target = { x: -0.6, y: 0.5 };
    expectSame(toView(plane, glided(plane, view, target, 1), target), { x: 0, y: 0 });
    expectSame(glided(plane, view, target, 0).center, view.center);
  });

  it('moves at constant speed along the geodesic', () => {
    const view = { center: { x: 0.4, y: -0.3 }, rotation: 0, zoom: 1 };
    const target = { x: -0.6, y: 0.5 };
    const whole = geodesicDistance(view.center, target);
    for (const progress of [0.25, 0.5, 0.75]) {
      const { center } = glided('POINCARE', view, target, progress);
      expect(geodesicDistance(view.center, center)).toBeCloseTo(progress * whole, 9);
      expect(geodesicDistance(center, target)).toBeCloseTo((1 - progress) * whole, 9);
    }
  });

  it('turns upright without moving the center', () => {
    const view = { center: { x: 0.4, y: -0.3 }, rotation: 3, zoom: 1 };
    expect(rotated(view, -3)).toEqual({ ...view, rotation: 0 });
  });
});

describe('the distance from the origin', () => {
  it('is geodesic on the disk and Euclidean on a flat layout', () => {
    expect(distanceFromOrigin('POINCARE', { x: 0.3, y: 0.4 })).toBeCloseTo(Math.log(3), 12);
    expect(distanceFromOrigin('EUCLIDEAN', { x: 30, y: 40 })).toBe(50);
  });
});

describe('the reach', () => {
  it.each([REACH.live, REACH.finished])('stops the center at geodesic distance %i and says so', (reach) => {
    const far = { ...HOME_VIEW, center: { x: 0.999999, y: 0 } };
    const held = withinReach('POINCARE', far, reach);
    expect(held.stopped).toBe(true);
    expect(distanceFromOrigin('POINCARE', held.view.center)).toBeCloseTo(reach, 6);
    expect(withinReach('POINCARE', HOME_VIEW, reach)).toEqual({ view: HOME_VIEW, stopped: false });
  });
});
