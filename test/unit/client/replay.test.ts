import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, shallowRef } from 'vue';
import type { EffectScope } from 'vue';
import { STEP_MS, useReplay } from '../../../client/src/composables/useReplay.ts';

const KEYFRAMES = [0, 100, 250, 300];
let scopes: EffectScope[] = [];

/** A replay of four stored layouts of a run that is looked at live. */
function replayOf(keyframes: readonly number[] = KEYFRAMES) {
  const own = effectScope();
  scopes.push(own);
  const iteration = shallowRef<number | null>(null);
  const replay = own.run(() => useReplay({ keyframes: () => keyframes, iteration }))!;
  return { iteration, replay, leave: () => own.stop() };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const own of scopes) own.stop();
  scopes = [];
  vi.useRealTimers();
});

describe('the replay of stored layouts', () => {
  it('knows the stored layout that is not later than the one looked at', () => {
    const { iteration, replay } = replayOf();
    const indices = [null, 0, 99, 100, 299, 300, 5000].map((at) => {
      iteration.value = at;
      return replay.index.value;
    });
    expect(indices).toEqual([3, 0, 0, 1, 2, 3, 3]);
  });

  it('plays from the beginning to the end, then shows the newest layout and stops', () => {
    const { iteration, replay } = replayOf();
    replay.togglePlay();
    const seen = [iteration.value];
    for (let step = 0; step < 4; step++) {
      vi.advanceTimersByTime(STEP_MS);
      seen.push(iteration.value);
    }
    expect(seen).toEqual([0, 100, 250, 300, null]);
    expect(replay.playing.value).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('plays on from where one stands and stays where it is stopped', () => {
    const { iteration, replay } = replayOf();
    iteration.value = 120;
    replay.togglePlay();
    expect(iteration.value).toBe(100);
    vi.advanceTimersByTime(STEP_MS);
    replay.togglePlay();
    vi.advanceTimersByTime(10 * STEP_MS);
    expect([iteration.value, replay.playing.value]).toEqual([250, false]);
  });

  it('goes on at a new speed at once', () => {
    const { iteration, replay } = replayOf();
    replay.togglePlay();
    replay.changeSpeed(1);
    vi.advanceTimersByTime(STEP_MS / 2);
    expect(iteration.value).toBe(100);
    vi.advanceTimersByTime(STEP_MS / 2);
    expect(iteration.value).toBe(250);
  });

  it('ends at the slowest and the fastest speed, and goes round with one button', () => {
    const { replay } = replayOf();
    for (let press = 0; press < 9; press++) replay.changeSpeed(-1);
    expect(replay.speed.value).toBe(0.25);
    for (let press = 0; press < 9; press++) replay.changeSpeed(1);
    expect(replay.speed.value).toBe(8);
    replay.nextSpeed();
    expect(replay.speed.value).toBe(0.25);
    expect(replay.playing.value).toBe(false);
  });

  it('steps to the neighbors among the stored layouts, not past the ends, and stops for it', () => {
    const { iteration, replay } = replayOf();
    replay.togglePlay();
    replay.step(1);
    expect([iteration.value, replay.playing.value]).toEqual([100, false]);
    replay.step(-5);
    expect(iteration.value).toBe(0);
    replay.step(9);
    expect(iteration.value).toBe(300);
  });

  it('scrubs to the nearest stored layout, and past the last one to the newest', () => {
    const { iteration, replay } = replayOf();
    replay.togglePlay();
    replay.scrubTo(180);
    expect([iteration.value, replay.playing.value]).toEqual([250, false]);
    replay.scrubTo(40);
    expect(iteration.value).toBe(0);
    replay.scrubTo(300);
    expect(iteration.value).toBeNull();
  });

  it('does not play a single layout, and shows the newest where none is stored', () => {
    const single = replayOf([0]);
    single.replay.togglePlay();
    expect([single.replay.playing.value, single.iteration.value]).toEqual([false, null]);
    const none = replayOf([]);
    none.replay.scrubTo(10);
    none.replay.step(1);
    expect([none.replay.index.value, none.iteration.value]).toEqual([-1, null]);
  });

  it('stops when the page is left', () => {
    const { replay, leave } = replayOf();
    replay.togglePlay();
    leave();
    expect([replay.playing.value, vi.getTimerCount()]).toEqual([false, 0]);
  });
});
