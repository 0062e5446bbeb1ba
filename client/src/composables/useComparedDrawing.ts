import { usePreferredReducedMotion } from '@vueuse/core';
import { computed, onBeforeUnmount, shallowRef, watch, watchEffect } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { DiskPanel } from '../disk/diskPanel.ts';
import type { DiskView } from '../disk/diskTransform.ts';
import { morphed, placesIn } from '../disk/morph.ts';
import type { PlacedImages } from '../disk/morph.ts';
import { colorsByCategory, colorsByValue, scaleColor } from '../disk/pointColors.ts';
import type { SmallMultiples } from '../disk/smallMultiples.ts';
import { tilingEdges } from '../disk/tiling.ts';
import { markedColors } from '../selection/markedColors.ts';
import { positionsOfImages } from '../selection/imagePositions.ts';
import { PointSet } from '../selection/pointSet.ts';
import type { Lens } from './comparedPanel.ts';
import type { UseComparedLayoutReturn } from './useComparedLayout.ts';
import type { UsePanelPlaceReturn } from './usePanelPlace.ts';
import { useTheme } from './useTheme.ts';

export interface UseComparedDrawingOptions {
  runId: () => string;
  /** The canvas that all panels share; null before it is there. */
  multiples: () => SmallMultiples | null;
  layout: UseComparedLayoutReturn;
  panelPlace: UsePanelPlaceReturn;
  /** In which the first layout is seen; points grow with its zoom. */
  view: Readonly<Ref<DiskView>>;
  /** The first layout, to which points go and trails lead; null for the first one itself. */
  target: () => PlacedImages | null;
  /** 0 draws the layout itself, 1 the places that its images have in the first one. */
  morph: () => number;
  /** What colors the points; null colors by class. */
  lens: () => Lens | null;
  /** Images that stand out, ascending. */
  selected: () => Int32Array;
  /** Images whose way to the first layout is drawn. */
  trails: () => Int32Array;
}

export interface UseComparedDrawingReturn {
  /** The panel's part of the canvas; null before the canvas and the run are known. */
  panel: ShallowRef<DiskPanel | null>;
  /** RGBA of every point. */
  colors: ComputedRef<Uint8Array>;
  /** In CSS pixels. */
  pointRadius: ComputedRef<number>;
}

const GRID_REACH = 4.2;
const PLAIN_GRAY = 150;
const TRAIL_OPACITY = 190;

/** Draws a compared layout into its part of the shared canvas: points, their colors, trails and the grid. */
export function useComparedDrawing(options: UseComparedDrawingOptions): UseComparedDrawingReturn {
  const { panelPlace, view, target, morph, trails } = options;
  const { placed, plane, carried, drawn, pointCount } = options.layout;
  const { isDark } = useTheme();
  const reducedMotion = usePreferredReducedMotion();
  const panel = usePanel(options);
  watchEffect(() =>
    panel.value?.setGrid(tilingEdges(GRID_REACH), isDark.value ? [136, 150, 172, 70] : [96, 82, 54, 74]),
  );

  const targets = computed(() => {
    const other = target();
    if (other === null || placed.value === null || (morph() === 0 && trails().length === 0)) return null;
    return placesIn(other, placed.value.imageIndices, carried.value);
  });
  watch([panel, drawn, targets, morph], ([disk, positions, ends, share]) => {
    if (disk === null || positions === null) return;
    disk.setPointCount(positions.length / 2);
    const moved = ends === null || share === 0 ? positions : morphed(plane(), positions, ends, share);
    disk.showFrame(moved, performance.now(), share > 0 || reducedMotion.value === 'reduce');
  });

  const colors = useColors(options);
  watch([panel, colors, pointCount], ([disk, rgba]) => disk?.setColors(rgba), { flush: 'post' });
  /** Few points are large, many are small; they grow a little with the zoom. */
  const pointRadius = computed(() => {
    const room = panelPlace.screen.value.radius * Math.sqrt(1 / Math.max(1, pointCount.value));
    return Math.min(6, Math.max(1.3, room * 0.36)) * Math.min(2.2, Math.sqrt(view.value.zoom));
  });
  watchEffect(() => pointCount.value > 0 && panel.value?.setPointRadius(pointRadius.value));
  useTrails(options, panel, targets);
  return { panel, colors, pointRadius };
}

/** The panel's part of the canvas, made as soon as canvas and run are known, and where it lies. */
function usePanel({ runId, multiples, layout, panelPlace }: UseComparedDrawingOptions): ShallowRef<DiskPanel | null> {
  const { run, plane, ownView } = layout;
  const panel = shallowRef<DiskPanel | null>(null);
  watch(
    () => [multiples(), run.value !== null] as const,
    ([canvas, known]) => {
      if (canvas === null || !known || panel.value !== null) return;
      panel.value = canvas.addPanel(runId(), plane(), ownView.value);
    },
    { immediate: true },
  );
  onBeforeUnmount(() => panel.value !== null && multiples()?.removePanel(panel.value));
  watchEffect(() => {
    const place = panelPlace.place.value;
    if (place.width > 0) panel.value?.setView(ownView.value, panelPlace.screen.value, place);
  });
  return panel;
}

/** RGBA of every point: by class or through the lens, with the selected images marked. */
function useColors({ layout, lens, selected }: UseComparedDrawingOptions): ComputedRef<Uint8Array> {
  const { points, pointCount, pointsOf } = layout;
  const { isDark } = useTheme();
  return computed(() => {
    const ground = isDark.value ? 'dark' : 'light';
    if (points.value === null) return new Uint8Array(pointCount.value * 4).fill(PLAIN_GRAY);
    const { imageIndices, categories } = points.value;
    const seenThrough = lens();
    const plain =
      seenThrough === null
        ? colorsByCategory(categories[0]!, new Set(), ground)
        : colorsByValue({ title: '', help: '', values: valuesOf(seenThrough, imageIndices), low: 0, high: 1 }, ground);
    return markedColors(plain, null, PointSet.of(imageIndices.length, pointsOf(selected())));
  });
}

/** The lens's number for every image of a layout, NaN for those that it does not know. */
function valuesOf(lens: Lens, imageIndices: Int32Array): Float32Array {
  const values = new Float32Array(imageIndices.length).fill(NaN);
  const places = positionsOfImages(lens.imageIndices, imageIndices);
  places.forEach((point, entry) => point >= 0 && (values[point] = lens.values[entry]!));
  return values;
}

/** Geodesics from points to the places that their images have in the first layout. */
function useTrails(
  { layout, trails }: UseComparedDrawingOptions,
  panel: ShallowRef<DiskPanel | null>,
  targets: Readonly<Ref<Float32Array | null>>,
): void {
  const { isDark } = useTheme();
  watch([panel, targets, layout.drawn, trails, isDark], ([disk, ends, positions, images]) => {
    if (disk === null) return;
    const shown = ends === null || positions === null ? [] : [...layout.pointsOf(images)].filter((p) => p >= 0);
    const arcs = shown.filter((point) => !Number.isNaN(ends![2 * point]));
    const lines = Float32Array.from(
      arcs.flatMap((p) => [positions![2 * p]!, positions![2 * p + 1]!, ends![2 * p]!, ends![2 * p + 1]!]),
    );
    const [red, green, blue] = scaleColor(1, isDark.value ? 'dark' : 'light');
    disk.setTrails(lines, Uint8Array.from(arcs.flatMap(() => [red, green, blue, TRAIL_OPACITY])));
  });
}
