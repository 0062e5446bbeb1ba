import { describe, expect, it } from 'vitest';
import type { PreprocessingConfig } from '../../../server/extraction/modelConfig.ts';
import { Preprocessor, resampleWeights } from '../../../server/extraction/preprocess.ts';

const plain: PreprocessingConfig = { resolution: 4, filter: 'bilinear', mean: [0, 0, 0], std: [1, 1, 1] };

describe('resampleWeights', () => {
  it.each([
    [32, 224],
    [211, 64],
    [64, 64],
    [1, 16],
    [3, 2],
    [1000, 7],
  ])('from %i to %i sum to one, lie inside the input and are symmetric', (inputSize, outputSize) => {
    for (const filter of ['bilinear', 'bicubic'] as const) {
      const { taps, starts, counts, weights } = resampleWeights(inputSize, outputSize, filter);
      for (let position = 0; position < outputSize; position++) {
        const own = weights.subarray(position * taps, position * taps + counts[position]);
        expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
        expect(starts[position]).toBeGreaterThanOrEqual(0);
        expect(starts[position] + counts[position]).toBeLessThanOrEqual(inputSize);
        const mirror = outputSize - 1 - position;
        const mirrored = weights.slice(mirror * taps, mirror * taps + counts[mirror]).reverse();
        const dense = (start: number, values: Float32Array): number[] => {
          const row = new Array<number>(inputSize).fill(0);
          values.forEach((value, i) => (row[start + i] = value));
          return row;
        };
        const left = dense(starts[position], own);
        const right = dense(inputSize - starts[mirror] - counts[mirror], mirrored);
        left.forEach((value, i) => expect(value).toBeCloseTo(right[i], 5));
      }
    }
  });

  it('of the same size are the identity', () => {
    const { taps, starts, counts, weights } = resampleWeights(5, 5, 'bilinear');
    for (let position = 0; position < 5; position++) {
      for (let tap = 0; tap < counts[position]; tap++) {
        expect(weights[position * taps + tap]).toBe(starts[position] + tap === position ? 1 : 0);
      }
    }
  });

  it('halving averages with a triangle of two pixels on each side', () => {
    const { taps, starts, counts, weights } = resampleWeights(8, 4, 'bilinear');
    expect(starts[1]).toBe(1);
    expect(counts[1]).toBe(4);
    expect([...weights.subarray(taps, taps + 4)]).toEqual([0.125, 0.375, 0.375, 0.125]);
  });
});

describe('Preprocessor', () => {
  it('maps an image of the right size value by value, channels first', () => {
    const config: PreprocessingConfig = { ...plain, resolution: 2, mean: [0.5, 0, 0.25], std: [0.5, 1, 2] };
    const data = Uint8Array.from([0, 51, 102, 255, 0, 0, 0, 255, 0, 0, 0, 255]);
    const target = new Float32Array(12);
    new Preprocessor(config, 2).writeInto(target, 0, { width: 2, height: 2, data });
    const expected = [-1, 1, -1, -1, 0.2, 0, 1, 0, 0.075, -0.125, -0.125, 0.375];
    expected.forEach((value, i) => expect(target[i]).toBeCloseTo(value, 6));
  });

  it('keeps a constant image constant at any size and writes only into its place', () => {
    const target = new Float32Array(3 * 16 + 10).fill(7);
    const data = new Uint8Array(9 * 5 * 3).fill(51);
    new Preprocessor(plain, 4).writeInto(target, 5, { width: 9, height: 5, data });
    target.forEach((value, i) => expect(value).toBeCloseTo(i < 5 || i >= 53 ? 7 : 0.2, 6));
  });

  it('does not confuse width and height', () => {
    const wide = Uint8Array.from({ length: 8 * 2 * 3 }, (_, i) => (Math.floor(i / 3) % 8) * 30);
    const target = new Float32Array(48);
    new Preprocessor(plain, 4).writeInto(target, 0, { width: 8, height: 2, data: wide });
    for (let y = 1; y < 4; y++) for (let x = 0; x < 4; x++) expect(target[y * 4 + x]).toBeCloseTo(target[x], 6);
    expect(target[3]).toBeGreaterThan(target[0] + 0.5);
  });
});
