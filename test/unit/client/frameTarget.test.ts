import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick, shallowRef } from 'vue';
import { useFrameTarget } from '../../../client/src/composables/useFrameTarget.ts';
import type { FrameTarget } from '../../../client/src/composables/useFrameTarget.ts';

interface Frame {
  readonly iteration: number;
}

const frame = (iteration: number): Frame => ({ iteration });

describe('frames on their way to the disk', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function follow(calm: boolean, target = shallowRef<FrameTarget<Frame> | null>(null)) {
    const shown: number[] = [];
    const disk = { showFrame: ({ iteration }: Frame) => void shown.push(iteration) };
    const scope = effectScope();
    const frames = scope.run(() => useFrameTarget(target, () => calm))!;
    return { ...frames, shown, scope, mount: () => (target.value = disk) };
  }

  it('wait for the disk, the newest alone', async () => {
    const { showLive, shown, mount } = follow(false);
    showLive(frame(1));
    showLive(frame(2));
    mount();
    await nextTick();
    expect(shown).toEqual([2]);
  });

  it('are shown as they come', async () => {
    const { showLive, shown, mount } = follow(false);
    mount();
    await nextTick();
    for (let iteration = 1; iteration <= 3; iteration++) showLive(frame(iteration));
    expect(shown).toEqual([1, 2, 3]);
  });

  it('come once a second to people who want no motion, and the newest always comes', async () => {
    const { showLive, shown, mount } = follow(true);
    mount();
    await nextTick();
    for (let iteration = 1; iteration <= 30; iteration++) {
      showLive(frame(iteration));
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(1000);
    expect(shown).toEqual([1, 10, 20, 30]);
  });

  it('of a live run do not come after the stored one that was asked for', async () => {
    const { show, showLive, shown, mount } = follow(true);
    mount();
    await nextTick();
    showLive(frame(7));
    showLive(frame(8));
    show(frame(3));
    vi.advanceTimersByTime(5000);
    expect(shown).toEqual([7, 3]);
  });

  it('do not come to a page that was left', async () => {
    const { showLive, shown, scope, mount } = follow(true);
    mount();
    await nextTick();
    showLive(frame(1));
    showLive(frame(2));
    scope.stop();
    vi.advanceTimersByTime(5000);
    expect(shown).toEqual([1]);
  });
});
