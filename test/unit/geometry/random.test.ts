import { describe, expect, it } from 'vitest';
import { Random } from '../../../server/geometry/random.ts';

describe('The seeded generator', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    const draw = (seed: number): number[] =>
      Array.from(
        { length: 5 },
        (
          (r) => () =>
            r.uniform()
        )(new Random(seed)),
      );
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('is uniform and normal to within chance', () => {
    const random = new Random(3);
    const count = 100_000;
    let sum = 0;
    let normalSum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      sum += random.uniform();
      const normal = random.normal();
      normalSum += normal;
      squares += normal * normal;
    }
    expect(sum / count).toBeCloseTo(0.5, 2);
    expect(normalSum / count).toBeCloseTo(0, 1);
    expect(squares / count).toBeCloseTo(1, 1);
  });

  it('samples without repetition, in order', () => {
    const sample = new Random(1).sample(1000, 300);
    expect(new Set(sample).size).toBe(300);
    expect([...sample]).toEqual([...sample].sort((a, b) => a - b));
    expect(Math.max(...sample)).toBeLessThan(1000);
    expect([...new Random(1).sample(4, 9)]).toEqual([0, 1, 2, 3]);
  });
});
