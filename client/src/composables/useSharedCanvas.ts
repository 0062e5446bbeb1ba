import { onBeforeUnmount, onMounted, shallowRef } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import { CONTEXT_ATTRIBUTES } from '../disk/drawingDevice.ts';
import { SmallMultiples } from '../disk/smallMultiples.ts';

export interface UseSharedCanvasReturn {
  /** Draws the disks; null before the page is mounted and where there is no WebGL 2. */
  multiples: ShallowRef<SmallMultiples | null>;
  /** Why nothing is drawn, in one sentence. */
  failure: ShallowRef<string | null>;
  /** Counts animation frames, so that marks follow the points. */
  pulse: ShallowRef<number>;
}

/** Several disks in one canvas, for as long as the page is there. */
export function useSharedCanvas(canvas: Readonly<Ref<HTMLCanvasElement | null>>): UseSharedCanvasReturn {
  const multiples = shallowRef<SmallMultiples | null>(null);
  const failure = shallowRef<string | null>(null);
  const pulse = shallowRef(0);
  onMounted(() => {
    if (canvas.value!.getContext('webgl2', CONTEXT_ATTRIBUTES) === null) {
      failure.value = 'This browser offers no WebGL 2, which the moving disks need.';
      return;
    }
    multiples.value = new SmallMultiples({
      canvas: canvas.value!,
      onError: (error) => (failure.value = `The disks cannot be drawn: ${error.message}`),
      onMoved: () => pulse.value++,
    });
  });
  onBeforeUnmount(() => {
    multiples.value?.destroy();
    multiples.value = null;
  });
  return { multiples, failure, pulse };
}
