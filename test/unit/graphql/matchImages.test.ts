import { describe, expect, it } from 'vitest';
import { matchImages, pickPoints, positionsOf } from '../../../server/graphql/matchImages.ts';

describe('Points of several runs', () => {
  it('are matched by image and not by row', () => {
    const left = Int32Array.of(0, 2, 4, 6, 8);
    const right = Int32Array.of(1, 2, 3, 6, 9, 12);
    const common = matchImages([left, right, Int32Array.of(2, 6, 7)]);
    expect([...common]).toEqual([2, 6]);
    expect([...positionsOf(common, left)]).toEqual([1, 3]);
    expect([...positionsOf(common, right)]).toEqual([1, 3]);
    expect([...pickPoints(Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7), positionsOf(common, left))]).toEqual([2, 3, 6, 7]);
  });

  it('may have no image in common', () => {
    expect(matchImages([Int32Array.of(1, 3), Int32Array.of(2, 4)])).toHaveLength(0);
  });
});
