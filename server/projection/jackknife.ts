/** A 95 % confidence interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Student's t at 97.5 % for 2 to 12 layouts, by degrees of freedom. */
const STUDENT_T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201];
const NORMAL = 1.96;

/**
 * The interval of the mean over all pairs of R things. Pairs share members and are no independent sample, hence the
 * jackknife over the things (Efron and Stein 1981): how the mean changes when each of them is left out.
 * @param pairs R × R, of which the upper triangle counts, each a share from 0 to 1
 * @returns null for fewer than three, of which nothing can be left out
 */
export function jackknifeInterval(pairs: Float64Array, count: number): Interval | null {
  if (count < 3) return null;
  const without = Array.from({ length: count }, (_, left) => meanOfPairs(pairs, count, left));
  const center = without.reduce((sum, value) => sum + value, 0) / count;
  const squares = without.reduce((sum, value) => sum + (value - center) ** 2, 0);
  const reach = (STUDENT_T[count - 2] ?? NORMAL) * Math.sqrt(((count - 1) / count) * squares);
  const mean = meanOfPairs(pairs, count, -1);
  return { low: Math.max(0, mean - reach), high: Math.min(1, mean + reach) };
}

function meanOfPairs(pairs: Float64Array, count: number, without: number): number {
  let sum = 0;
  let terms = 0;
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      if (i === without || j === without) continue;
      sum += pairs[i * count + j];
      terms++;
    }
  }
  return sum / terms;
}
