import { ShardWorker } from './extractionShards.ts';
import type { Job, JobOutcome } from './jobQueue.ts';
import type { RunParts } from './runParts.ts';
import { RunPipeline } from './runPipeline.ts';
import { StopRequest, type StopReason } from './stopRequest.ts';

/** The data of a job of the queue `runs`. */
export interface RunJob {
  readonly runId: string;
}

interface ActiveRun {
  readonly controller: AbortController;
  readonly ended: Promise<unknown>;
}

/** Does the work on runs in this process: takes them from the queue, and stops them where they are when asked to. */
export class RunWorker {
  readonly #parts: RunParts;
  readonly #shards: ShardWorker;
  readonly #active = new Map<string, ActiveRun>();
  #closing = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#shards = new ShardWorker(parts);
  }

  work(concurrency: number): void {
    if (concurrency > 0 && this.#parts.store.kind === 'server') this.#shards.work();
    this.#parts.queue.work<RunJob>('runs', concurrency, (job, signal) => this.#execute(job, signal));
  }

  /** Stops the work where it is, so that another process or the next start goes on from there. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([this.#shards.close(), ...[...this.#active.keys()].map((runId) => this.stop(runId, 'shutdown'))]);
  }

  /** Resolves when the run has stopped. @returns false when it does not work here. */
  async stop(runId: string, reason: StopReason): Promise<boolean> {
    const active = this.#active.get(runId);
    if (active === undefined) return false;
    active.controller.abort(new StopRequest(reason));
    await active.ended;
    return true;
  }

  async #execute(job: Job<RunJob>, lost: AbortSignal): Promise<JobOutcome> {
    const { runId } = job.data;
    // Paused and resumed quickly: the first job may still be ending.
    await this.#active.get(runId)?.ended;
    if (this.#closing) return 'release';
    const controller = new AbortController();
    lost.addEventListener('abort', () => controller.abort(lost.reason), { once: true });
    const work = this.#claimAndWork(job, controller.signal).finally(() => this.#active.delete(runId));
    this.#active.set(runId, { controller, ended: work.catch(() => undefined) });
    return work;
  }

  async #claimAndWork({ id, data, attempt }: Job<RunJob>, signal: AbortSignal): Promise<JobOutcome> {
    const { store, queue } = this.#parts;
    const { runId } = data;
    const live = await queue.listLive('runs', runId);
    const attempts = live.filter(({ active }) => active).map((job) => job.attempt);
    if (await store.runs.claimRun(runId, attempt, attempts)) {
      const tries = await queue.beginTry('runs', id, await store.runs.readPlace(runId));
      return RunPipeline.execute(runId, { attempt, tries }, this.#parts, signal);
    }
    // A second job for the same run waits until the first is over; one of a run that is gone ends.
    return (await store.runs.findRun(runId)) === null ? 'done' : 'retry';
  }
}
