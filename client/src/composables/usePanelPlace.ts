import { useElementSize, useResizeObserver } from '@vueuse/core';
import { computed, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref } from 'vue';
import type { Screen } from '../disk/diskTransform.ts';

export interface UsePanelPlaceOptions {
  /** The panel, whose offset parent holds the canvas. */
  cell: Readonly<Ref<HTMLElement | null>>;
  /** The part of it that the pointer works on, as large as the panel. */
  area: Readonly<Ref<HTMLElement | null>>;
  /** How many panels share the canvas. */
  count: () => number;
}

export interface UsePanelPlaceReturn {
  /** Middle and radius of the disk within the panel, in CSS pixels. */
  screen: ComputedRef<Screen>;
  /** The part of the canvas that is the panel's, the middle of which is the middle of its disk, in CSS pixels. */
  place: ComputedRef<{ x: number; y: number; width: number; height: number }>;
}

/** Of the line with the run's name above the disk. */
const HEADER_PIXELS = 30;
/** The engraved rim reaches 16 pixels out of the disk. */
const RIM_PIXELS = 26;
const LEAST_RADIUS_PIXELS = 30;

/** Where a panel of the comparison lies on the canvas that all of them share, and where its disk lies in it. */
export function usePanelPlace({ cell, area, count }: UsePanelPlaceOptions): UsePanelPlaceReturn {
  const { width, height } = useElementSize(area);
  const corner = shallowRef({ x: 0, y: 0 });
  function findCorner(): void {
    corner.value = { x: cell.value?.offsetLeft ?? 0, y: cell.value?.offsetTop ?? 0 };
  }
  useResizeObserver(cell, findCorner);
  // Another panel may have come or gone, which moves this one without a change of its own size.
  watch(count, findCorner, { flush: 'post' });

  return {
    screen: computed(() => ({
      middleX: width.value / 2,
      middleY: (height.value + HEADER_PIXELS) / 2,
      radius: Math.max(LEAST_RADIUS_PIXELS, Math.min(width.value, height.value - HEADER_PIXELS) / 2 - RIM_PIXELS),
    })),
    place: computed(() => ({
      x: corner.value.x,
      y: corner.value.y + HEADER_PIXELS,
      width: width.value,
      height: Math.max(1, height.value - HEADER_PIXELS),
    })),
  };
}
