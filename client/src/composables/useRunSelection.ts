import { useEventListener } from '@vueuse/core';
import { computed, shallowRef, toRef, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { RunPoints } from '../disk/pointColors.ts';
import type { QueryField } from '../query/completions.ts';
import { markedColors, visibleCount } from '../selection/markedColors.ts';
import type { PointField } from '../selection/pointFields.ts';
import type { PointSet } from '../selection/pointSet.ts';
import type { SelectionMode } from '../selection/selectionHistory.ts';
import { decodePointList, encodePoints } from '../../../server/formats/pointList.ts';
import { usePointFields } from './usePointFields.ts';
import { usePointFilter } from './usePointFilter.ts';
import { useSelection } from './useSelection.ts';
import type { UseSelectionReturn } from './useSelection.ts';
import type { ViewState } from './useView.ts';

export interface UseRunSelectionOptions {
  runId: () => string;
  points: ShallowRef<RunPoints | null>;
  state: ViewState;
  /** RGBA of every point before anything is filtered or selected. */
  colors: Ref<Uint8Array | null>;
  iteration: () => number | null;
  positions: () => Float32Array | null;
}

export interface UseRunSelectionReturn extends UseSelectionReturn {
  fields: ComputedRef<readonly PointField[]>;
  queryFields: ComputedRef<readonly QueryField[]>;
  /** What the query line leaves; null is everything. */
  matches: ComputedRef<PointSet | null>;
  problem: ComputedRef<string | null>;
  /** Colors with hidden and faded points. */
  markedColors: ComputedRef<Uint8Array | null>;
  /** How many points can be seen. */
  shownCount: ComputedRef<number>;
  /** A click on a point of the disk, the grid or the table. */
  choose: (point: number | null, mode: SelectionMode) => void;
  /** Enter in the query line. */
  selectMatches: (event: KeyboardEvent) => void;
  sheet: ShallowRef<boolean>;
}

/** How a click with these keys held combines: Shift adds, Ctrl or Command removes. */
export function modeOf(event: MouseEvent | KeyboardEvent): SelectionMode {
  if (event.ctrlKey || event.metaKey) return 'remove';
  return event.shiftKey ? 'add' : 'replace';
}

/** All of a run's page that has to do with filtering and selecting points. */
export function useRunSelection(options: UseRunSelectionOptions): UseRunSelectionReturn {
  const { state, points, colors } = options;
  const pointCount = (): number => points.value?.imageIndices.length ?? 0;
  const { fields, queryFields } = usePointFields(options);
  const { matches, problem } = usePointFilter(toRef(state, 'query'), fields, pointCount);
  const selected = useSelection(pointCount, () => decodePointList(state.selection));
  const { selection } = selected;
  const sheet = shallowRef(state.selection !== '');

  // An address that selects all matches is answered when they are known.
  let wantsMatches = state.selection === '*';
  watch(matches, (found) => {
    if (wantsMatches && found !== null) selected.apply(found, 'replace');
    wantsMatches = false;
  });
  watch(selection, (chosen) => {
    const all = matches.value !== null && chosen.size > 0 && chosen.equals(matches.value);
    state.selection = all ? '*' : encodePoints(chosen.toArray());
    if (chosen.size > 1) sheet.value = true;
  });

  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
    if (event.target instanceof Element && event.target.closest('input, textarea, select, [role=dialog]')) return;
    event.preventDefault();
    if (event.shiftKey) selected.redo();
    else selected.undo();
  });

  const marked = computed(() => colors.value && markedColors(colors.value, matches.value, selection.value));

  return {
    ...selected,
    fields,
    queryFields,
    matches,
    problem,
    sheet,
    markedColors: marked,
    shownCount: computed(() => (marked.value === null ? pointCount() : visibleCount(marked.value))),
    choose: (point, mode) => {
      if (point !== null) {
        // A second click with Shift takes the point out again.
        const removes = mode === 'remove' || (mode === 'add' && selection.value.has(point));
        selected.applyPoints([point], removes ? 'remove' : mode);
      } else if (mode === 'replace') selected.clear();
      if (mode === 'replace') state.point = point;
    },
    selectMatches: (event) => matches.value !== null && selected.apply(matches.value, modeOf(event)),
  };
}
