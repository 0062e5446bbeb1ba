import type { PointField } from './pointFields.ts';

export interface SortOrder {
  /** Name of a field; null keeps the order of the run. */
  readonly field: string | null;
  readonly descending: boolean;
}

/** Points of a layout at most: key and place share the 53 bits of a double. */
const PLACES = 2 ** 21;
const LAST_KEY = 2 ** 32 - 1;

/**
 * Points in the order of a field; points without a value come last either way, and equal ones stay in the order of the
 * run. Key and place of a point make one double, so that the engine's own sort of typed arrays does the work: a
 * function that compares is several times slower.
 * @throws RangeError for more than 2²¹ points
 */
export function sortedPoints(points: Int32Array, field: PointField | undefined, descending: boolean): Int32Array {
  if (points.length > PLACES) throw new RangeError(`${points.length} points cannot be sorted, at most ${PLACES}`);
  if (field === undefined) return descending ? points.slice().reverse() : points;
  const keys = sortKeys(field, points);
  const order = new Float64Array(points.length);
  for (let place = 0; place < order.length; place++) {
    const key = keys[place]!;
    const turned = key === LAST_KEY || !descending ? key : LAST_KEY - 1 - key;
    order[place] = turned * PLACES + place;
  }
  order.sort();
  return points.map((_, place) => points[order[place]! % PLACES]!);
}

/** A whole number for each point that grows with its value; the last one where there is none. */
function sortKeys(field: PointField, points: Int32Array): Uint32Array {
  if (field.kind === 'number') return numberKeys(field.values, points);
  if (field.kind === 'category') {
    const ranks = ranksOf(field.names);
    return Uint32Array.from(points, (point) => ranks[field.codes[point]!] ?? LAST_KEY);
  }
  return ranksOf(Array.from(points, (point) => field.texts[point] ?? ''));
}

/** The bits of a float, turned so that they grow with it (Herf, Radix Tricks, 2001); −0 and 0 are one. */
function numberKeys(values: Float32Array | Float64Array | Int32Array, points: Int32Array): Uint32Array {
  if (values instanceof Float64Array) return rankKeys(values, points);
  if (values instanceof Int32Array) return new Uint32Array(points.map((point) => values[point]! ^ 0x80000000).buffer);
  const floats = new Float32Array(points.length);
  for (const [place, point] of points.entries()) floats[place] = values[point]! + 0;
  const bits = new Uint32Array(floats.buffer);
  return bits.map((word, place) => {
    if (Number.isNaN(floats[place]!)) return LAST_KEY;
    return word & 0x80000000 ? ~word : word | 0x80000000;
  });
}

/** The place of each name in their alphabetical order, numbers in names as numbers. */
function ranksOf(names: readonly string[]): Uint32Array {
  const collator = new Intl.Collator('en-US', { numeric: true, sensitivity: 'base' });
  const order = names.map((_, index) => index).sort((a, b) => collator.compare(names[a]!, names[b]!));
  const ranks = new Uint32Array(names.length);
  for (const [rank, index] of order.entries()) ranks[index] = rank;
  return ranks;
}

/** How many values are smaller: 64 bits do not fit into a key. */
function rankKeys(values: Float64Array, points: Int32Array): Uint32Array {
  const sorted = Float64Array.from(points, (point) => values[point]!).sort();
  return Uint32Array.from(points, (point) => {
    const value = values[point]!;
    return Number.isNaN(value) ? LAST_KEY : smallerCount(sorted, value);
  });
}

function smallerCount(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
