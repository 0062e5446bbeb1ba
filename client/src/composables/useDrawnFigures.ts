import type { Ref } from 'vue';
import { distanceFromOrigin, radiiOf } from '../disk/diskTransform.ts';
import type { DiskPoint, Plane } from '../disk/diskTransform.ts';
import type { DrawnPoints } from '../disk/drawnPoints.ts';

export interface UseDrawnFiguresOptions {
  renderer: Readonly<Ref<DrawnPoints | null>>;
  plane: () => Plane;
  /** Of the layout that is shown; null before the first. */
  iteration: Readonly<Ref<number | null>>;
}

export interface UseDrawnFiguresReturn {
  /** A copy of the layout that is shown, N × 2; null before the first. */
  positions: () => Float32Array | null;
  /** Where a point is now, in layout coordinates. */
  positionOf: (point: number) => DiskPoint | null;
  /** Geodesic distance of a point from the origin; null before the first layout. */
  distanceOf: (point: number) => number | null;
  /** Geodesic distance of every point from the origin (Euclidean on a flat layout). */
  radii: () => Float32Array | null;
}

/** What other parts of the page ask of the layout on the disk. */
export function useDrawnFigures({ renderer, plane, iteration }: UseDrawnFiguresOptions): UseDrawnFiguresReturn {
  const positionOf = (point: number): DiskPoint | null => renderer.value?.positionOf(point) ?? null;
  return {
    positionOf,
    positions: () => {
      const motion = renderer.value?.motion();
      return iteration.value === null || !motion ? null : motion.to.slice();
    },
    distanceOf: (point) => {
      const position = positionOf(point);
      return position && distanceFromOrigin(plane(), position);
    },
    radii: () => {
      const motion = renderer.value?.motion();
      return motion ? radiiOf(plane(), motion.to) : null;
    },
  };
}
