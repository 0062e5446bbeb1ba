import { expect, it } from 'vitest';
import { recordedChoices } from '../../../server/extraction/extraction.ts';

it('The choices of a set are all of those that it was made with', () => {
  const recorded = { pooling: 'mean', resolution: 96, interpolation: 'bicubic', normalize: true };
  const set = { id: 'set_1', engine: 'onnx', storedCount: 7, ...recorded };
  expect(recordedChoices(set)).toEqual(recorded);
});
