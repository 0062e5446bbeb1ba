import { readFileSync } from 'node:fs';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { distFile } from '../paths.ts';
import { INT16_SCALE } from './quantizedRows.ts';

/** Bytes of rows that one call of the kernel reads before other work of the process gets a turn: 1 to 2 ms. */
const BYTES_PER_TURN = 16 * 2 ** 20;
/** Rows that are quantized before other work gets a turn. */
const ROWS_PER_TURN = 4096;
const PAGE_BYTES = 65_536;
const MOST_PAGES = 65_536;
/** The kernel module keeps nothing of its own, but its memory begins with a reserved part. */
const KERNEL_BYTES = 1024;

interface DotKernel {
  dotRows(query: number, rows: number, stride: number, start: number, end: number, out: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** Added to a bound on the error for the rounding of float64 in the cosines that it is held against. */
const ROUNDING = 1e-9;

/** Cosines of one vector with all rows, times `INT16_SCALE`². */
export interface Scores {
  readonly values: Int32Array;
  /** No cosine is further from the exact one than that. */
  readonly error: number;
}

/**
 * Cosines of one row with all rows, in single instructions over int16: several times quicker than over floats, and with a
 * bound on the error, so that few rows have to be looked at again in float64.
 */
export class CosineScores {
  readonly #vectors: EmbeddingMatrix;
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: DotKernel;
  readonly #stride: number;
  readonly #paddedRows: number;
  readonly #queryOffset: number;
  readonly #rowsOffset: number;
  readonly #scoresOffset: number;
  /** The longest difference between a row's direction and what int16 made of it. */
  #rowError = 0;
  /** Queries take turns: there is one place for scores. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(vectors: EmbeddingMatrix) {
    this.#vectors = vectors;
    this.#stride = roundUp(2 * vectors.dimension, 16);
    this.#paddedRows = roundUp(vectors.rows, 4);
    this.#queryOffset = KERNEL_BYTES;
    this.#rowsOffset = this.#queryOffset + this.#stride;
    this.#scoresOffset = this.#rowsOffset + this.#paddedRows * this.#stride;
    const pages = Math.ceil((this.#scoresOffset + 4 * this.#paddedRows) / PAGE_BYTES);
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
    compiled ??= new WebAssembly.Module(readFileSync(distFile('wasm/neighbors.wasm')));
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    this.#kernel = exports as unknown as DotKernel;
  }

  /** @param inverseNorms of the rows; 0 for a row without a direction */
  static async create(vectors: EmbeddingMatrix, inverseNorms: Float64Array): Promise<CosineScores> {
    const scores = new CosineScores(vectors);
    const { rows, dimension, values } = vectors;
    for (let row = 0; row < rows; row++) {
      if (row > 0 && row % ROWS_PER_TURN === 0) await new Promise(setImmediate);
      const offset = scores.#rowsOffset + row * scores.#stride;
      const error = scores.#quantize(values, row * dimension, inverseNorms[row], offset);
      if (error > scores.#rowError) scores.#rowError = error;
    }
    return scores;
  }

  get byteLength(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Lets `use` have the scores of a vector. They are written anew by the next query: `use` must not keep them. */
  with<T>(vector: Float32Array, inverseNorm: number, use: (scores: Scores) => T): Promise<T> {
    const result = this.#turn.then(async () => {
      const error = await this.#score(vector, inverseNorm);
      return use({ values: new Int32Array(this.#memory.buffer, this.#scoresOffset, this.#vectors.rows), error });
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** @returns the bound on the error: |x·y − x̂·ŷ| = |x·(y − ŷ) + (x − x̂)·ŷ| ≤ ‖y − ŷ‖ + ‖x − x̂‖ (1 + ‖y − ŷ‖) */
  async #score(vector: Float32Array, inverseNorm: number): Promise<number> {
    const error = this.#quantize(vector, 0, inverseNorm, this.#queryOffset);
    const rowsPerTurn = roundUp(Math.ceil(BYTES_PER_TURN / this.#stride), 4);
    for (let start = 0; start < this.#paddedRows; start += rowsPerTurn) {
      if (start > 0) await new Promise(setImmediate);
      const end = Math.min(this.#paddedRows, start + rowsPerTurn);
      this.#kernel.dotRows(this.#queryOffset, this.#rowsOffset, this.#stride, start, end, this.#scoresOffset);
    }
    return this.#rowError + error * (1 + this.#rowError) + ROUNDING;
  }

  /** @returns the length of the difference between the direction and its int16 form */
  #quantize(values: Float32Array, from: number, inverseNorm: number, offset: number): number {
    const { dimension } = this.#vectors;
    const target = new Int16Array(this.#memory.buffer, offset, dimension);
    const scale = INT16_SCALE * inverseNorm;
    let squares = 0;
    for (let d = 0; d < dimension; d++) {
      const exact = values[from + d] * scale;
      const rounded = Math.round(exact);
      target[d] = rounded;
      squares += (exact - rounded) ** 2;
    }
    return Math.sqrt(squares) / INT16_SCALE;
  }
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
