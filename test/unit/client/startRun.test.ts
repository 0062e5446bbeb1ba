import { describe, expect, it } from 'vitest';
import { isPreset, presetOf, SUGGESTED_PRESETS, withPreset } from '../../../client/src/startRun/presets.ts';
import { countAdvanced, DEFAULT_CHOICES, toStartInput } from '../../../client/src/startRun/runChoices.ts';
import { estimateRun } from '../../../client/src/startRun/runEstimate.ts';
import type { MeasuredRun, PlannedRun } from '../../../client/src/startRun/runEstimate.ts';

describe('the choices of a run', () => {
  it('leave to the server what is empty', () => {
    const input = toStartInput(DEFAULT_CHOICES);
    expect(input).toMatchObject({ dataset: 'emoji', model: 'nano', seed: 1, iterations: 500, geometry: 'POINCARE' });
    for (const name of ['limit', 'perplexity', 'furtherPerplexities', 'learningRate', 'hierarchyWeight'] as const) {
      expect(input[name]).toBeUndefined();
    }
  });

  it('read several perplexities from one field', () => {
    const input = toStartInput({ ...DEFAULT_CHOICES, furtherPerplexities: ' 10, 200;50  7' });
    expect(input.furtherPerplexities).toEqual([10, 200, 50, 7]);
  });

  it('hand on what is no number, so that the server can say what is wrong', () => {
    expect(toStartInput({ ...DEFAULT_CHOICES, furtherPerplexities: 'many' }).furtherPerplexities).toEqual([Number.NaN]);
  });

  it('name the run to start from only where a layout is the start', () => {
    expect(toStartInput({ ...DEFAULT_CHOICES, initialRunId: 'run_1' }).initialRunId).toBeUndefined();
    const input = toStartInput({ ...DEFAULT_CHOICES, initialRunId: 'run_1', initialization: 'LAYOUT' });
    expect(input.initialRunId).toBe('run_1');
  });

  it('name interpolation and length only where they are chosen', () => {
    expect(toStartInput(DEFAULT_CHOICES)).toMatchObject({ interpolation: undefined, normalize: false });
    const choices = { ...DEFAULT_CHOICES, interpolation: 'bicubic', normalize: 'yes' as const };
    expect(toStartInput(choices)).toMatchObject({ interpolation: 'bicubic', normalize: true });
    expect(countAdvanced(choices)).toBe(2);
  });

  it('lay UMAP out flat, whatever the plane was', () => {
    expect(toStartInput({ ...DEFAULT_CHOICES, method: 'UMAP' }).geometry).toBe('EUCLIDEAN');
  });

  it('count what differs among the advanced ones', () => {
    expect(countAdvanced(DEFAULT_CHOICES)).toBe(0);
    expect(countAdvanced({ ...DEFAULT_CHOICES, perplexity: '9', seed: '2', pooling: 'mean' })).toBe(2);
  });
});

describe('presets', () => {
  it('keep data set, model and name', () => {
    const choices = { ...DEFAULT_CHOICES, dataset: 'cats', model: 'big', name: 'Mine', perplexity: '9' };
    for (const preset of SUGGESTED_PRESETS) {
      expect(withPreset(choices, preset)).toMatchObject({ dataset: 'cats', model: 'big', name: 'Mine' });
    }
  });

  it('are recognized in the choices that they made, and in no others', () => {
    for (const preset of SUGGESTED_PRESETS) {
      const choices = withPreset(DEFAULT_CHOICES, preset);
      expect(SUGGESTED_PRESETS.filter((one) => isPreset(choices, one))).toEqual([preset]);
    }
  });

  it('hold what differs from the default, without the run to start from', () => {
    const choices = { ...DEFAULT_CHOICES, dataset: 'cats', perplexity: '9', initialization: 'LAYOUT' as const };
    const preset = presetOf('Mine', { ...choices, initialRunId: 'run_1' });
    expect(preset).toMatchObject({ name: 'Mine', choices: { perplexity: '9' } });
    expect(Object.keys(preset.choices)).toEqual(['perplexity']);
  });
});

const measured: MeasuredRun = {
  name: 'Ten thousand',
  modelName: 'nano',
  pointCount: 10_000,
  iterations: 500,
  method: 'TSNE',
  durations: [
    { stage: 'extraction', seconds: 20 },
    { stage: 'neighbors', seconds: 2 },
    { stage: 'optimization', seconds: 5 },
    { stage: 'quality', seconds: 3 },
  ],
};
const plan: PlannedRun = { model: 'nano', method: 'TSNE', points: 20_000, iterations: 250, stored: 0 };

describe('the estimate of the time', () => {
  it('scales each stage as its work grows', () => {
    const { stages, seconds, complete, from } = estimateRun(plan, [measured]);
    expect(stages).toEqual({ embedding: 40, neighbors: 8, layout: 5, quality: 6 });
    expect(seconds).toBe(59);
    expect(complete).toBe(true);
    expect(from).toBe('Ten thousand');
  });

  it('does not count embeddings that are stored', () => {
    expect(estimateRun({ ...plan, stored: 20_000 }, [measured]).stages.embedding).toBe(0);
    expect(estimateRun({ ...plan, stored: 10_000 }, [measured]).stages.embedding).toBe(20);
  });

  it('takes the run that is nearest in size', () => {
    const small = { ...measured, name: 'Small', pointCount: 100, durations: [{ stage: 'optimization', seconds: 1 }] };
    expect(estimateRun(plan, [small, measured]).from).toBe('Ten thousand');
    expect(estimateRun({ ...plan, points: 200 }, [small, measured]).from).toBe('Small');
  });

  it('says what it does not know', () => {
    const other = estimateRun({ ...plan, model: 'big' }, [measured]);
    expect(other.stages.embedding).toBeNull();
    expect(other.complete).toBe(false);
    expect(estimateRun(plan, [])).toMatchObject({ seconds: 0, complete: false, from: null });
    expect(estimateRun({ ...plan, method: 'UMAP' }, [measured]).stages.layout).toBeNull();
  });
});
