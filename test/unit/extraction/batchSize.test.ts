import { describe, expect, it } from 'vitest';
import { defaultBatchSize } from '../../../server/extraction/openExtractor.ts';

describe('the size of a batch', () => {
  it('shrinks on a CPU as the model and the resolution grow, to one image at last', () => {
    const sizes = [
      defaultBatchSize('onnx', { parameterCount: 2_600_000, patchSize: 16 }, 128),
      defaultBatchSize('onnx', { parameterCount: 21_600_000, patchSize: 16 }, 224),
      defaultBatchSize('wasm', { parameterCount: 21_600_000, patchSize: 16 }, 448),
      defaultBatchSize('onnx', { parameterCount: 6_700_000_000, patchSize: 16 }, 224),
    ];

    expect(sizes).toEqual([64, 7, 1, 1]);
  });

  it('is large on a GPU whatever the model', () => {
    expect(defaultBatchSize('tensorflow', { parameterCount: 300_000_000, patchSize: 16 }, 224)).toBe(64);
    expect(defaultBatchSize('webgpu', { parameterCount: 21_600_000, patchSize: 16 }, 224)).toBe(64);
    expect(defaultBatchSize('webgpu', { parameterCount: 2_600_000, patchSize: 16 }, 128)).toBe(196);
  });
});
