import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FrameHub } from '../../../server/stream/frameHub.ts';
import { aFrame, aRun, figures } from './testRun.ts';

const iterationsOf = (statistics: readonly { readonly iteration: number }[]) =>
  statistics.map(({ iteration }) => iteration);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('FrameHub', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives a late watcher the newest frame and all figures at once', async () => {
    const hub = new FrameHub();
    hub.open(aRun());
    for (const i of range(1, 5)) hub.publish('run-1', { frame: aFrame(i), statistics: [figures(i)] });
    const { value } = await hub.watch('run-1', { maxFramesPerSecond: 20 }).next();
    expect(value.frame.iteration).toBe(5);
    expect(iterationsOf(value.statistics)).toEqual(range(1, 5));
    expect(value.latestStatistics.iteration).toBe(5);
  });

  it('lets a slow watcher skip frames, but no figures, and never goes back', async () => {
    const hub = new FrameHub();
    hub.open(aRun());
    const watcher = hub.watch('run-1', { maxFramesPerSecond: 20 });
    await watcher.next();
    for (const i of range(1, 100)) hub.publish('run-1', { frame: aFrame(i), statistics: [figures(i)] });
    hub.publish('run-1', { frame: aFrame(50) });
    const next = watcher.next();
    await vi.advanceTimersByTimeAsync(50);
    const { value } = await next;
    expect(value.frame.iteration).toBe(100);
    expect(iterationsOf(value.statistics)).toEqual(range(1, 100));
    expect(hub.counter.skipped).toBe(99);
  });

  it('does not hold all frames back that come at the very rate that was asked for after one was late', async () => {
    const hub = new FrameHub();
    hub.open(aRun());
    const delays: number[] = [];
    let published = 0;
    const watcher = hub.watch('run-1', { maxFramesPerSecond: 20 });
    const reading = (async () => {
      for await (const { frame } of watcher) if (frame) delays.push(performance.now() - published);
    })();
    for (let i = 1; i <= 100; i++) {
      await vi.advanceTimersByTimeAsync(i === 20 ? 90 : i === 21 ? 10 : 50);
      published = performance.now();
      hub.publish('run-1', { frame: aFrame(i) });
    }
    await watcher.return();
    await reading;
    expect(delays.slice(-80)).toEqual(new Array(80).fill(0));
  });

  it('sends no more than the asked number of frames a second', async () => {
    const hub = new FrameHub();
    hub.open(aRun());
    const watcher = hub.watch('run-1', { maxFramesPerSecond: 10 });
    let received = 0;
    const reading = (async () => {
      for await (const { frame } of watcher) if (frame) received++;
    })();
    for (let i = 1; i <= 200; i++) {
      hub.publish('run-1', { frame: aFrame(i) });
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(received).toBeGreaterThanOrEqual(15);
    expect(received).toBeLessThanOrEqual(21);
    await watcher.return();
    await reading;
  });

  it('always delivers the last frame of a run, then ends', async () => {
    const hub = new FrameHub();
    hub.open(aRun());
    const watcher = hub.watch('run-1', { maxFramesPerSecond: 1 });
    await watcher.next();
    hub.publish('run-1', { frame: aFrame(499) });
    hub.publish('run-1', { frame: aFrame(500), statistics: [figures(500)] });
    hub.publish('run-1', { run: aRun({ status: 'DONE' }) });
    hub.close('run-1', { final: true });
    const last = await watcher.next();
    expect(last.value.frame.iteration).toBe(500);
    expect(last.value.run.status).toBe('DONE');
    expect((await watcher.next()).done).toBe(true);
    expect(hub.watcherCount).toBe(0);
  });

  it('tells a watcher how many frames its slow connection missed, and counts none that its rate held back', async () => {
    const hub = new FrameHub();
    hub.open(aRun());
    const slow = hub.watch('run-1', { maxFramesPerSecond: 20 });
    const eager = hub.watch('run-1', { maxFramesPerSecond: 20 });
    await Promise.all([slow.next(), eager.next()]);
    const next = eager.next();
    for (let iteration = 1; iteration <= 5; iteration++) hub.publish('run-1', { frame: aFrame(iteration) });
    await vi.advanceTimersByTimeAsync(100);
    expect((await next).value.skippedFrames).toBe(0);
    expect((await slow.next()).value.skippedFrames).toBe(4);
  });

  it('ends a watcher that waits when its socket closes', async () => {
    const hub = new FrameHub();
    hub.open(aRun());
    const watcher = hub.watch('run-1', { maxFramesPerSecond: 20 });
    await watcher.next();
    const waiting = watcher.next();
    await watcher.return();
    expect((await waiting).done).toBe(true);
    expect(hub.watcherCount).toBe(0);
  });

  it('keeps the watchers of a paused run, who see it go on', async () => {
    const hub = new FrameHub();
    hub.open(aRun());
    const watcher = hub.watch('run-1', { maxFramesPerSecond: 60 });
    hub.publish('run-1', { statistics: [figures(1)], frame: aFrame(1) });
    await watcher.next();
    hub.close('run-1', { final: false });
    hub.open(aRun(), [figures(1)]);
    hub.publish('run-1', { statistics: [figures(2)], frame: aFrame(2) });
    const next = watcher.next();
    await vi.advanceTimersByTimeAsync(20);
    const { value } = await next;
    expect(iterationsOf(value.statistics)).toEqual([2]);
    expect(value.frame.iteration).toBe(2);
  });

  it.each([0, 61, Number.NaN])('refuses %s frames a second', (maxFramesPerSecond) => {
    expect(() => new FrameHub().watch('run-1', { maxFramesPerSecond })).toThrow(/maxFramesPerSecond.*between 1 and 60/);
  });
});
