/** Dark screens or paper. */
export type Ground = 'dark' | 'light';

/** Red, green and blue, 0 to 255. */
export type RgbColor = readonly [number, number, number];

/** Ends and middle of a scale from low to high that keeps its order in gray and for color-blind people. */
const SCALES: Readonly<Record<Ground, readonly [RgbColor, RgbColor, RgbColor]>> = {
  dark: [
    [92, 74, 160],
    [214, 96, 100],
    [250, 222, 130],
  ],
  light: [
    [214, 160, 40],
    [190, 70, 90],
    [56, 34, 110],
  ],
};

/** @param value 0 to 1 */
export function scaleColor(value: number, ground: Ground): RgbColor {
  const [low, middle, high] = SCALES[ground];
  const [from, to, share] = value < 0.5 ? [low, middle, value * 2] : [middle, high, value * 2 - 1];
  return [0, 1, 2].map((i) => Math.round(from[i]! + share * (to[i]! - from[i]!))) as unknown as RgbColor;
}

/** What the scale shows of the points that are not outliers: from the lowest to the highest but for 1 % on each side. */
export function rangeOf(values: Float32Array | Float64Array): { low: number; high: number } {
  const sorted = new Float64Array(values).filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return { low: 0, high: 1 };
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  const [low, high] = [at(0.01), at(0.99)];
  return high > low ? { low, high } : { low, high: low + 1 };
}
