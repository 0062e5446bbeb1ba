import { describe, expect, it } from 'vitest';
import { encodeCoordinates, FrameEncoder } from '../../../server/stream/encodeFrame.ts';
import { aFrame } from './testRun.ts';

const positions = Float64Array.of(0, 1, -1, 0.5, -0.25, 0.99999);

describe('Encoding a frame', () => {
  it('writes INT16 as round(32767 · coordinate), little-endian', () => {
    const bytes = Buffer.from(encodeCoordinates(positions, 'INT16'), 'base64');
    const numbers = Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
    expect(numbers).toEqual([0, 32767, -32767, 16384, -8192, 32767]);
  });

  it('writes FLOAT32 little-endian', () => {
    const bytes = Buffer.from(encodeCoordinates(positions, 'FLOAT32'), 'base64');
    const numbers = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
    expect(numbers).toEqual(Array.from(positions, Math.fround));
  });

  it('encodes a frame once for all its watchers', () => {
    const encoder = new FrameEncoder();
    const frame = aFrame(3);
    expect(encoder.encode(frame, 'INT16')).toBe(encoder.encode(frame, 'INT16'));
    expect(encoder.encode(frame, 'FLOAT32')).not.toBe(encoder.encode(frame, 'INT16'));
    expect(encoder.encode(frame, 'INT16')).toMatchObject({ iteration: 3, pointCount: 2, encoding: 'INT16' });
  });
});
