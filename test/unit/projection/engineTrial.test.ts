import { describe, expect, it } from 'vitest';
import { EngineTrial } from '../../../server/projection/engineTrial.ts';

function aTrial(gpu: number, processor: number): EngineTrial {
  const trial = new EngineTrial();
  for (let by = trial.next; by !== null; by = trial.next) trial.add(by, by === 'gpu' ? gpu : processor);
  return trial;
}

describe('The trial of a GPU against the processor', () => {
  it('lets both compute and takes the GPU where it is clearly faster', () => {
    expect(aTrial(0.01, 0.06).gpuWins).toBe(true);
  });

  it('takes the processor where the GPU is slower, or faster by so little that it could be chance', () => {
    expect(aTrial(0.01, 0.004).gpuWins).toBe(false);
    expect(aTrial(0.01, 0.0115).gpuWins).toBe(false);
  });

  it('does not count the first iteration of either', () => {
    const trial = new EngineTrial();
    const seconds = { gpu: [9, 1, 1, 1, 1, 1], processor: [0.1, 2, 2, 2, 2, 2] };
    for (let by = trial.next; by !== null; by = trial.next) trial.add(by, seconds[by].shift()!);
    expect(trial.gpuWins).toBe(true);
  });
});
