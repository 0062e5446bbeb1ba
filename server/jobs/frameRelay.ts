import type { Logger } from '../logging.ts';
import type { Store } from '../storage/store.ts';
import type { LayoutFrame } from '../stream/frame.ts';
import type { FrameHub } from '../stream/frameHub.ts';

/** Other processes say so again every few seconds while somebody there watches. */
const WATCHED_MILLISECONDS = 15_000;

/**
 * Hands the newest layouts of runs that work here to processes that show them: one row a run in the store, replaced as
 * fast as the store takes it, and a small notice. What is not watched elsewhere costs nothing.
 */
export class FrameRelay {
  readonly #store: Store;
  readonly #hub: FrameHub;
  readonly #log: Logger;
  readonly #watchedUntil = new Map<string, number>();
  readonly #waiting = new Map<string, LayoutFrame>();
  readonly #busy = new Set<string>();

  constructor(parts: { store: Store; hub: FrameHub; log: Logger }) {
    this.#store = parts.store;
    this.#hub = parts.hub;
    this.#log = parts.log;
  }

  /** Somebody at another process watches a run: they get the newest layout at once. */
  watched(runId: string): void {
    const frame = this.#hub.latest(runId)?.frame;
    const isNew = !this.#watchedUntil.has(runId);
    this.#watchedUntil.set(runId, performance.now() + WATCHED_MILLISECONDS);
    if (isNew && frame) this.offer(frame);
  }

  offer(frame: LayoutFrame): void {
    const until = this.#watchedUntil.get(frame.runId);
    if (until === undefined) return;
    if (until < performance.now()) {
      this.#watchedUntil.delete(frame.runId);
      return;
    }
    this.#waiting.set(frame.runId, frame);
    if (!this.#busy.has(frame.runId)) void this.#send(frame.runId);
  }

  async #send(runId: string): Promise<void> {
    this.#busy.add(runId);
    try {
      for (let frame = this.#waiting.get(runId); frame !== undefined; frame = this.#waiting.get(runId)) {
        this.#waiting.delete(runId);
        await this.#store.runs.saveLiveFrame(runId, { iteration: frame.iteration, coordinates: frame.positions });
        this.#store.notices.publish({ kind: 'frame', runId });
      }
    } catch (error) {
      // A run that was deleted, or a database that is away; the next frame tries again.
      this.#log.debug({ err: error, runId }, 'a layout could not be handed on');
    } finally {
      this.#busy.delete(runId);
    }
  }
}
