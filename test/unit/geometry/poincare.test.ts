import { describe, expect, it } from 'vitest';
import type { DiskPoint } from '../../../server/geometry/diskPoint.ts';
import { hyperbolicBall } from '../../../server/geometry/hyperbolicBall.ts';
import {
  lorentzCentroid,
  lorentzInner,
  lorentzToPoincare,
  poincareToLorentz,
} from '../../../server/geometry/lorentz.ts';
import {
  conformalFactor,
  expMap,
  expMap0,
  geodesicDistance,
  geodesicPoint,
  gyration,
  logMap,
  logMap0,
  mobiusAdd,
  mobiusDifferenceInto,
  mobiusNegate,
  mobiusScalarMul,
  parallelTransport,
  projectToDisk,
  riemannianGradient,
} from '../../../server/geometry/poincare.ts';
import { Random } from '../../../server/geometry/random.ts';
import { randomDiskPoint } from '../../support/randomLayout.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/** Hyperbolic distances from the origin: well inside, and near the rim (|u| up to 0.99998). */
const REACHES = [3, 11];

/** How far apart two points are, measured where float64 is fair to both: hyperbolic distance over the reach's rounding. */
function expectNear(actual: DiskPoint, expected: DiskPoint, tolerance: number): void {
  expect(geodesicDistance(actual, expected)).toBeLessThan(tolerance);
}

describe.each(REACHES)('Within the distance %d of the origin', (reach) => {
  // Near the rim 1 − |u|² keeps fewer digits: a rounding of 1e-16 there is a hyperbolic length of 1e-16·e^reach.
  const tolerance = 1e-13 * Math.exp(reach);

  describe.each(SEEDS)('with seed %i', (seed) => {
    const random = new Random(seed);
    const [x, y, z] = [0, 1, 2].map(() => randomDiskPoint(random, reach));

    it('expMap undoes logMap', () => {
      expectNear(expMap(x, logMap(x, y)), y, tolerance);
      expectNear(expMap0(logMap0(y)), y, tolerance);
    });

    it('Möbius addition cancels on the left', () => {
      expectNear(mobiusAdd(mobiusNegate(x), mobiusAdd(x, y)), y, tolerance);
    });

    it('the Möbius difference without objects is that with them', () => {
      const into = new Float64Array(2);
      mobiusDifferenceInto(into, x.x, x.y, y.x, y.y);
      expectNear({ x: into[0], y: into[1] }, mobiusAdd(mobiusNegate(x), y), tolerance);
    });

    it('a Möbius translation keeps distances', () => {
      const error = geodesicDistance(mobiusAdd(z, x), mobiusAdd(z, y)) - geodesicDistance(x, y);
      expect(Math.abs(error)).toBeLessThan(tolerance);
    });

    it('the length of logMap is the distance', () => {
      const tangent = logMap(x, y);
      const length = conformalFactor(x) * Math.hypot(tangent.x, tangent.y);
      expect(Math.abs(length - geodesicDistance(x, y))).toBeLessThan(tolerance);
    });

    it('a geodesic has constant speed', () => {
      const whole = geodesicDistance(x, y);
      for (const t of [0.1, 0.25, 0.5, 0.9]) {
        const point = geodesicPoint(t, x, y);
        expect(Math.abs(geodesicDistance(x, point) - t * whole)).toBeLessThan(tolerance);
        expect(Math.abs(geodesicDistance(point, y) - (1 - t) * whole)).toBeLessThan(tolerance);
      }
    });

    it('the gyration mends associativity', () => {
      const turn = gyration(x, y);
      expect(Math.hypot(turn.x, turn.y)).toBeCloseTo(1, 12);
      const turned = { x: turn.x * z.x - turn.y * z.y, y: turn.x * z.y + turn.y * z.x };
      // The sums may lie twice as far out as their terms, with the rounding that belongs there.
      const farTolerance = 1e-14 * Math.exp(2 * reach);
      expectNear(mobiusAdd(x, mobiusAdd(y, z)), mobiusAdd(mobiusAdd(x, y), turned), farTolerance);
    });

    it('parallel transport keeps lengths, and carries a geodesic’s velocity to its other end', () => {
      const tangent = logMap(x, y);
      const carried = parallelTransport(x, y, tangent);
      const length = (base: DiskPoint, v: DiskPoint): number => conformalFactor(base) * Math.hypot(v.x, v.y);
      expect(Math.abs(length(y, carried) - length(x, tangent))).toBeLessThan(tolerance);
      const back = logMap(y, x);
      expect(length(y, { x: carried.x + back.x, y: carried.y + back.y })).toBeLessThan(tolerance);
    });

    it('scalar multiplication scales the distance from the origin', () => {
      const origin = { x: 0, y: 0 };
      expect(geodesicDistance(origin, mobiusScalarMul(0.3, x))).toBeCloseTo(0.3 * geodesicDistance(origin, x), 9);
    });

    it('the Lorentz model says the same', () => {
      expectNear(lorentzToPoincare(poincareToLorentz(x)), x, tolerance);
      expect(-lorentzInner(poincareToLorentz(x), poincareToLorentz(x))).toBeCloseTo(1, reach > 5 ? 2 : 9);
      const distance = Math.acosh(-lorentzInner(poincareToLorentz(x), poincareToLorentz(y)));
      expect(Math.abs(distance - geodesicDistance(x, y))).toBeLessThan(tolerance * 100);
    });

    it('a hyperbolic ball is its Euclidean disk', () => {
      const { center, radius } = hyperbolicBall(x, 1.3);
      for (const angle of [0, 1, 2, 3, 4, 5, 6]) {
        const onCircle = { x: center.x + radius * Math.cos(angle), y: center.y + radius * Math.sin(angle) };
        expect(Math.abs(geodesicDistance(x, onCircle) - 1.3)).toBeLessThan(tolerance * 10);
      }
    });
  });
});

