import { describe, expect, it } from 'vitest';
import { isRealGpu } from '../../../server/extraction/engines/gpuAdapter.ts';

const info = { vendor: 'nvidia', architecture: 'ampere', device: '0x2204', description: 'NVIDIA GeForce RTX 3090' };

describe('isRealGpu', () => {
  it('takes a GPU', () => {
    expect(isRealGpu(info)).toBe(true);
    expect(isRealGpu({ ...info, isFallbackAdapter: false })).toBe(true);
  });

  it.each([
    { ...info, isFallbackAdapter: true },
    // As Chromium's SwiftShader and Mesa's lavapipe describe themselves.
    { vendor: 'google', architecture: 'swiftshader', device: '', description: 'SwiftShader driver 5.0.0' },
    { vendor: 'mesa', architecture: '', device: '', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' },
    { vendor: 'microsoft', architecture: '', device: '', description: 'Microsoft Basic Render Driver' },
  ])('refuses one that the processor imitates: %j', (imitated) => {
    expect(isRealGpu(imitated)).toBe(false);
  });
});
