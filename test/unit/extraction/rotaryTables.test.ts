import { describe, expect, it } from 'vitest';
import { rotaryTables } from '../../../server/extraction/rotaryTables.ts';
import { tinyVitConfig } from '../../support/memoryModel.ts';

describe('rotaryTables', () => {
  const config = { ...tinyVitConfig, hiddenSize: 32, heads: 2, registers: 3, patchSize: 4 };
  const { tokens, cos, signedSin } = rotaryTables(config, 8, 16);

  it('leaves CLS and registers unrotated', () => {
    expect(tokens).toBe(4 + 2 * 4);
    expect([...cos.subarray(0, 4 * 16)].every((value) => value === 1)).toBe(true);
    expect([...signedSin.subarray(0, 4 * 16)].every((value) => value === 0)).toBe(true);
  });

  it('turns by y in the first quarter and by x in the second, each by its own axis length', () => {
    // Patch (row 0, column 3) of 2 × 4: y = −1/2, x = 3/4; the first frequency is 1.
    const at = (4 + 3) * 16;
    expect(cos[at]).toBeCloseTo(Math.cos(2 * Math.PI * -0.5), 6);
    expect(cos[at + 4]).toBeCloseTo(Math.cos(2 * Math.PI * 0.75), 6);
    expect(signedSin[at + 8 + 4]).toBeCloseTo(Math.sin(2 * Math.PI * 0.75), 6);
    expect(cos[at + 5]).toBeCloseTo(Math.cos(2 * Math.PI * 0.75 * 100 ** -0.25), 6);
  });

  it('has the same cosines and opposite sines in both halves', () => {
    for (let token = 0; token < tokens; token++) {
      for (let j = 0; j < 8; j++) {
        expect(cos[token * 16 + j]).toBe(cos[token * 16 + 8 + j]);
        expect(signedSin[token * 16 + j] + signedSin[token * 16 + 8 + j]).toBe(0);
      }
    }
  });

  it('drops a remainder that fills no patch', () => {
    expect(rotaryTables(config, 11, 18).tokens).toBe(tokens);
  });
});