describe('The Lorentz centroid', () => {
  it.each(SEEDS)('moves with the points under a translation (seed %i)', (seed) => {
    const random = new Random(seed);
    const shift = randomDiskPoint(random, 2);
    const points = Array.from({ length: 40 }, () => randomDiskPoint(random, 4));
    const layout = (of: DiskPoint[]): Float64Array => Float64Array.from(of.flatMap(({ x, y }) => [x, y]));
    const before = lorentzCentroid(layout(points));
    const after = lorentzCentroid(layout(points.map((point) => mobiusAdd(shift, point))));
    expectNear(after, mobiusAdd(shift, before), 1e-10);
  });
});

describe('The Riemannian gradient', () => {
  it('is the direction whose inner product with a velocity is the derivative along it', () => {
    const base = { x: 0.5, y: -0.3 };
    const target = { x: -0.2, y: 0.6 };
    const f = (point: DiskPoint): number => geodesicDistance(point, target) ** 2;
    const step = 1e-6;
    const partials = {
      x: (f({ x: base.x + step, y: base.y }) - f({ x: base.x - step, y: base.y })) / (2 * step),
      y: (f({ x: base.x, y: base.y + step }) - f({ x: base.x, y: base.y - step })) / (2 * step),
    };
    const gradient = riemannianGradient(base, partials);
    // grad d²(·, y)/2 = −log_x(y).
    const direction = logMap(base, target);
    expect(gradient.x).toBeCloseTo(-2 * direction.x, 6);
    expect(gradient.y).toBeCloseTo(-2 * direction.y, 6);
  });
});

describe('Projecting to the disk', () => {
  it('leaves inner points alone and brings others just inside', () => {
    const inner = { x: 0.3, y: 0.4 };
    expect(projectToDisk(inner)).toBe(inner);
    const outer = projectToDisk({ x: 3, y: 4 });
    expect(Math.hypot(outer.x, outer.y)).toBeLessThan(1);
    expect(outer.x / outer.y).toBeCloseTo(0.75, 12);
  });
});
