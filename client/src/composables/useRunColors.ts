import { computed } from 'vue';
import type { ComputedRef, ShallowRef } from 'vue';
import { colorsByCategory, colorsByValue, nameOf, rangeOf } from '../disk/pointColors.ts';
import type { Category, Ground, RunPoints, ValueColumn } from '../disk/pointColors.ts';
import { lookOfPoint } from '../disk/pointLook.ts';
import type { PointLook } from '../disk/pointLook.ts';
import type { PictureSource } from '../disk/layers/pictures/pictureScene.ts';
import { resourceUrl } from '../graphql/credential.ts';
import type { UseRunReturn } from './useRun.ts';
import { useTheme } from './useTheme.ts';
import type { ViewState } from './useView.ts';

export interface UseRunColorsReturn {
  /** RGBA of every point; null before classes are known. */
  colors: ComputedRef<Uint8Array | null>;
  /** The numbers that colors show, or null where they show classes. */
  valueColumn: ComputedRef<ValueColumn | null>;
  labelOf: (point: number) => string | null;
  lookOf: (point: number) => PointLook;
  /** Where pictures of all points come from; null for none. */
  pictures: ComputedRef<PictureSource | null>;
  /** The classes after which regions are named: those of the colors, else the labels. */
  category: ComputedRef<Category | null>;
}

const RECALL = {
  title: 'neighbor recall',
  help: 'Share of the 15 nearest in the embedding that are among the 15 nearest on the disk.',
} as const;
const NUMBERS = { help: 'A number that the data set has of each image.' } as const;
const RADIUS = { title: 'hyperbolic radius', help: 'Geodesic distance from the origin.' } as const;

/**
 * What points look like and are called.
 * @param radii geodesic distance of every point from the origin, asked for where colors show it
 */
export function useRunColors(
  points: ShallowRef<RunPoints | null>,
  state: ViewState,
  details: UseRunReturn['details'],
  radii: () => Float32Array | null,
): UseRunColorsReturn {
  const { isDark } = useTheme();
  const numbers = computed(() => points.value?.numbers.find(({ name }) => name === state.colorBy));
  const valueColumn = computed((): ValueColumn | null => {
    if (state.colorBy === 'recall' && points.value?.recall) {
      return { ...RECALL, values: points.value.recall, low: 0, high: 1 };
    }
    const values = numbers.value?.values ?? null;
    if (values !== null) return { ...NUMBERS, title: state.colorBy, values, ...rangeOf(values) };
    const found = state.colorBy === 'radius' ? radii() : null;
    return found && { ...RADIUS, values: found, ...rangeOf(found) };
  });
  const ground = computed((): Ground => (isDark.value ? 'dark' : 'light'));
  const colors = computed(() => {
    // Gray until the numbers are here, and not in other colors first.
    if (points.value === null || numbers.value?.values === null) return null;
    if (valueColumn.value !== null) return colorsByValue(valueColumn.value, ground.value);
    const category = points.value.categories.find(({ name }) => name === state.colorBy) ?? points.value.categories[0]!;
    return colorsByCategory(category, new Set(state.hidden), ground.value);
  });

  const category = computed(() => {
    const named = points.value?.categories.filter(({ names }) => names.length > 0) ?? [];
    return named.find(({ name }) => name === state.colorBy) ?? named[0] ?? null;
  });
  const pictures = computed(() => {
    const dataset = details.value?.dataset;
    if (points.value === null || !dataset?.atlas) return null;
    const { imageIndices } = points.value;
    return {
      atlas: dataset.atlas,
      imageIndices,
      urlOf: (page: number) => resourceUrl(`/atlas/${dataset.id}/${page}.webp`),
    };
  });

  return {
    colors,
    valueColumn,
    pictures,
    category,
    labelOf: (point) => nameOf(points.value?.categories[0], point),
    lookOf: (point) => lookOfPoint(points.value, point, ground.value),
  };
}
