import { computed, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { DiskPoint } from '../disk/diskTransform.ts';
import { useKeyboard } from './useKeyboard.ts';
import { useNeighbors } from './useNeighbors.ts';
import type { UseNeighborsReturn } from './useNeighbors.ts';
import type { DiskTool } from './useRegionGesture.ts';
import type { UseRunReturn } from './useRun.ts';
import { modeOf } from './useRunSelection.ts';
import type { UseRunSelectionReturn } from './useRunSelection.ts';
import type { ViewState } from './useView.ts';

export interface UseInspectionOptions {
  runId: () => string;
  state: ViewState;
  run: UseRunReturn['run'];
  hasFrame: Readonly<Ref<boolean>>;
  selecting: UseRunSelectionReturn;
  /** Where a point is now, in layout coordinates. */
  positionOf: (point: number) => DiskPoint | null;
  /** Puts the cursor into the query line. */
  focusQuery: () => void;
}

export interface UseInspectionReturn {
  tool: ShallowRef<DiskTool>;
  /** Whether arcs lead to the neighbors. */
  arcsShown: ShallowRef<boolean>;
  /** The place that is looked at instead of a point. */
  place: ShallowRef<DiskPoint | null>;
  near: UseNeighborsReturn;
  /** Marks the place, or the distance within which neighbors are looked for. */
  ball: ComputedRef<{ center: DiskPoint; radius: number } | null>;
  /** An arrow led to a point; null is Escape, which undoes one level: the tool, then what is chosen. */
  focusOrEscape: (point: number | null) => void;
  inspectPlace: (at: DiskPoint) => void;
}

const COUNTS = [5, 10, 15, 30, 50, 100] as const;

/** What is looked at closely, a point or a place, with its neighbors and the keys for that. */
export function useInspection(options: UseInspectionOptions): UseInspectionReturn {
  const { runId, state, run, hasFrame, selecting } = options;
  const tool = shallowRef<DiskTool>('pan');
  const arcsShown = shallowRef(true);
  const place = shallowRef<DiskPoint | null>(null);
  const near = useNeighbors({
    runId,
    point: () => state.point,
    place: () => place.value,
    k: () => state.k,
    run,
    hasFrame,
  });
  watch(
    () => state.point,
    (point) => point !== null && (place.value = null),
  );

  const ball = computed(() => {
    const radius = near.radius.value;
    if (state.point === null) return place.value && { center: place.value, radius: radius ?? 0 };
    const center = radius === null ? null : options.positionOf(state.point);
    return center && { center, radius: radius! };
  });

  function focusOrEscape(point: number | null): void {
    if (point === null && tool.value !== 'pan') {
      tool.value = 'pan';
      return;
    }
    if (point === null) {
      place.value = null;
      selecting.clear();
    }
    state.point = point;
  }

  useKeyboard({
    v: () => (tool.value = 'pan'),
    l: () => (tool.value = 'lasso'),
    b: () => (tool.value = 'box'),
    p: () => (tool.value = 'place'),
    n: () => (arcsShown.value = !arcsShown.value),
    a: () => (selecting.sheet.value = !selecting.sheet.value),
    '/': options.focusQuery,
    '[': () => (state.k = COUNTS.findLast((count) => count < state.k) ?? state.k),
    ']': () => (state.k = COUNTS.find((count) => count > state.k) ?? state.k),
    Enter: (event) => state.point !== null && selecting.choose(state.point, modeOf(event)),
  });

  return {
    tool,
    arcsShown,
    place,
    near,
    ball,
    focusOrEscape,
    inspectPlace: (at) => {
      state.point = null;
      place.value = at;
    },
  };
}
