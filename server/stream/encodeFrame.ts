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

/** So many texts are kept as bytes too: of the runs and encodings that are watched at the same time. */
const KEPT_TEXTS = 8;
/** Shorter texts cost less than the search for their bytes. */
const LEAST_LENGTH = 4096;

/** Turns frames into text, each at most once for an encoding, however many watchers it goes to. */
export class FrameEncoder {
  // Weak, so that the text goes with its frame.
  readonly #texts = new WeakMap<LayoutFrame, Map<FrameEncoding, EncodedFrame>>();

  readonly #bytes = new Map<string, Uint8Array>();

  encode(frame: LayoutFrame, encoding: FrameEncoding): EncodedFrame {
    let texts = this.#texts.get(frame);
    if (texts === undefined) this.#texts.set(frame, (texts = new Map()));
    let encoded = texts.get(encoding);
    if (encoded === undefined) {
      const { runId, iteration, positions } = frame;
      const coordinates = encodeCoordinates(positions, encoding);
      encoded = { runId, iteration, encoding, pointCount: positions.length / 2, coordinates };
      texts.set(encoding, encoded);
      this.#keepBytes(coordinates);
    }
    return encoded;
  }

  /** The ASCII bytes of a text that was encoded a moment ago; undefined for any other. */
  bytesOf(text: string): Uint8Array | undefined {
    return text.length < LEAST_LENGTH ? undefined : this.#bytes.get(text);
  }

  #keepBytes(text: string): void {
    if (text.length < LEAST_LENGTH) return;
    this.#bytes.set(text, Buffer.from(text, 'latin1'));
    // A Map keeps the order of insertion.
    for (const oldest of this.#bytes.keys()) {
      if (this.#bytes.size <= KEPT_TEXTS) break;
      this.#bytes.delete(oldest);
    }
  }
}
