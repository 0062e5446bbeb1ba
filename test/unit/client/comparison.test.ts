import { describe, expect, it } from 'vitest';
import { curveTable } from '../../../client/src/curves.ts';
import { mostChanged } from '../../../server/geometry/changedImages.ts';
import { positionsOfImages } from '../../../client/src/selection/imagePositions.ts';

const stats = (iteration: number, loss: number, recallAt15: number | null = null) => ({
  iteration,
  loss,
  recallAt15,
  gradientNorm: 1,
  curvatureScale: 1,
  exaggeration: 1,
});

describe('What changed most', () => {
  it('is what lost most neighbors, then what went farthest, as the mean over all comparisons', () => {
    const one = {
      imageIndices: Int32Array.of(1, 2, 3),
      change: Float32Array.of(0.5, 1, 1),
      displacement: Float32Array.of(9, 1, 2),
    };
    const other = { imageIndices: Int32Array.of(1), change: Float32Array.of(1), displacement: Float32Array.of(1) };
    const rest = {
      alignment: { centerX: 0, centerY: 0, rotation: 0, reflected: false },
      pointCount: 3,
      meanDisplacement: 0,
      neighborhoodOverlap: 0,
    };
    expect(
      mostChanged(
        [
          { ...one, ...rest },
          { ...other, ...rest },
        ],
        2,
      ),
    ).toEqual([
      { image: 3, change: 1, displacement: 2 },
      { image: 2, change: 1, displacement: 1 },
    ]);
  });
});

describe('Images of one run in another', () => {
  it('are found by image, −1 where there is none', () => {
    const all = Int32Array.of(0, 3, 6, 9);
    expect([...positionsOfImages(Int32Array.of(3, 4, 9, 12), all)]).toEqual([1, -1, 3, -1]);
    expect([...positionsOfImages(Int32Array.of(6), all)]).toEqual([2]);
  });
});

describe('Curves of several runs', () => {
  it('stand over each other by iteration, also where one is shorter', () => {
    expect(curveTable([[stats(1, 3), stats(2, 2)], [stats(1, 5)]], 'loss', false)).toEqual([
      [1, 2],
      [3, 2],
      [5, null],
    ]);
  });

  it('show their differences to the first also at iterations where that was not measured', () => {
    const left = [stats(10, 3, 0.2), stats(30, 2, 0.4)];
    const right = [stats(5, 4, 0.1), stats(20, 2, 0.35), stats(40, 1, 0.5)];
    const [iterations, , differences] = curveTable([left, right], 'recallAt15', true);
    expect(iterations).toEqual([5, 10, 20, 30, 40]);
    expect(differences?.map((value) => value?.toFixed(3) ?? null)).toEqual([null, null, '0.050', null, null]);
  });

  it('show their differences to the first, where both were measured', () => {
    const left = [stats(1, 3, 0.25), stats(2, 2)];
    const right = [stats(1, 5, 0.5), stats(2, 1, 0.75)];
    expect(curveTable([left, right], 'recallAt15', true)).toEqual([
      [1, 2],
      [0, null],
      [0.25, null],
    ]);
  });
});
