import type { RgbImage } from '../dataset/dataset.ts';
import type { Interpolation } from './extraction.ts';
import type { PreprocessingConfig } from './modelConfig.ts';

/** For each output position, the first input position it reads and its weights, padded to `taps`. */
interface ResampleWeights {
  readonly taps: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Float32Array;
}

/**
 * Turns pixels into a model's input as DINOv3's official image processor does: value / 255, an antialiased resize in
 * floating point straight to a square (aspect not kept), then (x − mean) / std by channel. An object serves one
 * resolution and remembers the filters of the input sizes it has seen.
 */
export class Preprocessor {
  readonly resolution: number;
  readonly #filter: Interpolation;
  /** value · scale + offset is the normalized value, by channel. */
  readonly #scale: Float64Array;
  readonly #offset: Float64Array;
  readonly #tables: readonly Float32Array[];
  readonly #weights = new Map<number, ResampleWeights>();

  constructor({ filter, mean, std }: PreprocessingConfig, resolution: number) {
    this.resolution = resolution;
    this.#filter = filter;
    this.#scale = Float64Array.from(std, (deviation) => 1 / (255 * deviation));
    this.#offset = Float64Array.from(mean, (average, channel) => -average / std[channel]);
    this.#tables = [0, 1, 2].map((channel) =>
      Float32Array.from({ length: 256 }, (_, value) => value * this.#scale[channel] + this.#offset[channel]),
    );
  }

  /** Writes [3, resolution, resolution] into `target` at `offset`. */
  writeInto(target: Float32Array, offset: number, image: RgbImage): void {
    const { width, height } = image;
    if (width === this.resolution && height === this.resolution) this.#copyInto(target, offset, image);
    else this.#resizeInto(target, offset, image);
  }

  #copyInto(target: Float32Array, offset: number, { data }: RgbImage): void {
    const area = this.resolution ** 2;
    for (let channel = 0; channel < 3; channel++) {
      const table = this.#tables[channel];
      for (let i = 0, at = offset + channel * area; i < area; i++) target[at + i] = table[data[3 * i + channel]];
    }
  }

  #resizeInto(target: Float32Array, offset: number, { width, height, data }: RgbImage): void {
    const size = this.resolution;
    const rows = resampleRows(data, width, height, size, this.#weightsFor(width));
    const { taps, starts, counts, weights } = this.#weightsFor(height);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let tap = 0, at = (starts[y] * size + x) * 3; tap < counts[y]; tap++, at += 3 * size) {
          const weight = weights[y * taps + tap];
          red += weight * rows[at];
          green += weight * rows[at + 1];
          blue += weight * rows[at + 2];
        }
        const at = offset + y * size + x;
        target[at] = red * this.#scale[0] + this.#offset[0];
        target[at + size * size] = green * this.#scale[1] + this.#offset[1];
        target[at + 2 * size * size] = blue * this.#scale[2] + this.#offset[2];
      }
    }
  }

  #weightsFor(inputSize: number): ResampleWeights {
    let found = this.#weights.get(inputSize);
    if (found === undefined) {
      found = resampleWeights(inputSize, this.resolution, this.#filter);
      this.#weights.set(inputSize, found);
    }
    return found;
  }
}

/** Resamples every row to `size` positions; [height, size, 3]. */
function resampleRows(
  data: Uint8Array,
  width: number,
  height: number,
  size: number,
  { taps, starts, counts, weights }: ResampleWeights,
): Float32Array {
  const rows = new Float32Array(height * size * 3);
  for (let y = 0, out = 0; y < height; y++) {
    for (let x = 0; x < size; x++, out += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let tap = 0, at = (y * width + starts[x]) * 3; tap < counts[x]; tap++, at += 3) {
        const weight = weights[x * taps + tap];
        red += weight * data[at];
        green += weight * data[at + 1];
        blue += weight * data[at + 2];
      }
      rows[out] = red;
      rows[out + 1] = green;
      rows[out + 2] = blue;
    }
  }
  return rows;
}

const KERNELS: Readonly<Record<Interpolation, { readonly radius: number; readonly at: (x: number) => number }>> = {
  bilinear: { radius: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  // Keys' cubic with a = −1/2, as PIL and the antialiasing resize of PyTorch use it.
  bicubic: {
    radius: 2,
    at: (value) => {
      const x = Math.abs(value);
      if (x >= 2) return 0;
      return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
    },
  },
};

/**
 * Weights of an antialiased resize from `inputSize` to `outputSize`: the kernel is widened by the factor of reduction
 * and its weights are normalized at the borders (PyTorch's `_upsample_bilinear2d_aa`, the same as PIL's resize).
 */
export function resampleWeights(inputSize: number, outputSize: number, filter: Interpolation): ResampleWeights {
  const { radius, at } = KERNELS[filter];
  const scale = inputSize / outputSize;
  const stretch = Math.max(scale, 1);
  const support = radius * stretch;
  const taps = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(outputSize);
  const counts = new Int32Array(outputSize);
  const weights = new Float32Array(outputSize * taps);
  for (let position = 0; position < outputSize; position++) {
    const center = scale * (position + 0.5);
    const start = Math.max(Math.trunc(center - support + 0.5), 0);
    const count = Math.min(Math.trunc(center + support + 0.5), inputSize) - start;
    const raw = Array.from({ length: count }, (_, tap) => at((start + tap - center + 0.5) / stretch));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    starts[position] = start;
    counts[position] = count;
    raw.forEach((weight, tap) => (weights[position * taps + tap] = weight / total));
  }
  return { taps, starts, counts, weights };
}
