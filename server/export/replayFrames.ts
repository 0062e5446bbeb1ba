import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { quantize } from '../formats/quantize.ts';
import type { Keyframe } from '../storage/run.ts';

const compress = promisify(deflate);

export interface PackedFrames {
  readonly iterations: readonly number[];
  /** zlib stream of all frames; see `packFrames`. */
  readonly bytes: Uint8Array;
}

/**
 * Stored layouts for a file that replays them. Coordinates become 16-bit integers; of every frame after the first the
 * differences to the one before are kept, modulo 2¹⁶, low bytes of the whole frame first and high bytes then: layouts
 * move little from one to the next, so the high bytes are nearly all alike and cost next to nothing.
 */
export async function packFrames(frames: AsyncIterable<Keyframe>): Promise<PackedFrames> {
  const iterations: number[] = [];
  const planes: Uint8Array[] = [];
  let before: Int16Array | null = null;
  for await (const { iteration, coordinates } of frames) {
    const frame = quantize(coordinates);
    iterations.push(iteration);
    planes.push(bytePlanes(frame, before));
    before = frame;
  }
  return { iterations, bytes: await compress(Buffer.concat(planes), { level: 9 }) };
}

function bytePlanes(frame: Int16Array, before: Int16Array | null): Uint8Array {
  const planes = new Uint8Array(2 * frame.length);
  for (let i = 0; i < frame.length; i++) {
    const difference = before === null ? frame[i] : frame[i] - before[i];
    planes[i] = difference & 0xff;
    planes[frame.length + i] = (difference >> 8) & 0xff;
  }
  return planes;
}
