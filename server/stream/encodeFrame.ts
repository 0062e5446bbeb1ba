import { quantize } from '../formats/quantize.ts';
import type { EncodedFrame, FrameEncoding, LayoutFrame } from './frame.ts';

/**
 * Coordinates (interleaved float64 in [−1, 1]) as base64 of little-endian 32-bit floats, or of 16-bit integers
 * round(32767 · coordinate). Every platform that Node runs on by default is little-endian.
 */
export function encodeCoordinates(positions: Float64Array, encoding: FrameEncoding): string {
  const numbers = encoding === 'FLOAT32' ? Float32Array.from(positions) : quantize(positions);
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}

/** Turns frames into text, each at most once for an encoding, however many watchers it goes to. */
export class FrameEncoder {
  // Weak, so that the text goes with its frame.
  readonly #texts = new WeakMap<LayoutFrame, Map<FrameEncoding, EncodedFrame>>();

  encode(frame: LayoutFrame, encoding: FrameEncoding): EncodedFrame {
    let texts = this.#texts.get(frame);
    if (texts === undefined) this.#texts.set(frame, (texts = new Map()));
    let encoded = texts.get(encoding);
    if (encoded === undefined) {
      const { runId, iteration, positions } = frame;
      const coordinates = encodeCoordinates(positions, encoding);
      encoded = { runId, iteration, encoding, pointCount: positions.length / 2, coordinates };
      texts.set(encoding, encoded);
    }
    return encoded;
  }
}
