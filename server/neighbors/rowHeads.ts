import { innerProduct, leadingDirections } from './leadingDirections.ts';
import { INT16_SCALE } from './quantizedRows.ts';
import type { SearchPlan } from './searchPlan.ts';

/** Rows that the directions are found from. */
const SAMPLE_ROWS = 1000;
/** Half a unit a component is what rounding changes at most; and a little for the arithmetic. */
const LARGEST_ROUNDING = 0.501;
/** More than a score and a bound are off by for being float32, of numbers up to 2³⁰. */
const FLOAT_ROUNDING = 1024;
const FLOAT_SLACK = 1 + 1e-6;

/**
 * The head of an int16 row: its components along the few directions that hold most of all rows, rounded, and the length of
 * the rest. Inner products of heads bound those of rows, x·y ≤ head(x)·head(y) + |rest(x)| |rest(y)| by Cauchy and Schwarz,
 * so that most pairs need no other look: they are too far from each other for either to be among the neighbors.
 */
export class RowHeads {
  readonly #plan: SearchPlan;
  readonly #memory: WebAssembly.Memory;

  constructor(plan: SearchPlan, memory: WebAssembly.Memory) {
    this.#plan = plan;
    this.#memory = memory;
  }

  /** What rounding of two heads can add to a bound. */
  static margin({ headDimension }: Pick<SearchPlan, 'headDimension'>): number {
    const error = LARGEST_ROUNDING * Math.sqrt(headDimension);
    return error * (2 * (INT16_SCALE + Math.sqrt(headDimension)) + error) + FLOAT_ROUNDING;
  }

  /** Finds the directions, for all threads. The rows must be quantized. */
  findDirections(): void {
    const { rows, dimension, headDimension } = this.#plan;
    const count = Math.min(rows, SAMPLE_ROWS);
    const sample = new Float64Array(count * dimension);
    for (let n = 0; n < count; n++) sample.set(this.#row(Math.floor((n * rows) / count)), n * dimension);
    this.#directions().set(leadingDirections(sample, dimension, headDimension));
  }

  /** Writes the heads of some rows. */
  write(start: number, end: number): void {
    const { headsOffset, restsOffset, dimension, headDimension } = this.#plan;
    const { buffer } = this.#memory;
    const directions = this.#directions();
    const rests = new Float32Array(buffer, restsOffset + 4 * start, end - start);
    const exact = new Float64Array(dimension);
    const error = LARGEST_ROUNDING * Math.sqrt(headDimension);
    for (let row = start; row < end; row++) {
      const head = new Int16Array(buffer, headsOffset + 2 * headDimension * row, headDimension);
      exact.set(this.#row(row));
      let squares = 0;
      for (let h = 0; h < headDimension; h++) {
        head[h] = Math.round(innerProduct(directions, h * dimension, exact, 0, dimension));
        squares += head[h] * head[h];
      }
      const ofHead = Math.max(0, Math.sqrt(squares) - error);
      const rest = innerProduct(exact, 0, exact, 0, dimension) - ofHead * ofHead;
      rests[row - start] = Math.sqrt(Math.max(0, rest)) * FLOAT_SLACK;
    }
  }

  #row(row: number): Int16Array {
    const { rowsOffset, stride, dimension } = this.#plan;
    return new Int16Array(this.#memory.buffer, rowsOffset + row * stride, dimension);
  }

  #directions(): Float64Array {
    const { directionsOffset, headDimension, dimension } = this.#plan;
    return new Float64Array(this.#memory.buffer, directionsOffset, headDimension * dimension);
  }
}
