import { deflateRawSync } from 'node:zlib';
import { quantize } from '../../../server/formats/quantize.ts';
import { encodeCoordinates } from '../../../server/stream/encodeFrame.ts';
import { randomLayout } from '../../support/randomLayout.ts';
import { rounded } from './places.ts';

/** Pixels of a disk on which errors are told. */
const DISK_PIXELS = 1000;
const INT12_SCALE = 2047;
const REPEATS = 5;
/** Geodesic radius of the disk's filled part, and what a frame moves by as a share of the distance to the center. */
const FILLED_RADIUS = 4;
const SMALL_STEP = 0.001;

/** A frame's bytes as they go over the socket (base64 in JSON), given the frame before it; and the largest error. */
interface Encoding {
  readonly encode: (positions: Float64Array, before: Float64Array) => Buffer | string;
  /** Steps from the center of the disk to its rim. */
  readonly scale: number;
  /** Whether a frame can be read without the one before it, so that one of them serves all watchers and may be dropped. */
  readonly alone: boolean;
}

const ENCODINGS: Record<string, Encoding> = {
  FLOAT32: { encode: (positions) => encodeCoordinates(positions, 'FLOAT32'), scale: 2 ** 24, alone: true },
  INT16: { encode: (positions) => encodeCoordinates(positions, 'INT16'), scale: 32767, alone: true },
  'INT16, deflated': { encode: (positions) => deflate(bytesOf(quantize(positions))), scale: 32767, alone: true },
  'INT16 in byte planes, deflated': {
    encode: (positions) => deflate(planes(quantize(positions))),
    scale: 32767,
    alone: true,
  },
  'INT12, packed': { encode: (positions) => packTwelve(positions).toString('base64'), scale: INT12_SCALE, alone: true },
  'INT16, differences in one or three bytes': {
    encode: (positions, before) => differences(quantize(positions), quantize(before)).toString('base64'),
    scale: 32767,
    alone: false,
  },
  'INT16, differences, deflated': {
    encode: (positions, before) => deflate(differences(quantize(positions), quantize(before))),
    scale: 32767,
    alone: false,
  },
};

/** Bytes of a frame, time to encode it and its error, over frames of a layout that is being optimized. */
export function measureFrames(layout: string, frames: readonly Float64Array[]) {
  const points = frames[0].length / 2;
  return Object.entries(ENCODINGS).map(([encoding, { encode, scale, alone }]) => {
    let bytes = 0;
    const times: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      for (let i = 1; i < frames.length; i++) {
        const start = performance.now();
        bytes += encode(frames[i], frames[i - 1]).length;
        times.push(performance.now() - start);
      }
    }
    times.sort((a, b) => a - b);
    return {
      layout,
      encoding,
      bytesPerFrame: Math.round(bytes / times.length),
      bytesPerPoint: rounded(bytes / times.length / points),
      leastMs: rounded(times[0]),
      largestErrorPixels: rounded((0.5 / scale) * (DISK_PIXELS / 2), 4),
      anyFrameMayBeDropped: alone,
    };
  });
}

/** Frames of a layout that fills the disk evenly in its own metric, as a finished one does, and moves a little. */
export function spreadFrames(points: number, count: number): Float64Array[] {
  const layout = randomLayout(points, 1, FILLED_RADIUS);
  return Array.from({ length: count }, (_, i) => layout.map((value) => value * (1 - SMALL_STEP * i)));
}

function bytesOf(values: Int16Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

function deflate(bytes: Buffer): string {
  return deflateRawSync(bytes, { level: 1 }).toString('base64');
}

/** All low bytes, then all high bytes, which resemble each other. */
function planes(values: Int16Array): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => {
    bytes[i] = value & 0xff;
    bytes[values.length + i] = (value >> 8) & 0xff;
  });
  return bytes;
}

/** Two numbers in three bytes. */
function packTwelve(positions: Float64Array): Buffer {
  const bytes = Buffer.alloc(1.5 * positions.length);
  for (let i = 0, at = 0; i < positions.length; i += 2, at += 3) {
    const x = Math.round(INT12_SCALE * positions[i]) & 0xfff;
    const y = Math.round(INT12_SCALE * positions[i + 1]) & 0xfff;
    bytes[at] = x & 0xff;
    bytes[at + 1] = (x >> 8) | ((y & 0xf) << 4);
    bytes[at + 2] = y >> 4;
  }
  return bytes;
}

/** What a number has changed by, in a byte; −128 and the number itself where that has no room. */
function differences(values: Int16Array, before: Int16Array): Buffer {
  const bytes = Buffer.alloc(3 * values.length);
  let at = 0;
  values.forEach((value, i) => {
    const change = value - before[i];
    if (Math.abs(change) < 128) at = bytes.writeInt8(change, at);
    else at = bytes.writeInt16LE(value, bytes.writeInt8(-128, at));
  });
  return bytes.subarray(0, at);
}
