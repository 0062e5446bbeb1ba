import { describe, expect, it } from 'vitest';
import { FramePlayer } from '../../../client/src/disk/framePlayer.ts';

/** Plays one coordinate: what a point would show. */
class Track {
  readonly player = new FramePlayer();
  private readonly buffers = [0, 0, 0];

  arrive(value: number, nowMs: number): boolean {
    this.buffers[this.player.freeBuffer] = value;
    return this.player.arrived(nowMs);
  }

  at(nowMs: number): number {
    this.player.advance(nowMs);
    const { previous, next, progress } = this.player;
    return this.buffers[previous]! + progress * (this.buffers[next]! - this.buffers[previous]!);
  }
}

describe('playing frames', () => {
  it('shows the first frame at once', () => {
    const track = new Track();
    track.arrive(5, 0);
    expect(track.at(0)).toBe(5);
    expect(track.player.moving).toBe(false);
  });

  it.each([
    ['steady', [50, 50, 50, 50, 50, 50, 50, 50]],
    ['late', [50, 50, 900, 50, 50, 1500, 50, 50]],
    ['in bursts', [5, 5, 5, 400, 5, 5, 5, 400]],
  ])('never jumps when frames come %s', (_, gaps) => {
    const track = new Track();
    let now = 0;
    let last = 0;
    track.arrive(0, now);
    for (const [index, gap] of gaps.entries()) {
      const end = now + gap;
      for (; now < end; now += 1) {
        const shown = track.at(now);
        // 1 a frame in at least 16 ms: a point never moves more than that in a millisecond.
        expect(Math.abs(shown - last)).toBeLessThan(gaps.length / 16);
        last = shown;
      }
      track.arrive(index + 1, now);
    }
    for (const stop = now + 3000; now < stop; now += 1) track.at(now);
    expect(track.at(now)).toBe(gaps.length);
    expect(track.player.moving).toBe(false);
  });

  it('holds still at the last frame while the next is late', () => {
    const track = new Track();
    track.arrive(0, 0);
    track.arrive(1, 50);
    expect(track.at(10_000)).toBe(1);
    expect(track.at(20_000)).toBe(1);
  });

  it('tells when a frame was overwritten before anybody saw it', () => {
    const track = new Track();
    track.arrive(0, 0);
    expect(track.arrive(1, 10)).toBe(true);
    expect(track.arrive(2, 11)).toBe(true);
    expect(track.arrive(3, 12)).toBe(false);
  });

  it('settles on the newest frame where no motion is wanted', () => {
    const track = new Track();
    track.arrive(0, 0);
    track.arrive(1, 10);
    track.arrive(2, 11);
    track.player.settle();
    expect(track.at(11)).toBe(2);
    expect(track.player.moving).toBe(false);
  });
});
