import { setTimeout as delay } from 'node:timers/promises';
import { isPassing } from '../storage/databaseErrors.ts';
import type { IterationStatistics, Run, StageProgress } from '../storage/run.ts';
import type { RunChanges, Store } from '../storage/store.ts';
import type { LayoutFrame } from '../stream/frame.ts';
import type { FrameHub } from '../stream/frameHub.ts';
import type { RunTopics } from '../stream/runTopics.ts';
import { RateMeter } from './rateMeter.ts';

const COMMIT_INTERVAL_MILLISECONDS = 1000;
/** A database that restarts is waited for while the work goes on in memory; after that the run starts from what is stored. */
const MOST_RETRY_MILLISECONDS = 120_000;
const FIRST_RETRY_MILLISECONDS = 250;
const LONGEST_RETRY_MILLISECONDS = 5000;

/**
 * A run while it works: what changes is committed first and told to the watchers after. Progress and frames, which come
 * many times a second, are told at once and committed about once a second, in the background.
 */
export class RunRecorder {
  readonly #store: Store;
  readonly #worker: string;
  readonly #hub: FrameHub;
  readonly #topics: RunTopics;
  readonly #signal: AbortSignal;
  #run: Run;
  #meter = new RateMeter();
  #unsaved: IterationStatistics[] = [];
  #writing: Promise<void> = Promise.resolve();
  #writesPending = 0;
  #failure: { readonly error: unknown } | null = null;
  #lastCommit = 0;

  /**
   * @param worker the attempt that holds the claim on the run; what is written after it was lost is refused.
   * @param signal ends the patience with a database that is away.
   */
  constructor(
    run: Run,
    worker: string,
    parts: { store: Store; hub: FrameHub; topics: RunTopics },
    signal: AbortSignal,
  ) {
    this.#run = run;
    this.#worker = worker;
    this.#signal = signal;
    this.#store = parts.store;
    this.#hub = parts.hub;
    this.#topics = parts.topics;
  }

  get run(): Run {
    return this.#run;
  }

  /** Commits, then tells everybody. */
  async change(changes: RunChanges): Promise<void> {
    await this.flush();
    this.#run = await this.#store.runs.updateRun(this.#run.id, changes, this.#worker);
    this.tell();
  }

  /** Begins the next stage of the work, with a fresh measurement of its rate. */
  async enterStage(status: Run['status'], name: string, unit: string, total: number): Promise<void> {
    this.#meter = new RateMeter();
    await this.change({ status, stage: stageProgress(name, 0, total, unit) });
  }

  /** Tells how far the present stage is. `name`, `unit` may change within a stage, as from download to rendering. */
  progress(done: number, total: number, stage: { name?: string; unit?: string } = {}): void {
    const { name = this.#run.stage.name, unit = this.#run.stage.unit } = stage;
    if (name !== this.#run.stage.name) this.#meter = new RateMeter();
    this.#run = { ...this.#run, stage: { name, unit, done, total, ...this.#meter.measure(done, total) } };
    this.#hub.publish(this.#run.id, { run: this.#run });
    this.#commitSometimes();
  }

  /** Tells the figures of the iterations just done, and the layout when it is time for one. */
  iterated(statistics: readonly IterationStatistics[], iteration: number, frame: LayoutFrame | undefined): void {
    const { stage, parameters } = this.#run;
    const measured = this.#meter.measure(iteration, parameters.iterations);
    this.#run = { ...this.#run, iteration, stage: { ...stage, done: iteration, ...measured } };
    this.#unsaved.push(...statistics);
    this.#hub.publish(this.#run.id, { run: this.#run, frame, statistics });
    this.#commitSometimes();
  }

  /**
   * Runs a write after those that wait already, again and again while the database is away. Once one has failed for good,
   * those after it are left out, so that no checkpoint gets ahead of the figures; the failure comes out of the next
   * `flush`.
   */
  writeInBackground(write: () => Promise<void>): void {
    this.#writesPending++;
    this.#writing = this.#writing
      .then(() => (this.#failure === null ? this.#writeWithRetry(write) : undefined))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#writesPending--);
  }

  /** Waits until everything is committed. @throws what a write in the background threw. */
  async flush(): Promise<void> {
    this.commit();
    await this.#writing;
    if (this.#failure !== null) {
      const { error } = this.#failure;
      this.#failure = null;
      throw error;
    }
  }

  /** Writes progress and figures after what waits already, in the background. */
  commit(): void {
    this.#lastCommit = performance.now();
    const statistics = this.#unsaved;
    this.#unsaved = [];
    const { id, stage, iteration } = this.#run;
    this.writeInBackground(async () => {
      const described = await this.#store.runs.saveProgress(id, { stage, iteration }, statistics, this.#worker);
      this.#run = { ...this.#run, ...described };
      this.#topics.publish('runsChanged', this.#run);
      this.#store.notices.publish({ kind: 'run', runId: id });
    });
  }

  async #writeWithRetry(write: () => Promise<void>): Promise<void> {
    const start = performance.now();
    for (let wait = FIRST_RETRY_MILLISECONDS; ; wait = Math.min(2 * wait, LONGEST_RETRY_MILLISECONDS)) {
      try {
        return await write();
      } catch (error) {
        const givenUp = performance.now() - start > MOST_RETRY_MILLISECONDS || this.#signal.aborted;
        if (givenUp || !isPassing(error)) throw error;
        await delay(wait, undefined, { signal: this.#signal }).catch(() => undefined);
      }
    }
  }

  #commitSometimes(): void {
    const due = performance.now() - this.#lastCommit >= COMMIT_INTERVAL_MILLISECONDS;
    // A store that is slower than we are must not pile up writes.
    if (due && this.#writesPending === 0) this.commit();
  }

  /** Tells everybody the run as it is. */
  tell(): void {
    this.#hub.publish(this.#run.id, { run: this.#run });
    this.#topics.publish('runsChanged', this.#run);
    this.#store.notices.publish({ kind: 'run', runId: this.#run.id });
  }
}

export function stageProgress(name: string, done: number, total: number, unit: string): StageProgress {
  return { name, done, total, unit, ratePerSecond: null, etaSeconds: null };
}
