import { readFileSync } from 'node:fs';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { distFile } from '../paths.ts';
import { CLASSES, CLASSES_PER_UNIT, MOST_LIMITS, planScan, type ScanPlan } from './scanPlan.ts';
import { roundQuery, splitRow } from './splitBytes.ts';

/** Bytes of rows that are read before other work of the process gets a turn: 1 to 2 ms. */
const BYTES_PER_TURN = 16 * 2 ** 20;
/** Rows whose cosines are looked at while they are still in the nearest cache. */
const BLOCK_ROWS = 1024;
/** Rows that are split into bytes before other work gets a turn. */
const ROWS_PER_TURN = 4096;
const PAGE_BYTES = 65_536;
const MOST_PAGES = 65_536;
/** More than cosines, scales and classes are off by for being float32. */
const ROUNDING = 1e-6;
/** No row has a cosine so low but those that are left out. */
const LEAST_COSINE = -2;
const NOT_SURE = -1;

/** `assembly/scan.ts`; all numbers but factors, margins and bounds of ranges are places in its memory. */
interface ScanKernel {
  // prettier-ignore
  coarseCosines(query: number, high: number, stride: number, scales: number, factor: number, start: number, end: number, cosines: number): void;
  // prettier-ignore
  fineCosines(query: number, low: number, stride: number, scales: number, factor: number, cosines: number, rows: number, count: number, values: number): void;
  countLeast(cosines: number, errors: number, margin: number, start: number, end: number, counts: number): void;
  // prettier-ignore
  listFrom(cosines: number, errors: number, margin: number, start: number, end: number, least: number, rows: number): number;
  // prettier-ignore
  countRegions(cosines: number, errors: number, margin: number, start: number, end: number, regions: number, counts: number, rows: number): number;
  // prettier-ignore
  countListed(values: number, count: number, error: number, regions: number, limits: number, limitCount: number, counts: number, rows: number): number;
}

/** What rows are compared with: a vector, its inverse length (0 without a direction), and a row that is left out, or −1. */
export interface ScanQuery {
  readonly vector: Float32Array;
  readonly inverseNorm: number;
  readonly exclude: number;
}

/** How many rows are in each region for sure, and the rows whose region is not sure. */
export interface RegionCounts {
  readonly counts: Uint32Array;
  readonly notSure: Int32Array;
}

/** A query as the kernel has it, with bounds on the errors of cosines. */
interface Scanned {
  readonly factor: number;
  /** On top of the row's own error where only upper bytes were looked at. */
  readonly margin: number;
  /** Of cosines by all 16 bits. */
  readonly error: number;
}

let compiled: WebAssembly.Module | undefined;

/**
 * Finds the few rows whose cosine with a vector has to be computed in float64, and rules all others out: first by the upper
 * bytes of all rows, which is as quick as memory can be read, then by the lower bytes of those that are left. Every step has
 * a bound on its error, so that nothing is lost.
 */
export class CosineScan {
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: ScanKernel;
  readonly #plan: ScanPlan;
  readonly #dimension: number;
  /** The longest differences between a row's direction and what its upper bytes, or both, say. */
  #highError = 0;
  #rowError = 0;
  /** Queries take turns: there is one place for cosines. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(rows: number, dimension: number) {
    this.#plan = planScan(rows, dimension);
    this.#dimension = dimension;
    const pages = Math.ceil(this.#plan.totalBytes / PAGE_BYTES);
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
    compiled ??= new WebAssembly.Module(readFileSync(distFile('wasm/neighbors.wasm')));
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    this.#kernel = exports as unknown as ScanKernel;
  }

  /** @param inverseNorms of the rows; 0 for a row without a direction */
  static async create(vectors: EmbeddingMatrix, inverseNorms: Float64Array): Promise<CosineScan> {
    const { rows, dimension, values } = vectors;
    const scan = new CosineScan(rows, dimension);
    for (let row = 0; row < rows; row++) {
      if (row > 0 && row % ROWS_PER_TURN === 0) await new Promise(setImmediate);
      scan.#keepRow(row, values.subarray(row * dimension, (row + 1) * dimension), inverseNorms[row]);
    }
    return scan;
  }

