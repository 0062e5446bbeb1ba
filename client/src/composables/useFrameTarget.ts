import { onScopeDispose, shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';

/** What shows frames: the disk, once it is on the page. */
export interface FrameTarget<Frame> {
  showFrame: (frame: Frame) => void;
}

export interface UseFrameTargetReturn<Frame> {
  /** Shows a frame now; one of a live run that still waits is dropped. */
  show: (frame: Frame) => void;
  /** Shows a frame of a live run: as it comes, or one a second for people who want no motion. The newest always comes. */
  showLive: (frame: Frame) => void;
  hasFrame: ShallowRef<boolean>;
}

const CALM_MS = 1000;

/** A place for frames that come before the disk is on the page, or faster than somebody wants to see them. */
export function useFrameTarget<Frame>(
  target: Readonly<Ref<FrameTarget<Frame> | null>>,
  wantsCalm: () => boolean,
): UseFrameTargetReturn<Frame> {
  const hasFrame = shallowRef(false);
  let early: Frame | null = null;
  let live: Frame | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shownAt = Number.NEGATIVE_INFINITY;

  function dropLive(): void {
    clearTimeout(timer);
    timer = undefined;
    live = null;
  }

  function show(frame: Frame): void {
    dropLive();
    if (target.value === null) {
      early = frame;
      return;
    }
    shownAt = performance.now();
    target.value.showFrame(frame);
    hasFrame.value = true;
  }

  function showLive(frame: Frame): void {
    live = frame;
    if (timer !== undefined) return;
    const wait = wantsCalm() ? shownAt + CALM_MS - performance.now() : 0;
    if (wait <= 0) show(frame);
    else timer = setTimeout(() => live !== null && show(live), wait);
  }

  watch(target, () => {
    if (early !== null) show(early);
    early = null;
  });
  onScopeDispose(dropLive);
  return { show, showLive, hasFrame };
}
