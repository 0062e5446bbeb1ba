/** Units a second over the last seconds, so that a changed speed shows soon and a burst does not mislead. */
export class RateMeter {
  readonly #windowMilliseconds: number;
  readonly #now: () => number;
  readonly #samples: { readonly time: number; readonly done: number }[] = [];

  constructor(windowMilliseconds = 10_000, now: () => number = () => performance.now()) {
    this.#windowMilliseconds = windowMilliseconds;
    this.#now = now;
  }

  /** Notes that `done` of `total` are done. The rate is null until two different moments were seen. */
  measure(done: number, total: number): { ratePerSecond: number | null; etaSeconds: number | null } {
    const time = this.#now();
    this.#samples.push({ time, done });
    while (this.#samples.length > 2 && this.#samples[1].time < time - this.#windowMilliseconds) this.#samples.shift();
    const first = this.#samples[0];
    const seconds = (time - first.time) / 1000;
    if (seconds <= 0 || done <= first.done) return { ratePerSecond: null, etaSeconds: null };
    const ratePerSecond = (done - first.done) / seconds;
    return { ratePerSecond, etaSeconds: Math.max(0, total - done) / ratePerSecond };
  }
}
