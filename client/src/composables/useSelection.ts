import { computed, shallowRef, watch } from 'vue';
import type { ComputedRef } from 'vue';
import { PointSet } from '../selection/pointSet.ts';
import { emptyHistory, redo, select, undo } from '../selection/selectionHistory.ts';
import type { SelectionMode } from '../selection/selectionHistory.ts';

export interface UseSelectionReturn {
  selection: ComputedRef<PointSet>;
  canUndo: ComputedRef<boolean>;
  canRedo: ComputedRef<boolean>;
  apply: (points: PointSet, mode: SelectionMode) => void;
  applyPoints: (points: readonly number[], mode: SelectionMode) => void;
  clear: () => void;
  undo: () => void;
  redo: () => void;
}

/** The selected points of a layout, with undo; another number of points starts anew. */
export function useSelection(pointCount: () => number, initial: () => readonly number[]): UseSelectionReturn {
  const history = shallowRef(emptyHistory(0));
  watch(
    pointCount,
    (count) => {
      if (count === history.value.present.pointCount) return;
      history.value = { ...emptyHistory(count), present: PointSet.of(count, initial()) };
    },
    { immediate: true },
  );

  function apply(points: PointSet, mode: SelectionMode): void {
    if (points.pointCount === history.value.present.pointCount) history.value = select(history.value, points, mode);
  }

  return {
    selection: computed(() => history.value.present),
    canUndo: computed(() => history.value.past.length > 0),
    canRedo: computed(() => history.value.future.length > 0),
    apply,
    applyPoints: (points, mode) => apply(PointSet.of(history.value.present.pointCount, points), mode),
    clear: () => apply(PointSet.none(history.value.present.pointCount), 'replace'),
    undo: () => (history.value = undo(history.value)),
    redo: () => (history.value = redo(history.value)),
  };
}
