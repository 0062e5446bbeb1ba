/** A frame whose successor is overdue holds still; the time between two frames is followed within these bounds. */
const SHORTEST_MS = 16;
const LONGEST_MS = 600;
const FIRST_GUESS_MS = 80;
/** Slightly faster than the frames come, so that the picture does not fall behind them. */
const HASTE = 0.92;
const SMOOTHING = 0.2;

/**
 * Decides between which two of three buffers the points move, so that they never jump: a new frame waits in the third
 * buffer until the motion under way has ended, and only the newest waits.
 */
export class FramePlayer {
  /** Buffers that hold the start and the end of the motion. */
  previous = 0;
  next = 0;
  /** How much of the motion is done, 0 to 1. */
  progress = 1;

  private waiting: number | null = null;
  private empty = true;
  private startedAt = 0;
  private lastArrival: number | null = null;
  private interval = FIRST_GUESS_MS;
  private duration = FIRST_GUESS_MS;

  /** The buffer into which the next frame has to be written, before `arrived` is called. */
  get freeBuffer(): number {
    return this.waiting ?? [0, 1, 2].find((buffer) => buffer !== this.previous && buffer !== this.next)!;
  }

  /** Tells that `freeBuffer` was filled. Returns false when a frame that nobody saw was overwritten. */
  arrived(nowMs: number): boolean {
    const buffer = this.freeBuffer;
    if (this.empty) {
      this.empty = false;
      this.previous = this.next = buffer;
      this.lastArrival = nowMs;
      return true;
    }
    if (this.lastArrival !== null) {
      const measured = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, nowMs - this.lastArrival));
      this.interval += SMOOTHING * (measured - this.interval);
    }
    this.lastArrival = nowMs;
    const overwritten = this.waiting !== null;
    this.waiting = buffer;
    this.advance(nowMs);
    return !overwritten;
  }

  /** Moves on to `nowMs`. Returns whether anything has changed. */
  advance(nowMs: number): boolean {
    const before = this.progress;
    this.progress = this.progress >= 1 ? 1 : Math.min(1, (nowMs - this.startedAt) / this.duration);
    if (this.progress >= 1 && this.waiting !== null) {
      this.previous = this.next;
      this.next = this.waiting;
      this.waiting = null;
      this.progress = 0;
      this.startedAt = nowMs;
      this.duration = Math.max(SHORTEST_MS, this.interval * HASTE);
      return true;
    }
    return this.progress !== before;
  }

  /** True before the first frame. */
  get isEmpty(): boolean {
    return this.empty;
  }

  /** True while another picture will follow without a new frame. */
  get moving(): boolean {
    return this.progress < 1 || this.waiting !== null;
  }

  /** Shows the newest frame at once, for people who want no motion. */
  settle(): void {
    if (this.waiting !== null) this.next = this.waiting;
    this.waiting = null;
    this.progress = 1;
  }
}
