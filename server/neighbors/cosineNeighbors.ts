import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { CosineScores, type Scores } from './cosineScores.ts';
import { INT16_SCALE } from './quantizedRows.ts';

export interface CosineNeighbors {
  readonly points: Int32Array;
  /** 1 − cos. */
  readonly distances: Float64Array;
}

/** Rows that are measured before other work of the process gets a turn. */
const ROWS_PER_TURN = 4096;
const NO_ROW = -1;
/** A score of 1. */
const UNIT = INT16_SCALE * INT16_SCALE;
/** Scores are sorted into classes of 2¹⁷, which is a cosine of 0.0001. */
const CLASS_BITS = 17;
const CLASSES = 2 ** (32 - CLASS_BITS);
/** A class of scores that is too near to a limit to tell the side. */
const UNCLEAR = -1;

/** What is looked for: the vector, its inverse length, and a row that is left out because it is the vector itself. */
interface Query {
  readonly vector: Float32Array;
  readonly inverseNorm: number;
  readonly exclude: number;
}

/**
 * Nearest rows by cosine for single queries, exact: scores in int16 tell which rows can be among them, and those alone are
 * compared in float64. Equal distances go to the lower index.
 */
export class CosineIndex {
  readonly #vectors: EmbeddingMatrix;
  readonly #inverseNorms: Float64Array;
  readonly #scores: CosineScores;

  private constructor(vectors: EmbeddingMatrix, inverseNorms: Float64Array, scores: CosineScores) {
    this.#vectors = vectors;
    this.#inverseNorms = inverseNorms;
    this.#scores = scores;
  }

  static async create(vectors: EmbeddingMatrix): Promise<CosineIndex> {
    const { rows, dimension, values } = vectors;
    const inverseNorms = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      if (row > 0 && row % ROWS_PER_TURN === 0) await new Promise(setImmediate);
      inverseNorms[row] = inverseNormOf(values, row * dimension, dimension);
    }
    return new CosineIndex(vectors, inverseNorms, await CosineScores.create(vectors, inverseNorms));
  }

  get byteLength(): number {
    return this.#vectors.values.byteLength + this.#inverseNorms.byteLength + this.#scores.byteLength;
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
  within(row: number, radius: number): Promise<CosineNeighbors> {
    const query = this.#queryOf(row);
    return this.#scores.with(query.vector, query.inverseNorm, (scores) => {
      const least = (1 - radius - scores.error) * UNIT;
      return this.#inOrder(query, scores, least, (distance) => distance <= radius);
    });
  }

  /** The rank (1 is nearest) that each of `points` has among all rows as seen from `row`. */
  ranks(row: number, points: Int32Array): Promise<Int32Array> {
    return this.#ranks(this.#queryOf(row), points);
  }

  /** The same as seen from a vector that is none of the rows. */
  ranksFrom(vector: Float32Array, points: Int32Array): Promise<Int32Array> {
    return this.#ranks(this.#queryFrom(vector), points);
  }

  #queryOf(row: number): Query {
    const { dimension, values } = this.#vectors;
    const vector = values.subarray(row * dimension, (row + 1) * dimension);
    return { vector, inverseNorm: this.#inverseNorms[row], exclude: row };
  }

  #queryFrom(vector: Float32Array): Query {
    return { vector, inverseNorm: inverseNormOf(vector, 0, vector.length), exclude: NO_ROW };
  }

  #nearest(query: Query, k: number): Promise<CosineNeighbors> {
    return this.#scores.with(query.vector, query.inverseNorm, (scores) => {
      const wanted = Math.max(0, Math.min(k, this.#vectors.rows - (query.exclude === NO_ROW ? 0 : 1)));
      // The k rows with the best scores are at most one error worse, and the true ones at most one error better.
      const least = scoreOfRank(scores.values, query.exclude, wanted) - 2 * scores.error * UNIT;
      const { points, distances } = this.#inOrder(query, scores, least, () => true);
      return { points: points.slice(0, wanted), distances: distances.slice(0, wanted) };
    });
  }

  /** The rows whose score is at least `least` and whose distance is wanted, nearest first. */
  #inOrder(query: Query, { values }: Scores, least: number, isWanted: (distance: number) => boolean): CosineNeighbors {
    const found: { readonly row: number; readonly distance: number }[] = [];
    for (let row = 0; row < values.length; row++) {
      if (values[row] < least || row === query.exclude) continue;
      const distance = this.#distance(query, row);
      if (isWanted(distance)) found.push({ row, distance });
    }
    found.sort((a, b) => a.distance - b.distance || a.row - b.row);
    return {
      points: Int32Array.from(found, ({ row }) => row),
      distances: Float64Array.from(found, ({ distance }) => distance),
    };
  }

  #ranks(query: Query, points: Int32Array): Promise<Int32Array> {
    if (points.length === 0) return Promise.resolve(new Int32Array(0));
    const distances = Float64Array.from(points, (point) => this.#distance(query, point));
    const order = Int32Array.from(points, (_, p) => p).sort(
      (a, b) => distances[a] - distances[b] || points[a] - points[b],
    );
    const limits = Float64Array.from(order, (p) => distances[p]);
    return this.#scores.with(query.vector, query.inverseNorm, (scores) => {
      const counts = this.#countBetween(query, scores, limits, (p) => points[order[p]]);
      const ranks = new Int32Array(points.length);
      let before = 0;
      order.forEach((p, at) => (ranks[p] = 1 + (before += counts[at])));
      return ranks;
    });
  }

  /** How many rows come before the first limit, between the first and the second, and so on; `rowOf` each limit. */
  #countBetween(query: Query, scores: Scores, limits: Float64Array, rowOf: (limit: number) => number): Uint32Array {
    const { values, error } = scores;
    // One more than there are limits, for the rows beyond the last.
    const counts = new Uint32Array(limits.length + 1);
    for (const row of countClasses(values, limitOfClasses(limits, error), query.exclude, counts)) {
      const distance = this.#distance(query, row);
      let limit = firstAtLeast(limits, distance);
      while (limit < limits.length && !isBefore(distance, row, limits[limit], rowOf(limit))) limit++;
      counts[limit]++;
    }
    return counts;
  }

  #distance({ vector, inverseNorm }: Query, row: number): number {
    const { dimension, values } = this.#vectors;
    const cosine = dot(vector, 0, values, row * dimension, dimension) * inverseNorm * this.#inverseNorms[row];
    return Math.max(0, 1 - cosine);
  }
}

