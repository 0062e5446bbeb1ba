import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeBase64, decodeFrameInto } from '../../../client/src/disk/frameDecoder.ts';

const COORDINATES = [0, -0.5, 0.999, -0.999, 0.25, 0.125];

function base64(array: Int16Array | Float32Array): string {
  return Buffer.from(array.buffer).toString('base64');
}

describe('decoding frames', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('reads FLOAT32 without loss', () => {
    const target = new Float32Array(COORDINATES.length);
    decodeFrameInto(target, base64(Float32Array.from(COORDINATES)), 'FLOAT32');
    expect(target).toEqual(Float32Array.from(COORDINATES));
  });

  it('reads INT16 to half a step of 1/32767', () => {
    const target = new Float32Array(COORDINATES.length);
    decodeFrameInto(target, base64(Int16Array.from(COORDINATES, (value) => Math.round(value * 32767))), 'INT16');
    for (const [index, value] of COORDINATES.entries())
      expect(Math.abs(target[index]! - value)).toBeLessThan(0.5 / 32766);
  });

  it('gives the mirror image where that is asked for', () => {
    const target = new Float32Array(4);
    decodeFrameInto(target, base64(Float32Array.of(0.5, 0.25, -0.5, -0.25)), 'FLOAT32', true);
    expect([...target]).toEqual([0.5, -0.25, -0.5, 0.25]);
  });

  it('refuses a frame with another number of points', () => {
    const frame = base64(new Float32Array(4));
    expect(() => decodeFrameInto(new Float32Array(6), frame, 'FLOAT32')).toThrow('a frame has 2 points instead of 3');
  });

  it('uses the decoder of the browser where there is one', () => {
    const fromBase64 = vi.fn(() => new Uint8Array([7]));
    vi.stubGlobal('Uint8Array', Object.assign(class extends Uint8Array {}, { fromBase64 }));
    expect(decodeBase64('AAAA')).toEqual(new Uint8Array([7]));
    expect(fromBase64).toHaveBeenCalledWith('AAAA');
  });
});
