import { NotFoundError } from '../errors.ts';
import type { Logger } from '../logging.ts';
import { FINAL_STATUSES } from '../storage/run.ts';
import type { Keyframe } from '../storage/run.ts';
import type { Store } from '../storage/store.ts';
import type { LayoutFrame } from '../stream/frame.ts';
import type { FrameHub } from '../stream/frameHub.ts';
import type { RunTopics } from '../stream/runTopics.ts';

/** Watching is said again this often, and the store is looked at, in case a notice was lost. */
const REFRESH_MILLISECONDS = 5000;

/** Shows what other processes work on: follows their notices and passes the store's newest to the watchers here. */
export class RemoteRuns {
  readonly #store: Store;
  readonly #hub: FrameHub;
  readonly #topics: RunTopics;
  readonly #log: Logger;
  readonly #seeding = new Map<string, Promise<void>>();
  /** What is being read, and whether it must be read once more. */
  readonly #reading = new Map<string, boolean>();
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: { store: Store; hub: FrameHub; topics: RunTopics; log: Logger }) {
    this.#store = parts.store;
    this.#hub = parts.hub;
    this.#topics = parts.topics;
    this.#log = parts.log;
  }

  open(): void {
    this.#timer = setInterval(() => this.refresh(), REFRESH_MILLISECONDS);
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Gives the watchers of a run that does not work here what the store has; one reading for any number of them. */
  seed(runId: string): Promise<void> {
    let seeding = this.#seeding.get(runId);
    if (seeding === undefined) {
      seeding = this.#seed(runId).finally(() => this.#seeding.delete(runId));
      this.#seeding.set(runId, seeding);
    }
    return seeding;
  }

  /** The row of a run has changed at another process. */
  changed(runId: string): void {
    this.#once(`run ${runId}`, () => this.#readRun(runId));
  }

  /** A new layout lies in the store. */
  framed(runId: string): void {
    if (this.#hub.watchedFromStore(runId) !== null) this.#once(`frame ${runId}`, () => this.#readFrame(runId));
  }

  deleted(runId: string): void {
    this.#hub.close(runId, { final: true });
    this.#topics.publish('runDeleted', runId);
  }

  /** Looks at everything that is watched here and does not work here. */
  refresh(): void {
    for (const runId of this.#hub.runsWatchedFromStore) {
      this.#store.notices.publish({ kind: 'watch', runId });
      this.changed(runId);
    }
  }

  async #seed(runId: string): Promise<void> {
    const { runs, notices } = this.#store;
    const run = await runs.findRun(runId);
    if (run === null) throw new NotFoundError(`no run has the id ${runId}`);
    const [keyframe, live, statistics] = await Promise.all([
      runs.readKeyframe(runId),
      runs.readLiveFrame(runId),
      runs.readStatistics(runId),
    ]);
    const newest = (live?.iteration ?? -1) > (keyframe?.iteration ?? -1) ? live : keyframe;
    this.#hub.seed(runId, { run, frame: newest === null ? undefined : toFrame(runId, newest), statistics });
    if (FINAL_STATUSES.has(run.status)) this.#hub.close(runId, { final: true });
    else notices.publish({ kind: 'watch', runId });
  }

  async #readRun(runId: string): Promise<void> {
    const { runs } = this.#store;
    const run = await runs.findRun(runId);
    if (run === null) {
      this.deleted(runId);
      return;
    }
    this.#topics.publish('runsChanged', run);
    const watched = this.#hub.watchedFromStore(runId);
    if (watched === null) return;
    if (!watched.known) {
      await this.seed(runId);
      return;
    }
    const statistics = await runs.readStatistics(runId, watched.lastIteration);
    const final = FINAL_STATUSES.has(run.status);
    const keyframe = final ? await runs.readKeyframe(runId) : null;
    this.#hub.publish(runId, { run, statistics, frame: keyframe === null ? undefined : toFrame(runId, keyframe) });
    if (final) this.#hub.close(runId, { final: true });
  }

  async #readFrame(runId: string): Promise<void> {
    const frame = await this.#store.runs.readLiveFrame(runId);
    if (frame !== null) this.#hub.publish(runId, { frame: toFrame(runId, frame) });
  }

  /** Reads at most one of a kind at a time; what changes meanwhile is read once more after it. */
  #once(key: string, read: () => Promise<void>): void {
    if (this.#reading.has(key)) {
      this.#reading.set(key, true);
      return;
    }
    this.#reading.set(key, false);
    read()
      .catch((error: unknown) => this.#log.warn({ err: error }, 'a run of another process could not be read'))
      .finally(() => {
        const again = this.#reading.get(key) === true;
        this.#reading.delete(key);
        if (again) this.#once(key, read);
      });
  }
}

function toFrame(runId: string, { iteration, coordinates }: Keyframe): LayoutFrame {
  return { runId, iteration, positions: coordinates };
}
