import type { Ref, ShallowRef } from 'vue';
import type { DrawnPoints } from '../disk/drawnPoints.ts';
import type { Plane } from '../disk/diskTransform.ts';
import type { PointSet } from '../selection/pointSet.ts';
import { pointsInPolygon, thinned } from '../selection/pointsInPolygon.ts';
import type { SelectionMode } from '../selection/selectionHistory.ts';
import { useRegionGesture } from './useRegionGesture.ts';
import type { UseRegionGestureOptions } from './useRegionGesture.ts';

export interface UseRegionSelectOptions extends Omit<UseRegionGestureOptions, 'onRegion'> {
  renderer: Readonly<Ref<DrawnPoints | null>>;
  plane: () => Plane;
  /** RGBA of every point; hidden ones are not selected. */
  colors: () => Uint8Array;
  onRegion: (points: PointSet, mode: SelectionMode) => void;
}

/** Of the disk's radius: finer than a hand draws. */
const LASSO_TOLERANCE = 0.004;

/** Lasso and box over the points that are drawn. */
export function useRegionSelect(options: UseRegionSelectOptions): { outline: ShallowRef<string | null> } {
  const { renderer, plane, colors, onRegion, ...gesture } = options;
  return useRegionGesture({
    ...gesture,
    onRegion: (corners, mode) => {
      const motion = renderer.value?.motion();
      if (!motion) return;
      const view = gesture.view();
      const polygon = thinned(corners, LASSO_TOLERANCE / view.zoom);
      onRegion(pointsInPolygon(plane(), view, motion, polygon, colors()), mode);
    },
  });
}
