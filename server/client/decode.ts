import type { FrameEncoding } from './generated/operations.ts';

const INT16_SCALE = 1 / 32767;

/** Numbers as the API writes them: base64 of their little-endian bytes. */
function decodeBytes(base64: string): ArrayBuffer {
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = characters.charCodeAt(at);
  return bytes.buffer;
}

export function decodeInt16(base64: string): Int16Array {
  return new Int16Array(decodeBytes(base64));
}

export function decodeInt32(base64: string): Int32Array {
  return new Int32Array(decodeBytes(base64));
}

export function decodeFloat32(base64: string): Float32Array {
  return new Float32Array(decodeBytes(base64));
}

/** The places of a frame: N × 2, interleaved x y. */
export function decodeCoordinates(frame: { readonly encoding: FrameEncoding; readonly coordinates: string }) {
  if (frame.encoding === 'FLOAT32') return decodeFloat32(frame.coordinates);
  return Float32Array.from(decodeInt16(frame.coordinates), (value) => value * INT16_SCALE);
}
