import { watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { DiskRenderer } from '../disk/diskRenderer.ts';
import type { DiskView, Screen } from '../disk/diskTransform.ts';

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

/**
 * Shows the first layout by the processor until the GPU draws it, and lets it start only when that is on the screen: a
 * browser that compiles programs for the GPU shows nothing else meanwhile.
 */
export function useSketch(options: UseSketchOptions): { startAfterSketch: (renderer: DiskRenderer) => void } {
  const { holder, renderer, view, screen, shownFrames, drawn } = options;
  let canvas: HTMLCanvasElement | null = null;

  function makeCanvas({ clientWidth, clientHeight }: HTMLElement): HTMLCanvasElement {
    const made = document.createElement('canvas');
    made.className = 'sketch';
    made.width = clientWidth * devicePixelRatio;
    made.height = clientHeight * devicePixelRatio;
    return made;
  }

  const stop = watch(
    [shownFrames, options.effectiveColors, options.pointRadius, view, screen, drawn],
    () => {
      if (drawn.value) {
        canvas?.remove();
        stop();
      } else if (shownFrames.value > 0 && renderer.value !== null && holder.value !== null) {
        canvas ??= makeCanvas(holder.value);
        if (!canvas.isConnected) holder.value.prepend(canvas);
        renderer.value.sketch(canvas, options.effectiveColors(), options.pointRadius());
      }
    },
    { flush: 'post' },
  );

  return {
    startAfterSketch: (disk) => {
      // The first of these comes before the frame with the sketch, the second after it.
      requestAnimationFrame(() => requestAnimationFrame(() => disk.start()));
    },
  };
}
