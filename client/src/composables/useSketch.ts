import { onScopeDispose, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { DiskRenderer } from '../disk/diskRenderer.ts';
import type { DiskView, Screen } from '../disk/diskTransform.ts';
import { afterPainting, noteSketch } from '../disk/sketch.ts';
import { hideEarlyDisk } from '../earlyDisk.ts';

export interface UseSketchOptions {
  /** The element that gets the canvas for it. */
  holder: Readonly<Ref<HTMLElement | null>>;
  renderer: ShallowRef<DiskRenderer | null>;
  view: Readonly<Ref<DiskView>>;
  screen: Readonly<Ref<Screen>>;
  shownFrames: ShallowRef<number>;
  effectiveColors: () => Uint8Array;
  pointRadius: () => number;
  /** Once the GPU has drawn, the sketch goes. */
  drawn: ShallowRef<boolean>;
}

export interface UseSketchReturn {
  /** Calls when what there is to sketch when the page is mounted is on the screen. */
  afterSketch: (start: () => void) => void;
}

/**
 * Shows the first layout by the processor until the GPU draws it. The GPU is asked for only after that: the browser waits
 * until it has started, and shows nothing new while it is given its programs.
 */
export function useSketch(options: UseSketchOptions): UseSketchReturn {
  const { holder, renderer, view, screen, shownFrames, drawn } = options;
  let canvas: HTMLCanvasElement | null = null;

  function draw(disk: DiskRenderer, place: HTMLElement): void {
    const isFirst = canvas === null;
    canvas ??= document.createElement('canvas');
    canvas.width = place.clientWidth * devicePixelRatio;
    canvas.height = place.clientHeight * devicePixelRatio;
    if (!canvas.isConnected) place.prepend(canvas);
    disk.sketch(canvas, options.effectiveColors(), options.pointRadius());
    if (isFirst) noteSketch();
    hideEarlyDisk();
  }

  const stop = watch(
    [shownFrames, options.effectiveColors, options.pointRadius, view, screen, drawn],
    () => {
      const isMeasured = screen.value.middleX > 0;
      if (drawn.value) {
        canvas?.remove();
        stop();
      } else if (isMeasured && shownFrames.value > 0 && renderer.value !== null && holder.value !== null) {
        draw(renderer.value, holder.value);
      }
    },
    { flush: 'post' },
  );
  onScopeDispose(hideEarlyDisk);
  return { afterSketch: afterPainting };
}
