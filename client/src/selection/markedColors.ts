import type { PointSet } from './pointSet.ts';

/** How much of its opacity a point keeps while others are selected. */
const FADED = 0.22;

/**
 * Colors with what a query leaves out hidden and what is not selected faded; an empty selection fades nothing.
 * @param colors RGBA a point, not changed
 */
export function markedColors(colors: Uint8Array, matches: PointSet | null, selection: PointSet): Uint8Array {
  const fits = (set: PointSet): boolean => set.pointCount * 4 === colors.length;
  const filter = matches !== null && fits(matches) ? matches : null;
  const chosen = selection.size > 0 && fits(selection) ? selection : null;
  if (filter === null && chosen === null) return colors;
  const marked = colors.slice();
  for (let point = 0; 4 * point < marked.length; point++) {
    if (filter !== null && !filter.has(point)) marked[4 * point + 3] = 0;
    else if (chosen !== null && !chosen.has(point)) marked[4 * point + 3]! *= FADED;
  }
  return marked;
}

/** How many points can be seen: neither left out by the query nor hidden by the legend. @param colors RGBA a point */
export function visibleCount(colors: Uint8Array): number {
  let count = 0;
  for (let alpha = 3; alpha < colors.length; alpha += 4) if (colors[alpha]! > 0) count++;
  return count;
}
