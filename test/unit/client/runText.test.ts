import { describe, expect, it } from 'vitest';
import { describeProgress, describeStage } from '../../../client/src/runText.ts';

const STAGE = { name: 'Extracting embeddings', done: 1280, total: 10_000, unit: 'images' };

describe('what is said of a stage', () => {
  it('has how far it is and how fast it goes on, each as a line of its own', () => {
    const stage = { ...STAGE, ratePerSecond: 250, etaSeconds: 35 };
    expect(describeProgress(stage)).toEqual({ amount: '1,280 of 10,000 images', pace: '250 images/s · 35 s left' });
    expect(describeStage(stage)).toBe('1,280 of 10,000 images · 250 images/s · 35 s left');
  });

  it('has no dot where a figure is missing', () => {
    const unmeasured = { ...STAGE, ratePerSecond: null, etaSeconds: null };
    expect(describeStage(unmeasured)).toBe('1,280 of 10,000 images');
    expect(describeStage({ ...unmeasured, ratePerSecond: 0, etaSeconds: 35 })).toBe(
      '1,280 of 10,000 images · 35 s left',
    );
    expect(describeStage({ ...unmeasured, done: 0, total: 0 })).toBe('');
  });

  it('counts downloads in bytes', () => {
    const stage = { ...STAGE, done: 2_000_000, total: 170_000_000, unit: 'bytes', ratePerSecond: 1e6, etaSeconds: 168 };
    expect(describeStage(stage)).toBe('2.0 MB of 170.0 MB · 1.0 MB/s · 3 min left');
  });
});
