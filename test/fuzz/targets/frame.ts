import { decodeFrameInto } from '../../../client/src/disk/frameDecoder.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const encode = (values: Int16Array | Float32Array) => Buffer.from(Buffer.from(values.buffer).toString('base64'));

/** What a browser throws for text that is no base64, and what the decoder says of another number of points. */
const REFUSALS = new Set(['InvalidCharacterError', 'RangeError', 'SyntaxError']);

export const target: FuzzTarget = {
  seeds: () => Promise.resolve([encode(Int16Array.of(1, -2, 3, 4)), encode(Float32Array.of(0.5, -0.5))]),
  take(bytes) {
    const text = Buffer.from(bytes).toString('latin1');
    for (const encoding of ['INT16', 'FLOAT32'] as const) {
      const points = new Float32Array(4);
      try {
        decodeFrameInto(points, text, encoding, true);
      } catch (error) {
        if (!REFUSALS.has((error as Error).name)) throw error;
      }
      if (encoding === 'INT16' && points.some((value) => Math.abs(value) > 1.0001)) throw new Error('outside the disk');
    }
  },
};
