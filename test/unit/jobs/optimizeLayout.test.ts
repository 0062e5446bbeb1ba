import { describe, expect, it } from 'vitest';
import { keyframeInterval } from '../../../server/jobs/optimizeLayout.ts';

describe('Layouts that are kept for replay', () => {
  it.each([
    [500, 10_000, 39],
    [500, 60_000, 26],
    [500, 1_000_000, 16],
    [10, 3, 11],
    [1, 5_000_000, 2],
  ])(
    'of %i iterations and %i points are %i: fewer where they are large, and some of any run',
    (iterations, points, kept) => {
      expect(Math.floor(iterations / keyframeInterval(iterations, points)) + 1).toBe(kept);
    },
  );
});
