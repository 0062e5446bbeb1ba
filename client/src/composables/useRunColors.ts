import { computed } from 'vue';
import type { ComputedRef, ShallowRef } from 'vue';
import { colorsByCategory, colorsByValue, nameOf } from '../disk/pointColors.ts';
import type { RunPoints } from '../disk/pointColors.ts';
import { useTheme } from './useTheme.ts';
import type { ViewState } from './useView.ts';

export interface UseRunColorsReturn {
  /** RGBA of every point; null before classes are known. */
  colors: ComputedRef<Uint8Array | null>;
  labelOf: (point: number) => string | null;
  imageUrlOf: (point: number) => string | null;
}

/** What points look like and are called. */
export function useRunColors(points: ShallowRef<RunPoints | null>, state: ViewState): UseRunColorsReturn {
  const { isDark } = useTheme();
  const colors = computed(() => {
    if (points.value === null) return null;
    const ground = isDark.value ? 'dark' : 'light';
    if (state.colorBy === 'recall' && points.value.recall) return colorsByValue(points.value.recall, ground);
    const category = points.value.categories.find(({ name }) => name === state.colorBy) ?? points.value.categories[0]!;
    return colorsByCategory(category, new Set(state.hidden), ground);
  });

  return {
    colors,
    labelOf: (point) => nameOf(points.value?.categories[0], point),
    imageUrlOf: (point) => {
      const loaded = points.value;
      if (loaded === null || loaded.datasetId === null) return null;
      return `/images/${loaded.datasetId}/${loaded.imageIndices[point]}.png`;
    },
  };
}
