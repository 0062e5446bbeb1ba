import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { RgbImage } from '../dataset/dataset.ts';
import { workerUrl } from '../paths.ts';
import type { PreprocessingConfig } from './modelConfig.ts';

export interface PreparationOptions {
  readonly preprocessing: PreprocessingConfig;
  readonly resolution: number;
}

/** More threads than this prepare more images than any GPU took. */
const MOST_THREADS = 8;

/**
 * Resizes and normalizes images on threads of its own, while a GPU is busy with those before: a single thread prepares
 * about 200 photos a second, and a GPU takes several times as many.
 */
export class PreparationThreads {
  readonly #threads: number;
  readonly #area: number;
  readonly #pool: Piscina<readonly RgbImage[], Float32Array>;

  constructor(options: PreparationOptions, threads: number) {
    this.#threads = Math.min(threads, MOST_THREADS);
    this.#area = 3 * options.resolution ** 2;
    this.#pool = new Piscina({
      filename: fileURLToPath(workerUrl(import.meta.url, 'preparation.worker')),
      workerData: options,
      minThreads: this.#threads,
      maxThreads: this.#threads,
    });
  }

  /** Images × 3 × resolution × resolution. The images' pixels are copied, since a batch may have to be repeated. */
  readonly prepare = async (images: readonly RgbImage[]): Promise<Float32Array> => {
    const share = Math.ceil(images.length / this.#threads);
    const pixels = new Float32Array(images.length * this.#area);
    const fill = async (start: number): Promise<void> => {
      pixels.set(await this.#pool.run(images.slice(start, start + share)), start * this.#area);
    };
    const starts = Array.from({ length: Math.ceil(images.length / share) }, (_, part) => part * share);
    await Promise.all(starts.map(fill));
    return pixels;
  };

  close(): Promise<void> {
    return this.#pool.close();
  }
}
