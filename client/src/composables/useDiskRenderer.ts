import { usePreferredReducedMotion } from '@vueuse/core';
import { computed, onBeforeUnmount, onMounted, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import { pointRadiusOn } from '../disk/diskScreen.ts';
import { DiskRenderer } from '../disk/diskRenderer.ts';
import type { DiskView, Plane, Screen } from '../disk/diskTransform.ts';
import { decodeFrameInto } from '../disk/frameDecoder.ts';
import type { ShownFrame } from './useProjectionStream.ts';
import { useSketch } from './useSketch.ts';
import { useTheme } from './useTheme.ts';

export interface UseDiskRendererOptions {
  /** The element that gets the canvas. */
  holder: Readonly<Ref<HTMLElement | null>>;
  plane: () => Plane;
  view: Readonly<Ref<DiskView>>;
  screen: Readonly<Ref<Screen>>;
  /** RGBA of every point, or null before they are known. */
  colors: () => Uint8Array | null;
  /** Shows the mirror image of every frame to come. */
  mirrored: () => boolean;
}

export interface UseDiskRendererReturn {
  /** Null before the page is mounted and where there is no WebGL 2. */
  renderer: ShallowRef<DiskRenderer | null>;
  failure: ShallowRef<string | null>;
  pointCount: ShallowRef<number>;
  /** Of the frame that came last. */
  iteration: ShallowRef<number | null>;
  shownFrames: ShallowRef<number>;
  /** True once the GPU has drawn points. */
  drawn: ShallowRef<boolean>;
  /** Counts animation frames in which points moved, so that marks follow them. */
  pulse: ShallowRef<number>;
  /** The colors in use, gray before classes are known. */
  effectiveColors: () => Uint8Array;
  /** Of a point in the middle of the disk, CSS pixels. */
  pointRadius: ComputedRef<number>;
  /** Shows a frame; a live one moves there, a stored one too, but nothing jumps. */
  showFrame: (frame: ShownFrame) => void;
}

const PLAIN_GRAY = 150;

/** The picture of the points: makes the renderer when the canvas is there, and tells it what changes. */
export function useDiskRenderer(options: UseDiskRendererOptions): UseDiskRendererReturn {
  const { isDark } = useTheme();
  const reducedMotion = usePreferredReducedMotion();
  const renderer = shallowRef<DiskRenderer | null>(null);
  const failure = shallowRef<string | null>(null);
  const pointCount = shallowRef(0);
  const iteration = shallowRef<number | null>(null);
  const shownFrames = shallowRef(0);
  const drawn = shallowRef(false);
  const pulse = shallowRef(0);
  let plainColors: Uint8Array = new Uint8Array(0);

  function effectiveColors(): Uint8Array {
    const colors = options.colors();
    return colors !== null && colors.length === pointCount.value * 4 ? colors : plainColors;
  }

  const pointRadius = computed(() => pointRadiusOn(options.screen.value, options.view.value.zoom, pointCount.value));
  const { afterSketch } = useSketch({
    ...{ holder: options.holder, view: options.view, screen: options.screen },
    ...{ renderer, shownFrames, effectiveColors, drawn },
    pointRadius: () => pointRadius.value,
  });

  function showFrame(frame: ShownFrame): void {
    const disk = renderer.value;
    if (disk === null) return;
    if (frame.pointCount !== pointCount.value) {
      pointCount.value = frame.pointCount;
      disk.setPointCount(frame.pointCount);
      plainColors = new Uint8Array(frame.pointCount * 4).fill(PLAIN_GRAY);
      disk.setColors(effectiveColors());
    }
    decodeFrameInto(disk.incoming, frame.coordinates, frame.encoding, options.mirrored());
    disk.showFrame(performance.now(), reducedMotion.value === 'reduce');
    iteration.value = frame.iteration;
    shownFrames.value++;
  }

  /** What draws on the GPU is a script of its own, which is only run when the sketch is seen. */
  async function startDrawing(disk: DiskRenderer): Promise<void> {
    const { openDrawing } = await import('../disk/diskDrawing.ts');
    if (renderer.value !== disk) return;
    const drawing = openDrawing(options.holder.value!, {
      plane: options.plane(),
      view: options.view.value,
      screen: options.screen.value,
      onError: cannotDraw,
      onRendered: () => disk.noteDrawing(),
    });
    if (drawing === null) {
      failure.value = 'This browser offers no WebGL 2, which the moving disk needs.';
      destroy();
    } else disk.start(drawing);
  }

  function cannotDraw(error: unknown): void {
    failure.value = `The disk cannot be drawn: ${error instanceof Error ? error.message : String(error)}`;
  }

  function destroy(): void {
    renderer.value?.destroy();
    renderer.value = null;
  }

  onMounted(() => {
    const disk = new DiskRenderer(
      {
        plane: options.plane(),
        onMoved: () => pulse.value++,
        onDrawn: () => {
          performance.mark('points drawn');
          drawn.value = true;
        },
      },
      options.view.value,
    );
    renderer.value = disk;
    watch([options.view, options.screen], () => disk.setView(options.view.value, options.screen.value), {
      immediate: true,
    });
    watch(isDark, (dark) => disk.setGridColor(dark ? [136, 150, 172, 82] : [96, 82, 54, 84]), { immediate: true });
    watch([options.colors, pointCount], () => disk.setColors(effectiveColors()));
    watch(pointRadius, (radius) => disk.setPointRadius(radius), { immediate: true });
    afterSketch(() => startDrawing(disk).catch(cannotDraw));
  });
  onBeforeUnmount(destroy);

  return {
    renderer,
    failure,
    pointCount,
    iteration,
    shownFrames,
    drawn,
    pulse,
    effectiveColors,
    pointRadius,
    showFrame,
  };
}
