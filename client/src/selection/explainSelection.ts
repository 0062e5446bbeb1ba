import type { PointField } from './pointFields.ts';
import type { PointSet } from './pointSet.ts';

/** What the selection has more of than the rest, or less. */
export type Finding = CategoryFinding | NumberFinding;

export interface CategoryFinding {
  readonly kind: 'category';
  readonly field: string;
  readonly value: string;
  readonly count: number;
  /** Of the selected points, those with this value. */
  readonly share: number;
  /** Of the others. */
  readonly restShare: number;
  readonly strength: number;
}

export interface NumberFinding {
  readonly kind: 'number';
  readonly field: string;
  readonly mean: number;
  readonly restMean: number;
  readonly strength: number;
}

/** |z| below this happens by chance in one of a hundred: nothing to tell. */
const WORTH_TELLING = 2.58;

/**
 * How the selected points differ from the others, strongest first. For a category the two-proportion z statistic with
 * pooled variance, for numbers Welch's t statistic; numbers that only name a point are left out.
 */
export function explainSelection(selection: PointSet, fields: readonly PointField[]): readonly Finding[] {
  const rest = selection.complement();
  if (selection.size === 0 || rest.size === 0) return [];
  const findings = fields.flatMap((field): Finding[] => {
    if (field.kind === 'category') return categoryFindings(field, selection, rest);
    return field.kind === 'number' && field.name !== 'image' && field.name !== 'angle'
      ? [numberFinding(field, selection, rest)]
      : [];
  });
  return findings
    .filter(({ strength }) => Math.abs(strength) >= WORTH_TELLING)
    .sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength));
}

function categoryFindings(
  { name, names, codes }: Extract<PointField, { kind: 'category' }>,
  selection: PointSet,
  rest: PointSet,
): CategoryFinding[] {
  const inside = selection.countCodes(codes, names.length);
  const outside = rest.countCodes(codes, names.length);
  return names.map((value, code) => {
    const count = inside[code]!;
    const share = count / selection.size;
    const restShare = outside[code]! / rest.size;
    const pooled = (count + outside[code]!) / (selection.size + rest.size);
    const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / selection.size + 1 / rest.size));
    return {
      kind: 'category',
      field: name,
      value,
      count,
      share,
      restShare,
      strength: deviation === 0 ? 0 : (share - restShare) / deviation,
    };
  });
}

function numberFinding(
  { name, values }: Extract<PointField, { kind: 'number' }>,
  selection: PointSet,
  rest: PointSet,
): NumberFinding {
  const inside = moments(values, selection.toArray());
  const outside = moments(values, rest.toArray());
  const deviation = Math.sqrt(inside.variance / inside.count + outside.variance / outside.count);
  const difference = inside.mean - outside.mean;
  const strength = deviation > 0 && inside.count > 1 && outside.count > 1 ? difference / deviation : 0;
  return { kind: 'number', field: name, mean: inside.mean, restMean: outside.mean, strength };
}

/** Mean and variance by Welford's update; NaN is no value. */
function moments(values: ArrayLike<number>, points: Int32Array): { count: number; mean: number; variance: number } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const point of points) {
    const value = values[point]!;
    if (Number.isNaN(value)) continue;
    count++;
    const delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }
  return { count, mean, variance: count > 1 ? squares / (count - 1) : 0 };
}
