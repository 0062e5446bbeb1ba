import { describe, expect, it } from 'vitest';
import { toSteeringChange, type SteeringOrder } from '../../../server/jobs/steering.ts';
import { aRun } from '../stream/testRun.ts';

describe('An order to steer', () => {
  const run = aRun();

  it('keeps what is given and what goes back to its schedule', () => {
    expect(toSteeringChange({ exaggeration: 2, curvatureScale: null, automatic: ['learningRate'] }, run)).toEqual({
      exaggeration: 2,
      learningRate: 'auto',
    });
  });

  it.each<[SteeringOrder, string]>([
    [{}, 'nothing to change: give learningRate, exaggeration, curvatureScale or automatic'],
    [{ exaggeration: 0 }, 'exaggeration: 0 is not between 0.1 and 100'],
    [{ learningRate: Number.NaN }, 'learningRate: NaN is not between 0.001 and 10000000'],
    [
      { curvatureScale: 2, automatic: ['curvatureScale'] },
      'curvatureScale: give either a number or automatic, not both',
    ],
  ])('is refused in one sentence when it is wrong: %j', (order, message) => {
    expect(() => toSteeringChange(order, run)).toThrow(message);
  });

  it('is refused for the scale of a flat layout', () => {
    const flat = { ...run, parameters: { ...run.parameters, geometry: 'euclidean' as const } };
    expect(() => toSteeringChange({ curvatureScale: 2 }, flat)).toThrow('a flat layout has none');
  });
});
