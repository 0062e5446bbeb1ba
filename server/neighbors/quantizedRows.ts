import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import type { EmbeddingMetric } from './neighborGraph.ts';

/** The largest int16; vectors are scaled so that a product of two is below 2³¹. */
export const INT16_SCALE = 32767;
/** Rows whose mean is the origin of Euclidean search. */
const CENTER_ROWS = 1000;

export const FAULT_NOT_FINITE = 0;
export const FAULT_ZERO_ROW = 1;

/** Where a kernel finds int16 rows: bytes in its memory. */
export interface RowPlan {
  readonly stride: number;
  readonly rowsOffset: number;
  readonly halfNormsOffset: number;
}

/** Float rows as the kernel wants them: int16, and half the squared length where the metric needs it. */
export class QuantizedRows {
  readonly #vectors: EmbeddingMatrix;
  readonly #metric: EmbeddingMetric;
  readonly #memory: WebAssembly.Memory;
  readonly #plan: RowPlan;

  constructor(vectors: EmbeddingMatrix, metric: EmbeddingMetric, memory: WebAssembly.Memory, plan: RowPlan) {
    this.#vectors = vectors;
    this.#metric = metric;
    this.#memory = memory;
    this.#plan = plan;
  }

  /**
   * Euclidean distances do not change with the origin, the precision of int16 does: the mean of some rows is a good one.
   * Cosine keeps the origin.
   */
  center(): Float64Array {
    const { rows, dimension, values } = this.#vectors;
    const center = new Float64Array(dimension);
    if (this.#metric === 'cosine') return center;
    const count = Math.min(rows, CENTER_ROWS);
    for (let n = 0; n < count; n++) {
      const start = Math.floor((n * rows) / count) * dimension;
      for (let d = 0; d < dimension; d++) center[d] += values[start + d] / count;
    }
    // A row that is not finite must be reported by its own number, not through the mean.
    return center.map((value) => (Number.isFinite(value) ? value : 0));
  }

  /** Squared lengths as seen from the center, and the first faults among these rows. */
  measure(start: number, end: number, center: Float64Array, squaredNorms: Float64Array, faults: Int32Array): void {
    const { values, dimension } = this.#vectors;
    for (let row = start; row < end; row++) {
      let sum = 0;
      for (let d = 0, at = row * dimension; d < dimension; d++, at++) sum += (values[at] - center[d]) ** 2;
      squaredNorms[row] = sum;
      if (!Number.isFinite(sum)) reportFault(faults, FAULT_NOT_FINITE, row);
      else if (sum === 0 && this.#metric === 'cosine') reportFault(faults, FAULT_ZERO_ROW, row);
    }
  }

  /** For cosine every row has its own scale; for Euclidean distance the longest row sets one for all. */
  scale(squaredNorms: Float64Array): number {
    if (this.#metric === 'cosine') return INT16_SCALE;
    const longest = Math.sqrt(squaredNorms.reduce((most, value) => Math.max(most, value), 0));
    return longest === 0 ? 0 : INT16_SCALE / longest;
  }

  /** Writes rows start … end to the places from `firstPlace` on. */
  quantize(
    start: number,
    end: number,
    scale: number,
    center: Float64Array,
    squaredNorms: Float64Array,
    firstPlace = start,
  ): void {
    const { stride, rowsOffset, halfNormsOffset } = this.#plan;
    const { values, dimension } = this.#vectors;
    const cosine = this.#metric === 'cosine';
    const halfNorms = new Float32Array(this.#memory.buffer, halfNormsOffset + 4 * firstPlace, end - start);
    for (let row = start; row < end; row++) {
      const place = firstPlace + row - start;
      const target = new Int16Array(this.#memory.buffer, rowsOffset + place * stride, dimension);
      const factor = cosine ? scale / Math.sqrt(squaredNorms[row]) : scale;
      for (let d = 0, at = row * dimension; d < dimension; d++, at++) {
        target[d] = Math.round((values[at] - center[d]) * factor);
      }
      halfNorms[row - start] = cosine ? 0 : 0.5 * squaredNorms[row] * scale * scale;
    }
  }
}

/** What is wrong with the first faulty row, in one sentence; null when nothing is. */
export function describeFault(faults: Int32Array): string | null {
  const notFinite = faults[FAULT_NOT_FINITE];
  if (notFinite >= 0) {
    return `row ${notFinite} holds a number that is not finite (NaN or infinity); finite embeddings are needed`;
  }
  const zero = faults[FAULT_ZERO_ROW];
  if (zero < 0) return null;
  return `row ${zero} is all zeros and has no direction; cosine distance needs a component that is not 0`;
}

/** Keeps the lowest faulty row, whichever thread meets it first. */
function reportFault(faults: Int32Array, slot: number, row: number): void {
  for (let known = Atomics.load(faults, slot); known < 0 || row < known; known = Atomics.load(faults, slot)) {
    if (Atomics.compareExchange(faults, slot, known, row) === known) return;
  }
}
