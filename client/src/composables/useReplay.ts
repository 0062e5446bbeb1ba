import { computed, onScopeDispose, shallowRef } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';

export interface UseReplayOptions {
  /** Iterations of which a layout is stored, ascending. */
  keyframes: () => readonly number[];
  /** The stored iteration that is looked at, which the replay sets; null is the newest layout. */
  iteration: Ref<number | null>;
}

export interface UseReplayReturn {
  /** Place among the keyframes of the layout that is looked at: the last one that is not later; −1 where none is stored. */
  index: ComputedRef<number>;
  playing: ShallowRef<boolean>;
  /** How many times as fast as one stored layout in {@link STEP_MS} milliseconds. */
  speed: ShallowRef<number>;
  /** Starts where one stands, at the end from the beginning, or stops; does nothing with fewer than two layouts. */
  togglePlay: () => void;
  /** One notch faster or slower, up to the end of {@link SPEEDS}; a replay goes on at the new speed. */
  changeSpeed: (by: 1 | -1) => void;
  /** One notch faster, after the fastest the slowest. */
  nextSpeed: () => void;
  /** Stops, and goes so many stored layouts on or back, at most to the ends. */
  step: (by: number) => void;
  /** Stops, and goes to the stored layout nearest to an iteration; to the newest from the last one on. */
  scrubTo: (wanted: number) => void;
  /** Stops, and goes to the newest layout. */
  jumpToNewest: () => void;
}

/** Time of a stored layout at speed 1. */
export const STEP_MS = 320;
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8] as const;

/** The replay of a run's stored layouts: which one is looked at, and how it moves on by itself or by hand. */
export function useReplay({ keyframes, iteration }: UseReplayOptions): UseReplayReturn {
  const speed = shallowRef<number>(1);
  const playing = shallowRef(false);
  let timer: ReturnType<typeof setInterval> | undefined;

  const last = computed(() => keyframes().length - 1);
  const index = computed(() => {
    const at = iteration.value;
    if (at === null) return last.value;
    const later = keyframes().findIndex((keyframe) => keyframe > at);
    return later < 0 ? last.value : Math.max(0, later - 1);
  });

  function goTo(position: number): void {
    iteration.value = keyframes()[Math.max(0, Math.min(last.value, position))] ?? null;
  }

  function stop(): void {
    clearInterval(timer);
    playing.value = false;
  }

  function jumpToNewest(): void {
    stop();
    iteration.value = null;
  }

  function run(): void {
    clearInterval(timer);
    timer = setInterval(() => {
      if (index.value >= last.value) jumpToNewest();
      else goTo(index.value + 1);
    }, STEP_MS / speed.value);
  }

  function togglePlay(): void {
    if (playing.value) {
      stop();
      return;
    }
    if (keyframes().length < 2) return;
    playing.value = true;
    goTo(index.value >= last.value ? 0 : index.value);
    run();
  }

  const notch = (): number => SPEEDS.findIndex((one) => one === speed.value);
  function setSpeed(at: number): void {
    speed.value = SPEEDS[at]!;
    if (playing.value) run();
  }

  function step(by: number): void {
    stop();
    goTo(index.value + by);
  }

  function scrubTo(wanted: number): void {
    const newest = keyframes().at(-1);
    if (newest === undefined) {
      stop();
      return;
    }
    if (wanted >= newest) {
      jumpToNewest();
      return;
    }
    stop();
    const nearer = (best: number, one: number): number =>
      Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best;
    iteration.value = keyframes().reduce(nearer);
  }

  onScopeDispose(stop);
  return {
    index,
    playing,
    speed,
    togglePlay,
    changeSpeed: (by) => setSpeed(Math.max(0, Math.min(SPEEDS.length - 1, notch() + by))),
    nextSpeed: () => setSpeed((notch() + 1) % SPEEDS.length),
    step,
    scrubTo,
    jumpToNewest,
  };
}
