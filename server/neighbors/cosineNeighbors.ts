import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { CosineScan, type ScanQuery } from './cosineScan.ts';
import { innerProduct } from './leadingDirections.ts';

export interface CosineNeighbors {
  readonly points: Int32Array;
  /** 1 − cos. */
  readonly distances: Float64Array;
}

/** Rows that are measured before other work of the process gets a turn. */
const ROWS_PER_TURN = 4096;
const NO_ROW = -1;
/**
 * Nearest rows by cosine for single queries, exact: a scan over rounded rows tells which can be among them, and those alone
 * are compared in float64. Equal distances go to the lower index.
 */
export class CosineIndex {
  readonly #vectors: EmbeddingMatrix;
  readonly #inverseNorms: Float64Array;
  readonly #scan: CosineScan;

  private constructor(vectors: EmbeddingMatrix, inverseNorms: Float64Array, scan: CosineScan) {
    this.#vectors = vectors;
    this.#inverseNorms = inverseNorms;
    this.#scan = scan;
  }

  static async create(vectors: EmbeddingMatrix): Promise<CosineIndex> {
    const { rows, dimension, values } = vectors;
    const inverseNorms = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      if (row > 0 && row % ROWS_PER_TURN === 0) await new Promise(setImmediate);
      inverseNorms[row] = inverseNormOf(values, row * dimension, dimension);
    }
    return new CosineIndex(vectors, inverseNorms, await CosineScan.create(vectors, inverseNorms));
  }

  get byteLength(): number {
    return this.#vectors.values.byteLength + this.#inverseNorms.byteLength + this.#scan.byteLength;
  }

  get vectors(): EmbeddingMatrix {
    return this.#vectors;
  }

  /** The k rows nearest to a row, without itself. */
  nearest(row: number, k: number): Promise<CosineNeighbors> {
    return this.#nearest(this.#queryOf(row), k);
  }

  /** The k rows nearest to a vector that is none of them. */
  nearestTo(vector: Float32Array, k: number): Promise<CosineNeighbors> {
    return this.#nearest(this.#queryFrom(vector), k);
  }

  /** All rows within a cosine distance of a row, nearest first. */
  async within(row: number, radius: number): Promise<CosineNeighbors> {
    const query = this.#queryOf(row);
    const rows = await this.#scan.within(query, 1 - radius);
    return this.#inOrder(query, rows, (distance) => distance <= radius);
  }

  /** The rank (1 is nearest) that each of `points` has among all rows as seen from `row`. */
  ranks(row: number, points: Int32Array): Promise<Int32Array> {
    return this.#ranks(this.#queryOf(row), points);
  }

  /** The same as seen from a vector that is none of the rows. */
  ranksFrom(vector: Float32Array, points: Int32Array): Promise<Int32Array> {
    return this.#ranks(this.#queryFrom(vector), points);
  }

  #queryOf(row: number): ScanQuery {
    const { dimension, values } = this.#vectors;
    const vector = values.subarray(row * dimension, (row + 1) * dimension);
    return { vector, inverseNorm: this.#inverseNorms[row], exclude: row };
  }

  #queryFrom(vector: Float32Array): ScanQuery {
    return { vector, inverseNorm: inverseNormOf(vector, 0, vector.length), exclude: NO_ROW };
  }

  async #nearest(query: ScanQuery, k: number): Promise<CosineNeighbors> {
    const wanted = Math.max(0, Math.min(k, this.#vectors.rows - (query.exclude === NO_ROW ? 0 : 1)));
    if (wanted === 0) return { points: new Int32Array(0), distances: new Float64Array(0) };
    const { points, distances } = this.#inOrder(query, await this.#scan.nearest(query, wanted), () => true);
    return { points: points.slice(0, wanted), distances: distances.slice(0, wanted) };
  }

  /** Those of some rows whose distance is wanted, nearest first. */
  #inOrder(query: ScanQuery, rows: Int32Array, isWanted: (distance: number) => boolean): CosineNeighbors {
    const found: { readonly row: number; readonly distance: number }[] = [];
    for (const row of rows) {
      const distance = this.#distance(query, row);
      if (isWanted(distance)) found.push({ row, distance });
    }
    found.sort((a, b) => a.distance - b.distance || a.row - b.row);
    return {
      points: Int32Array.from(found, ({ row }) => row),
      distances: Float64Array.from(found, ({ distance }) => distance),
    };
  }

  async #ranks(query: ScanQuery, points: Int32Array): Promise<Int32Array> {
    if (points.length === 0) return new Int32Array(0);
    const distances = Float64Array.from(points, (point) => this.#distance(query, point));
    const order = Int32Array.from(points, (_, p) => p).sort(
      (a, b) => distances[a] - distances[b] || points[a] - points[b],
    );
    const limits = Float64Array.from(order, (p) => distances[p]);
    const limitRows = order.map((p) => points[p]);
    const { counts, notSure } = await this.#scan.countRegions(
      query,
      limits.map((limit) => 1 - limit),
    );
    for (const row of notSure) counts[regionOf(this.#distance(query, row), row, limits, limitRows)]++;
    const ranks = new Int32Array(points.length);
    let before = 0;
    order.forEach((p, at) => (ranks[p] = 1 + (before += counts[at])));
    return ranks;
  }

  #distance({ vector, inverseNorm }: ScanQuery, row: number): number {
    const { dimension, values } = this.#vectors;
    const cosine = innerProduct(vector, 0, values, row * dimension, dimension) * inverseNorm * this.#inverseNorms[row];
    return Math.max(0, 1 - cosine);
  }
}

/** The first limit that a row comes before; the number of limits where it comes before none. */
function regionOf(distance: number, row: number, limits: Float64Array, limitRows: Int32Array): number {
  let low = 0;
  let high = limits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (distance < limits[middle] || (distance === limits[middle] && row < limitRows[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

function inverseNormOf(values: Float32Array, start: number, dimension: number): number {
  const norm = Math.sqrt(innerProduct(values, start, values, start, dimension));
  return norm > 0 ? 1 / norm : 0;
}
