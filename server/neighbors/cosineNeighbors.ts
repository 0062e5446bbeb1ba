import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';

export interface CosineNeighbors {
  readonly points: Int32Array;
  /** 1 − cos. */
  readonly distances: Float64Array;
}

/** Rows that are compared before other work of the process gets a turn. */
const ROWS_PER_TURN = 4096;
const NO_ROW = -1;

/**
 * Nearest rows by cosine for single queries, exact. It holds the rows' lengths; a query compares one row with all, and
 * yields to other work of the process in between.
 */
export class CosineIndex {
  readonly #vectors: EmbeddingMatrix;
  readonly #inverseNorms: Float64Array;

  private constructor(vectors: EmbeddingMatrix, inverseNorms: Float64Array) {
    this.#vectors = vectors;
    this.#inverseNorms = inverseNorms;
  }

  static async create(vectors: EmbeddingMatrix): Promise<CosineIndex> {
    const { rows, dimension, values } = vectors;
    const inverseNorms = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      if (row > 0 && row % ROWS_PER_TURN === 0) await new Promise(setImmediate);
      const norm = Math.sqrt(dot(values, row * dimension, values, row * dimension, dimension));
      inverseNorms[row] = norm > 0 ? 1 / norm : 0;
    }
    return new CosineIndex(vectors, inverseNorms);
  }

  get byteLength(): number {
    return this.#vectors.values.byteLength + this.#inverseNorms.byteLength;
  }

  get vectors(): EmbeddingMatrix {
    return this.#vectors;
  }

  /** The k rows nearest to a row, without itself; equal distances go to the lower index. */
  async nearest(row: number, k: number): Promise<CosineNeighbors> {
    return firstOf(await this.#distancesFrom(row), row, k);
  }

  /** The k rows nearest to a vector that is none of them. */
  async nearestTo(vector: Float32Array, k: number): Promise<CosineNeighbors> {
    return firstOf(await this.#distancesTo(vector), NO_ROW, k);
  }

  /** All rows within a cosine distance of a row, nearest first. */
  async within(row: number, radius: number): Promise<CosineNeighbors> {
    const distances = await this.#distancesFrom(row);
    const found: number[] = [];
    distances.forEach((distance, other) => {
      if (other !== row && distance <= radius) found.push(other);
    });
    found.sort((a, b) => distances[a] - distances[b] || a - b);
    return { points: Int32Array.from(found), distances: Float64Array.from(found, (point) => distances[point]) };
  }

  /** The rank (1 is nearest) that each of `points` has among all rows as seen from `row`. */
  async ranks(row: number, points: Int32Array): Promise<Int32Array> {
    return ranksOf(await this.#distancesFrom(row), row, points);
  }

  /** The same as seen from a vector that is none of the rows. */
  async ranksFrom(vector: Float32Array, points: Int32Array): Promise<Int32Array> {
    return ranksOf(await this.#distancesTo(vector), NO_ROW, points);
  }

  #distancesFrom(row: number): Promise<Float64Array> {
    const { dimension, values } = this.#vectors;
    return this.#distancesTo(values.subarray(row * dimension, (row + 1) * dimension));
  }

  async #distancesTo(vector: Float32Array): Promise<Float64Array> {
    const { rows, dimension, values } = this.#vectors;
    const distances = new Float64Array(rows);
    const norm = Math.sqrt(dot(vector, 0, vector, 0, dimension));
    const scale = norm > 0 ? 1 / norm : 0;
    for (let start = 0; start < rows; start += ROWS_PER_TURN) {
      const end = Math.min(rows, start + ROWS_PER_TURN);
      for (let other = start; other < end; other++) {
        const cosine = dot(vector, 0, values, other * dimension, dimension) * scale * this.#inverseNorms[other];
        distances[other] = Math.max(0, 1 - cosine);
      }
      if (end < rows) await new Promise(setImmediate);
    }
    return distances;
  }
}

function firstOf(distances: Float64Array, exclude: number, k: number): CosineNeighbors {
  const order = bestOf(distances, exclude, k);
  return { points: order, distances: Float64Array.from(order, (point) => distances[point]) };
}

function ranksOf(distances: Float64Array, exclude: number, points: Int32Array): Int32Array {
  return Int32Array.from(points, (point) => {
    let rank = 1;
    for (let other = 0; other < distances.length; other++) {
      if (other === exclude || other === point) continue;
      if (distances[other] < distances[point] || (distances[other] === distances[point] && other < point)) rank++;
    }
    return rank;
  });
}

function bestOf(distances: Float64Array, exclude: number, k: number): Int32Array {
  const capacity = Math.max(0, Math.min(k, distances.length - (exclude === NO_ROW ? 0 : 1)));
  const best = new Int32Array(capacity);
  let found = 0;
  for (let point = 0; point < distances.length; point++) {
    if (point === exclude) continue;
    const distance = distances[point];
    if (found === capacity && !(capacity > 0 && distance < distances[best[capacity - 1]])) continue;
    let at = found < capacity ? found++ : capacity - 1;
    for (; at > 0 && distances[best[at - 1]] > distance; at--) best[at] = best[at - 1];
    best[at] = point;
  }
  return best;
}

/** Four sums, so that one addition need not wait for the other. */
function dot(x: Float32Array, i: number, y: Float32Array, j: number, length: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let at = 0;
  for (; at + 3 < length; at += 4) {
    a += x[i + at] * y[j + at];
    b += x[i + at + 1] * y[j + at + 1];
    c += x[i + at + 2] * y[j + at + 2];
    d += x[i + at + 3] * y[j + at + 3];
  }
  for (; at < length; at++) a += x[i + at] * y[j + at];
  return a + b + (c + d);
}
