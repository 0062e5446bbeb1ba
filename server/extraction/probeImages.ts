import type { RgbImage } from '../dataset/dataset.ts';

const PROBE_COUNT = 2;

/** Images that are the same on every machine: waves of several lengths with noise from an integer hash. */
export function probeImages(resolution: number): RgbImage[] {
  return Array.from({ length: PROBE_COUNT }, (_, index) => {
    const data = new Uint8Array(resolution * resolution * 3);
    for (let i = 0; i < data.length; i++) {
      const [x, y] = [Math.floor(i / 3) % resolution, Math.floor(i / 3 / resolution)];
      // Whole numbers only: sines may differ in the last bit between machines.
      const wave =
        Math.abs((((x * (index + 1) * 256) / resolution + (i % 3) * 85) % 256) - 128) +
        Math.floor((y * 96) / resolution);
      data[i] = Math.min(255, Math.floor(wave) + (hash(i + index * 7919) & 31));
    }
    return { width: resolution, height: resolution, data };
  });
}

/** The finalizer of MurmurHash3: every input bit changes about half of the output bits. */
function hash(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
