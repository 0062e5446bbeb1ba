import type { IterationStatistics, Run } from '../storage/run.ts';
import type { DeliveryTurns } from './deliveryTurns.ts';
import type { LayoutFrame, RunUpdate } from './frame.ts';

/** What is new since the last offer; a part that is absent has not changed. */
export interface RunNews {
  readonly run?: Run | undefined;
  readonly frame?: LayoutFrame | undefined;
  readonly statistics?: readonly IterationStatistics[] | undefined;
}

export interface WatchOptions {
  readonly maxFramesPerSecond: number;
  /** The last iteration whose figures the watcher has from an earlier connection; default none. */
  readonly statsAfter?: number;
}

/** Counted by the watchers of a hub, for the metrics. */
export interface DeliveryCounter {
  sent: number;
  skipped: number;
}

/** What the watchers of a hub have in common. */
export interface WatcherParts {
  readonly counter: DeliveryCounter;
  readonly turns: DeliveryTurns;
  readonly onClose: () => void;
}

/**
 * One watcher's place: it holds only the newest run and frame, and the statistics since its last update, so that a slow
 * reader costs no memory and never gets an old frame. It is an iterator by hand, because a generator that waits inside
 * `await` does not see `return()` when the socket closes.
 */
export class RunWatcher implements AsyncIterableIterator<RunUpdate> {
  /** Milliseconds from one delivery to the next at the asked rate. */
  readonly #gap: number;
  readonly #counter: DeliveryCounter;
  readonly #turns: DeliveryTurns;
  readonly #onClose: () => void;
  #run: Run | null = null;
  #frame: LayoutFrame | null = null;
  #frameDelivered = true;
  #statistics: IterationStatistics[] = [];
  #latestStatistics: IterationStatistics | null = null;
  /** The last iteration whose figures the watcher has, or will be told. */
  #toldIteration: number;
  /** Frames that were replaced while the reader was busy with earlier ones, not only held back by its rate. */
  #skippedFrames = 0;
  #changed = false;
  #ended = false;
  #closed = false;
  /** When the next delivery may be. */
  #due = performance.now();
  #waiting: ((result: IteratorResult<RunUpdate>) => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #turnAsked = false;

  constructor({ maxFramesPerSecond, statsAfter = 0 }: WatchOptions, { counter, turns, onClose }: WatcherParts) {
    this.#gap = 1000 / maxFramesPerSecond;
    this.#toldIteration = statsAfter;
    this.#counter = counter;
    this.#turns = turns;
    this.#onClose = onClose;
  }

  /** Replaces what is newer than what waits; an older frame is dropped. */
  offer({ run, frame, statistics }: RunNews): void {
    if (this.#closed || this.#ended) return;
    if (run !== undefined) this.#run = run;
    if (frame !== undefined && (this.#frame === null || frame.iteration >= this.#frame.iteration)) {
      if (!this.#frameDelivered) {
        this.#counter.skipped++;
        if (this.#waiting === null) this.#skippedFrames++;
      }
      this.#frame = frame;
      this.#frameDelivered = false;
    }
    for (const figures of statistics ?? []) {
      if (figures.iteration > (this.#latestStatistics?.iteration ?? 0)) this.#latestStatistics = figures;
      if (figures.iteration <= this.#toldIteration) continue;
      this.#statistics.push(figures);
      this.#toldIteration = figures.iteration;
    }
    this.#changed = true;
    this.#deliver();
  }

  /** No more news: what waits is delivered at once, then the iteration is done. */
  end(): void {
    this.#ended = true;
    this.#deliver();
  }

  next(): Promise<IteratorResult<RunUpdate>> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#deliver();
    });
  }

  return(): Promise<IteratorResult<RunUpdate>> {
    this.#close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliver(): void {
    if (this.#waiting === null) return;
    if (this.#closed) return this.#settle({ done: true, value: undefined });
    if (this.#changed && this.#run !== null) {
      const wait = this.#ended ? 0 : this.#due - performance.now();
      if (wait > 0) return this.#deliverIn(wait);
      return this.#deliverInTurn();
    }
    if (this.#ended) this.#close();
  }

  /** What it is then, which may be newer than what it is now. */
  #deliverInTurn(): void {
    if (this.#turnAsked) return;
    this.#turnAsked = true;
    this.#turns.take(() => {
      this.#turnAsked = false;
      if (this.#waiting === null || this.#run === null || this.#closed) return;
      this.#settle({ done: false, value: this.#take(this.#run) });
    });
  }

  #deliverIn(milliseconds: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#deliver();
    }, Math.ceil(milliseconds));
  }

  #take(run: Run): RunUpdate {
    const statistics = this.#statistics;
    this.#statistics = [];
    this.#changed = false;
    if (!this.#frameDelivered) this.#counter.sent++;
    this.#frameDelivered = true;
    // One that is late does not put off those after it, else frames that come at the very rate would be late for ever;
    // but no time is saved up beyond one of them.
    this.#due = Math.max(this.#due + this.#gap, performance.now());
    return {
      run,
      frame: this.#frame,
      statistics,
      latestStatistics: this.#latestStatistics,
      skippedFrames: this.#skippedFrames,
    };
  }

  #settle(result: IteratorResult<RunUpdate>): void {
    const resolve = this.#waiting;
    this.#waiting = null;
    resolve?.(result);
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#frame = null;
    this.#statistics = [];
    this.#settle({ done: true, value: undefined });
    this.#onClose();
  }
}
