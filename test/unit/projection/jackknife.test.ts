import { describe, expect, it } from 'vitest';
import { jackknifeInterval } from '../../../server/projection/jackknife.ts';

/** R × R with the upper triangle given row by row. */
function pairs(count: number, ...values: number[]): Float64Array {
  const matrix = new Float64Array(count * count);
  let next = 0;
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) matrix[i * count + j] = values[next++];
  return matrix;
}

describe('The interval of a mean over pairs', () => {
  it('has no width where all pairs agree', () => {
    expect(jackknifeInterval(pairs(4, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5), 4)).toEqual({ low: 0.5, high: 0.5 });
  });

  it('is the jackknife over things by hand for three of them', () => {
    // Left out one by one: 0.6, 0.5, 0.4. Deviations ±0.1 give √(2/3 · 0.02) = 0.11547, times t = 4.303.
    const { low, high } = jackknifeInterval(pairs(3, 0.4, 0.5, 0.6), 3)!;
    expect(low).toBeCloseTo(0.5 - 4.303 * 0.11547, 5);
    expect(high).toBeCloseTo(0.5 + 4.303 * 0.11547, 5);
  });

  it('stays within 0 and 1, and needs three things', () => {
    expect(jackknifeInterval(pairs(3, 0.1, 0.5, 0.99), 3)).toEqual({ low: 0, high: 1 });
    expect(jackknifeInterval(pairs(2, 0.5), 2)).toBeNull();
  });
});
