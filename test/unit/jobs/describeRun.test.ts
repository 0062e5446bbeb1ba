import { describe, expect, it } from 'vitest';
import { captionOf, type DescribedRun } from '../../../server/jobs/describeRun.ts';
import { toSweepOrders } from '../../../server/jobs/sweep.ts';

function runOf(name: string): DescribedRun {
  const parameters = { perplexity: 15, seed: 2, geometry: 'poincare', method: 'tsne' } as const;
  return { name, parameters, quality: null };
}

describe('The caption of a picture', () => {
  it('says the settings of a run whose name does not', () => {
    expect(captionOf(runOf('First try'), 1652, 500)).toBe(
      'First try · 1,652 points · perplexity 15 · seed 2 · iteration 500',
    );
  });

  it('says once what the name of a run of a sweep says already', async () => {
    const sweep = { base: { dataset: 'emoji', model: 'nano' }, seeds: [1, 2], perplexities: [5, 15] };
    const { name } = (await toSweepOrders(sweep, () => Promise.resolve(false)))[3];
    expect(captionOf(runOf(name!), 300, 500)).toBe(
      'emoji · nano · perplexity 15 · seed 2 · 300 points · iteration 500',
    );
  });

  it('says the true setting beside a name that claims another one', () => {
    expect(captionOf(runOf('Mine · perplexity 50'), 300, 500)).toBe(
      'Mine · perplexity 50 · 300 points · perplexity 15 · seed 2 · iteration 500',
    );
  });

  it('has the figures on a line of their own, once they are measured', () => {
    const quality = {
      ...{ recallAt15: 0.3412, trustworthinessAt15: 0.9871, continuityAt15: 0.96, labelKnnAt15: null },
      ...{ rimFraction: 0.1, curvatureScale: 12.34 },
    };
    expect(captionOf({ ...runOf('A'), quality } as DescribedRun, 4, 1).split('\n')[1]).toBe(
      'recall@15 0.341 · trustworthiness 0.987 · continuity 0.960 · s 12.3',
    );
  });
});
