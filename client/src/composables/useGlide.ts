import { usePreferredReducedMotion } from '@vueuse/core';
import { onScopeDispose } from 'vue';
import type { DiskView } from '../disk/diskTransform.ts';

const GLIDE_MS = 400;

/** Runs one animation of the view at a time; without motion where the user prefers that. */
export function useGlide(setView: (view: DiskView) => void): {
  glide: (viewAt: (progress: number) => DiskView) => void;
  stop: () => void;
} {
  const preference = usePreferredReducedMotion();
  let frame = 0;

  function stop(): void {
    cancelAnimationFrame(frame);
  }

  function glide(viewAt: (progress: number) => DiskView): void {
    stop();
    if (preference.value === 'reduce') {
      setView(viewAt(1));
      return;
    }
    let startedAt: number | null = null;
    const step = (nowMs: number): void => {
      startedAt ??= nowMs;
      const share = Math.min(1, (nowMs - startedAt) / GLIDE_MS);
      setView(viewAt(1 - (1 - share) ** 3));
      if (share < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  }

  onScopeDispose(stop);
  return { glide, stop };
}
