/** Largest 16-bit integer: the rim of the disk. */
export const INT16_SCALE = 32767;

/** Coordinates (interleaved float64 in [−1, 1]) as 16-bit integers round(32767 · coordinate). */
export function quantize(positions: Float64Array): Int16Array {
  const integers = new Int16Array(positions.length);
  for (let i = 0; i < positions.length; i++) integers[i] = Math.round(INT16_SCALE * positions[i]);
  return integers;
}