function isBefore(distance: number, row: number, limit: number, limitRow: number): boolean {
  return distance < limit || (distance === limit && row < limitRow);
}

/** The first place in ascending `limits` whose value is at least `value`. */
function firstAtLeast(limits: Float64Array, value: number): number {
  let low = 0;
  let high = limits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (limits[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function classOf(score: number): number {
  return (score >> CLASS_BITS) + CLASSES / 2;
}

/** The first limit (ascending distances) that all scores of a class lie before, for each class. */
function limitOfClasses(limits: Float64Array, error: number): Int16Array {
  const limitOf = new Int16Array(CLASSES).fill(limits.length);
  let end = CLASSES;
  limits.forEach((limit, at) => {
    const cosine = 1 - limit;
    const first = classOf(Math.floor((cosine - error) * UNIT));
    // May be beyond a cosine of 1, as scores may.
    const last = classOf(Math.ceil((cosine + error) * UNIT));
    if (last + 1 < end) limitOf.fill(at, last + 1, end);
    limitOf.fill(UNCLEAR, first, Math.min(end, last + 1));
    end = Math.min(end, first);
  });
  return limitOf;
}

/**
 * Counts the rows whose class of scores tells their limit. @returns the others, to be looked at closely: together, since
 * going to and fro between scores and vectors takes several times as long
 */
function countClasses(scores: Int32Array, limitOf: Int16Array, exclude: number, counts: Uint32Array): Int32Array {
  const unclear = new Int32Array(scores.length);
  let found = 0;
  for (let row = 0; row < scores.length; row++) {
    const limit = limitOf[classOf(scores[row])];
    if (row === exclude) continue;
    if (limit === UNCLEAR) unclear[found++] = row;
    else counts[limit]++;
  }
  return unclear.subarray(0, found);
}

/** A score that at least `rank` rows reach, and few others: the lower end of a class of scores. */
function scoreOfRank(scores: Int32Array, exclude: number, rank: number): number {
  const counts = new Uint32Array(CLASSES);
  for (let row = 0; row < scores.length; row++) if (row !== exclude) counts[classOf(scores[row])]++;
  let level = CLASSES;
  for (let count = 0; count < rank && level > 0;) count += counts[--level];
  return (level - CLASSES / 2) * 2 ** CLASS_BITS;
}

function inverseNormOf(values: Float32Array, start: number, dimension: number): number {
  const norm = Math.sqrt(dot(values, start, values, start, dimension));
  return norm > 0 ? 1 / norm : 0;
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