  get byteLength(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Rows among which are those with the `count` greatest cosines; in order of their numbers. */
  nearest(query: ScanQuery, count: number): Promise<Int32Array> {
    return this.#inTurn(query, async (scanned) => {
      const { cosines, errors, counts, paddedRows, list } = this.#plan;
      await this.#passRows(query, scanned, (start, end) => {
        this.#kernel.countLeast(cosines, errors, scanned.margin, start, end, counts);
      });
      // So many rows are at least in this class: none below it can be among the nearest.
      let level = CLASSES;
      for (let known = 0, of = this.#counts(); known < count && level > 0;) known += of[--level];
      const least = level === 0 ? LEAST_COSINE : level / CLASSES_PER_UNIT - 1 - ROUNDING;
      const found = this.#kernel.listFrom(cosines, errors, scanned.margin, 0, paddedRows, least, list);
      const values = this.#refine(scanned, found);
      const limit = values.slice().sort().at(-count);
      return this.#listed(values, (limit ?? LEAST_COSINE) - 2 * scanned.error);
    });
  }

  /** All rows with at least a cosine, and few others; in order of their numbers. */
  within(query: ScanQuery, cosine: number): Promise<Int32Array> {
    return this.#inTurn(query, async (scanned) => {
      const { cosines, errors, list } = this.#plan;
      const least = cosine - ROUNDING;
      let found = 0;
      await this.#passRows(query, scanned, (start, end) => {
        found += this.#kernel.listFrom(cosines, errors, scanned.margin, start, end, least, list + 4 * found);
      });
      return this.#listed(this.#refine(scanned, found), least - scanned.error);
    });
  }

  /**
   * Counts the rows in each region: those with a cosine above the first limit, between it and the second, and so on.
   * @param limits descending, at most `MOST_LIMITS`
   */
  countRegions(query: ScanQuery, limits: Float64Array): Promise<RegionCounts> {
    if (limits.length > MOST_LIMITS)
      throw new RangeError(`${limits.length} limits; at most ${MOST_LIMITS} are counted`);
    return this.#inTurn(query, async (scanned) => {
      const { cosines, errors, regions, counts, list, limits: places } = this.#plan;
      new Int16Array(this.#memory.buffer, regions, CLASSES).set(regionsOfClasses(limits));
      new Float64Array(this.#memory.buffer, places, limits.length).set(limits);
      let found = 0;
      await this.#passRows(query, scanned, (start, end) => {
        const rows = list + 4 * found;
        found += this.#kernel.countRegions(cosines, errors, scanned.margin, start, end, regions, counts, rows);
      });
      this.#refine(scanned, found);
      found = this.#kernel.countListed(cosines, found, scanned.error, regions, places, limits.length, counts, list);
      const notSure = new Int32Array(this.#memory.buffer, list, found);
      return {
        counts: Uint32Array.from(this.#counts().subarray(1, limits.length + 2)),
        notSure: Int32Array.from(notSure.filter((row) => this.#isAsked(row, query))),
      };
    });
  }

  #keepRow(row: number, vector: Float32Array, inverseNorm: number): void {
    const { stride, high, low, scales, errors } = this.#plan;
    const bytes = (plane: number) => new Int8Array(this.#memory.buffer, plane + row * stride, this.#dimension);
    const { step, error, highError } = splitRow(vector, inverseNorm, bytes(high), bytes(low));
    new Float32Array(this.#memory.buffer, scales + 4 * row, 1)[0] = 256 * step;
    new Float32Array(this.#memory.buffer, errors + 4 * row, 1)[0] = highError;
    this.#highError = Math.max(this.#highError, highError);
    this.#rowError = Math.max(this.#rowError, error);
  }

  /**
   * Bounds on the errors of cosines: |x·y − x̂·ŷ| = |x·(y − ŷ) + (x − x̂)·ŷ| ≤ ‖y − ŷ‖ + ‖x − x̂‖ (1 + ‖y − ŷ‖).
   */
  #inTurn<T>({ vector, inverseNorm }: ScanQuery, work: (scanned: Scanned) => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => {
      const target = new Int16Array(this.#memory.buffer, this.#plan.query, this.#dimension);
      const { step, error } = roundQuery(vector, inverseNorm, target);
      this.#counts().fill(0);
      return work({
        factor: step,
        margin: error * (1 + this.#highError) + ROUNDING,
        error: this.#rowError + error * (1 + this.#rowError) + ROUNDING,
      });
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Computes the cosines by the upper bytes, and has them looked at a block at a time. */
  async #passRows(query: ScanQuery, { factor }: Scanned, look: (start: number, end: number) => void): Promise<void> {
    const { query: place, high, stride, scales, cosines, rows, paddedRows } = this.#plan;
    const values = new Float32Array(this.#memory.buffer, cosines, paddedRows);
    let read = 0;
    for (let start = 0; start < paddedRows; start += BLOCK_ROWS) {
      const end = Math.min(paddedRows, start + BLOCK_ROWS);
      this.#kernel.coarseCosines(place, high, stride, scales, factor, start, end, cosines);
      if (query.exclude >= start && query.exclude < end) values[query.exclude] = -Infinity;
      if (end === paddedRows) values.fill(-Infinity, rows);
      look(start, end);
      read += (end - start) * stride;
      if (read < BYTES_PER_TURN || end === paddedRows) continue;
      read = 0;
      await new Promise(setImmediate);
    }
  }

  /** The cosines of the first `count` listed rows by both bytes; they take the place of the others. */
  #refine({ factor }: Scanned, count: number): Float32Array {
    const { query, low, stride, scales, cosines, list } = this.#plan;
    this.#kernel.fineCosines(query, low, stride, scales, factor, cosines, list, count, cosines);
    return new Float32Array(this.#memory.buffer, cosines, count);
  }

  /** The listed rows whose values are at least that. */
  #listed(values: Float32Array, least: number): Int32Array {
    const list = new Int32Array(this.#memory.buffer, this.#plan.list, values.length);
    return Int32Array.from(list.filter((_, at) => values[at] >= least));
  }

  #isAsked(row: number, { exclude }: ScanQuery): boolean {
    return row !== exclude && row < this.#plan.rows;
  }

  #counts(): Uint32Array {
    return new Uint32Array(this.#memory.buffer, this.#plan.counts, CLASSES);
  }
}

function classOf(cosine: number): number {
  return Math.max(0, Math.min(CLASSES - 1, Math.floor((cosine + 1) * CLASSES_PER_UNIT)));
}

/** The region that all cosines of a class are in, for each class; −1 for one with a limit in it. */
function regionsOfClasses(limits: Float64Array): Int16Array {
  const regions = new Int16Array(CLASSES).fill(limits.length);
  let end = CLASSES;
  limits.forEach((limit, region) => {
    const first = classOf(limit - ROUNDING);
    const last = classOf(limit + ROUNDING);
    if (last + 1 < end) regions.fill(region, last + 1, end);
    regions.fill(NOT_SURE, first, Math.min(end, last + 1));
    end = Math.min(end, first);
  });
  return regions;
}
