/** How many of those that changed most are listed and shown. */
export const LISTED_CHANGES = 24;

/** What is asked of a comparison of two layouts. */
export interface ComparedImages {
  /** The image of every entry of the next two, ascending. */
  readonly imageIndices: Int32Array;
  /** Share of the 15 neighbors that differ. */
  readonly change: Float32Array;
  /** Geodesic distance of the two places after alignment. */
  readonly displacement: Float32Array;
}

export interface ChangedImage {
  readonly image: number;
  /** Share of the 15 neighbors that differ, the mean over the comparisons. */
  readonly change: number;
  /** Geodesic distance of the two places after alignment, the mean over the comparisons. */
  readonly displacement: number;
}

/**
 * The images whose neighborhoods changed most, and among those that lost as many neighbors the ones that went farthest:
 * a point that moved together with its neighbors has not changed.
 */
export function mostChanged(comparisons: readonly ComparedImages[], count: number): ChangedImage[] {
  const sums = new Map<number, { change: number; displacement: number; terms: number }>();
  for (const { imageIndices, change, displacement } of comparisons) {
    imageIndices.forEach((image, entry) => {
      const sum = sums.get(image) ?? { change: 0, displacement: 0, terms: 0 };
      sum.change += change[entry]!;
      sum.displacement += displacement[entry]!;
      sum.terms++;
      sums.set(image, sum);
    });
  }
  return Array.from(sums, ([image, { change, displacement, terms }]) => ({
    image,
    change: change / terms,
    displacement: displacement / terms,
  }))
    .sort((a, b) => b.change - a.change || b.displacement - a.displacement || a.image - b.image)
    .slice(0, count);
}
