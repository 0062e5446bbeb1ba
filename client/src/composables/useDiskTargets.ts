import { computed } from 'vue';
import type { ComputedRef } from 'vue';
import type { DiskPoint } from '../disk/diskTransform.ts';
import type { PointSet } from '../selection/pointSet.ts';

export interface UseDiskTargetsOptions {
  positionOf: (point: number) => DiskPoint | null;
  glideTo: (target: DiskPoint) => void;
  /** Shows all places: x0 y0 x1 y1 … */
  fit: (places: Float64Array) => void;
  /** The point that is looked at, and its neighbors. */
  selected: () => number | null;
  neighbors: () => readonly number[];
  group: () => PointSet | null;
}

export interface UseDiskTargetsReturn {
  glideToPoint: (point: number | null) => void;
  fitTo: (points: Iterable<number>) => void;
  /** What F shows: the selection, or the point that is looked at with its neighbors. */
  fitted: ComputedRef<Iterable<number> & { readonly length: number }>;
}

/** Brings points into view: one to the center, or several at once. */
export function useDiskTargets(options: UseDiskTargetsOptions): UseDiskTargetsReturn {
  const { positionOf, glideTo, fit, selected, neighbors, group } = options;

  function glideToPoint(point: number | null): void {
    const target = point === null ? null : positionOf(point);
    if (target) glideTo(target);
  }

  function fitTo(points: Iterable<number>): void {
    const places = Array.from(points, positionOf).filter((place) => place !== null);
    fit(Float64Array.from(places.flatMap(({ x, y }) => [x, y])));
  }

  const fitted = computed((): Iterable<number> & { readonly length: number } => {
    const chosen = group();
    if (chosen !== null && chosen.size > 1) return chosen.toArray();
    const point = selected();
    return point === null ? [] : [point, ...neighbors()];
  });

  return { glideToPoint, fitTo, fitted };
}
