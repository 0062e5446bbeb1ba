import { computed, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { PointMarks } from '../disk/diskDrawing.ts';
import type { DiskRenderer } from '../disk/diskRenderer.ts';
import type { DiskView, Plane, Screen } from '../disk/diskTransform.ts';
import { CONTOUR_LEVELS } from '../disk/landscape/contours.ts';
import type { PictureSource } from '../disk/layers/pictures/pictureScene.ts';
import { placeLabels } from '../disk/placeLabels.ts';
import type { ReadingAids } from '../disk/readingAids.ts';
import type { PlacedLabel } from '../disk/placeLabels.ts';
import type { Category } from '../disk/pointColors.ts';
import { useLandscape } from './useLandscape.ts';
import { useTheme } from './useTheme.ts';

export interface UseDiskReadingOptions {
  renderer: ShallowRef<DiskRenderer | null>;
  plane: () => Plane;
  view: Readonly<Ref<DiskView>>;
  screen: Readonly<Ref<Screen>>;
  aids: () => ReadingAids;
  /** Where pictures come from; null for none. */
  pictures: () => PictureSource | null;
  /** The classes after which regions are named. */
  category: () => Category | null;
  /** Changes with every frame. */
  frameCount: Readonly<Ref<number>>;
  /** True once points can be seen: what is read into them comes after them. */
  drawn: Readonly<Ref<boolean>>;
}

export interface UseDiskReadingReturn {
  /** Names of regions where they fit now. */
  placedLabels: ComputedRef<readonly PlacedLabel[]>;
  /** Room of every point for its picture, or null before it is known. */
  separations: () => Float32Array | null;
}

/** From so many pixels of room on, a point is a picture. */
const LEAST_PIXELS: Readonly<Record<PointMarks, number>> = { auto: 20, images: 11, dots: 20 };
const MOST_PIXELS = { atRest: 46, zoomed: 150 } as const;
const INK = { dark: [236, 228, 208], light: [70, 48, 20] } as const;

/** Pictures, density lines and names of regions over a layout. */
export function useDiskReading(options: UseDiskReadingOptions): UseDiskReadingReturn {
  const { renderer, plane, view, screen, aids } = options;
  const { isDark } = useTheme();
  const { landscape, ask } = useLandscape();
  const isWanted = computed(
    () =>
      options.drawn.value &&
      (aids().contours || aids().labels || (aids().marks !== 'dots' && options.pictures() !== null)),
  );

  watch([isWanted, options.frameCount, options.category, renderer], () => {
    if (!isWanted.value) return;
    ask(() => {
      const motion = renderer.value?.motion();
      const category = options.category();
      if (!motion || motion.to.length === 0) return null;
      const known = category !== null && category.codes.length * 2 === motion.to.length;
      return {
        plane: plane(),
        coordinates: motion.to.slice(),
        codes: known ? category.codes : null,
        classCount: known ? category.names.length : 0,
      };
    });
  });

  watch([renderer, options.pictures], ([disk, source]) => disk?.setPictures(source));
  watch([renderer, landscape, options.pictures], ([disk, found]) => found && disk?.setSeparations(found.separations));
  watch([renderer, () => aids().grid], ([disk, shown]) => disk?.showGrid(shown));
  const marks = (): PointMarks => aids().marks;
  watch([renderer, marks, () => view.value.zoom], ([disk, chosen, zoom]) =>
    disk?.setMarks(chosen, {
      minPixels: LEAST_PIXELS[chosen],
      maxPixels: Math.min(MOST_PIXELS.zoomed, MOST_PIXELS.atRest * Math.max(1, Math.sqrt(zoom))),
    }),
  );

  watch([renderer, landscape, () => aids().contours, isDark], ([disk, found, shown, dark]) => {
    const { segments, levels } = found?.contours ?? { segments: new Float32Array(0), levels: new Uint8Array(0) };
    const ink = INK[dark ? 'dark' : 'light'];
    const colors = new Uint8Array(levels.length * 4);
    for (let i = 0; i < levels.length; i++) {
      colors.set([...ink, 70 + (150 * (levels[i]! + 1)) / CONTOUR_LEVELS.length], 4 * i);
    }
    disk?.setLines('contours', shown ? segments : new Float32Array(0), shown ? colors : new Uint8Array(0));
  });

  const placedLabels = computed(() => {
    const category = options.category();
    if (!aids().labels || category === null || landscape.value === null) return [];
    return placeLabels(landscape.value.labels, category.names, plane(), view.value, screen.value);
  });
  return { placedLabels, separations: () => landscape.value?.separations ?? null };
}
