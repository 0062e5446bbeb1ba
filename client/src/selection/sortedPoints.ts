import type { PointField } from './pointFields.ts';

export interface SortOrder {
  /** Name of a field; null keeps the order of the run. */
  readonly field: string | null;
  readonly descending: boolean;
}

/**
 * Points in the order of a field; points without a value come last either way, and equal ones stay in the order of the
 * run. Sorts one number a point: names are ranked once.
 */
export function sortedPoints(points: Int32Array, field: PointField | undefined, descending: boolean): Int32Array {
  if (field === undefined) return descending ? points.slice().reverse() : points;
  const keys = sortKeys(field, points);
  const order = Uint32Array.from(points, (_, index) => index);
  const sign = descending ? -1 : 1;
  order.sort((a, b) => {
    const [left, right] = [keys[a]!, keys[b]!];
    if (Number.isNaN(left) || Number.isNaN(right))
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b;
    return sign * (left - right) || a - b;
  });
  return Int32Array.from(order, (index) => points[index]!);
}

function sortKeys(field: PointField, points: Int32Array): Float64Array {
  if (field.kind === 'number') return Float64Array.from(points, (point) => field.values[point]!);
  if (field.kind === 'category') {
    const ranks = ranksOf(field.names);
    return Float64Array.from(points, (point) => ranks[field.codes[point]!] ?? NaN);
  }
  const texts = Array.from(points, (point) => field.texts[point] ?? '');
  const ranks = ranksOf(texts);
  return Float64Array.from(ranks);
}

const collator = new Intl.Collator('en-US', { numeric: true, sensitivity: 'base' });

/** The place of each name in their alphabetical order, numbers in names as numbers. */
function ranksOf(names: readonly string[]): Float64Array {
  const order = names.map((_, index) => index).sort((a, b) => collator.compare(names[a]!, names[b]!));
  const ranks = new Float64Array(names.length);
  for (const [rank, index] of order.entries()) ranks[index] = rank;
  return ranks;
}
