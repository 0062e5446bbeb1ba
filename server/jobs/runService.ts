import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { BadInputError, ConflictError, NotFoundError } from '../errors.ts';
import { FINAL_STATUSES, type IterationStatistics, type Run } from '../storage/run.ts';
import type { RecordedChange } from '../storage/run.ts';
import type { Notice, Page, PageRequest, RunChanges, RunFilter } from '../storage/store.ts';
import type { LayoutFrame } from '../stream/frame.ts';
import type { RunWatcher, WatchOptions } from '../stream/runWatcher.ts';
import { QUEUES } from './jobQueue.ts';
import { checkText, requireSources, toNewRun, type RunOrder } from './newRun.ts';
import { RemoteRuns } from './remoteRuns.ts';
import type { RunParts } from './runParts.ts';
import { RunWorker, type RunJob } from './runWorker.ts';
import { toSweepOrders, type SweepOrder } from './sweep.ts';
import { toSteeringChange, type SteeringOrder } from './steering.ts';

const MAX_TAGS = 50;
const MAX_NOTES_LENGTH = 20_000;
/** How long another process has to stop a run in good order before it is stopped without it. */
const STOP_MILLISECONDS = 10_000;
const LOOK_MILLISECONDS = 50;
/** How often unfinished runs without a job are looked for, such as one whose process died between the two. */
const SWEEP_MILLISECONDS = 30_000;

/** What a person changes of a run; null leaves it as it is. */
export interface RunEdit {
  readonly name?: string | null;
  readonly notes?: string | null;
  readonly tags?: readonly string[] | null;
  /** An empty one takes the run out of its group. */
  readonly group?: string | null;
  readonly archived?: boolean | null;
}

/** What a filter of the API holds: null where nothing is asked. */
export type RunListFilter = { readonly [Key in keyof RunFilter]?: RunFilter[Key] | null };

/** Starts, stops and tells about runs, whichever process of those on the same database works on them. */
export class RunService {
  readonly #parts: RunParts;
  readonly #worker: RunWorker;
  readonly #remote: RemoteRuns;
  #unsubscribe: () => void = () => undefined;
  #sweeper: NodeJS.Timeout | null = null;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#worker = new RunWorker(parts);
    this.#remote = new RemoteRuns(parts);
  }

  /** Begins to work on runs, `concurrency` at a time, also on those that an ended process left unfinished. */
  async open(concurrency = 1): Promise<void> {
    const { store, queue } = this.#parts;
    await queue.open(store.kind === 'embedded');
    this.#unsubscribe = store.notices.subscribe(
      (notice) => this.#heard(notice),
      () => {
        this.#remote.refresh();
        queue.wake();
      },
    );
    this.#remote.open();
    await this.#sendUnfinished();
    this.#sweeper = setInterval(() => void this.#sweep(), SWEEP_MILLISECONDS);
    this.#worker.work(concurrency);
  }

  /** Stops the work where it is, so that another process or the next start goes on from there. */
  async close(): Promise<void> {
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.#unsubscribe();
    this.#remote.close();
    await this.#worker.close();
    await this.#parts.queue.close();
  }

  /**
   * @throws BadInputError naming what is wrong with the order, such as an unknown data set; UnavailableError when the
   * weights of the model are not here.
   */
  async start(order: RunOrder): Promise<Run> {
    const { store, topics, queue } = this.#parts;
    const wanted = await toNewRun(order, store);
    await requireSources(wanted, this.#parts);
    const run = await store.runs.createRun(wanted);
    // Asked for before, with the same key. Of two calls at the same moment both send a job, and one finds nothing to do.
    const isNew = run.status === 'QUEUED' && (await queue.listLive('runs', run.id)).length === 0;
    if (!isNew) return this.#withProgress(run);
    topics.publish('runsChanged', run);
    store.notices.publish({ kind: 'run', runId: run.id });
    await this.#enqueue(run);
    return run;
  }

  /**
   * Starts every run of a sweep, in order, or none.
   * @throws what `start` throws, BadInputError too for a sweep of one run or of too many.
   */
  async startSweep(sweep: SweepOrder): Promise<Run[]> {
    const { store } = this.#parts;
    const orders = await toSweepOrders(sweep, (group) => this.#hasGroup(group));
    // All are checked before the first one starts.
    for (const order of orders) await requireSources(await toNewRun(order, store), this.#parts);
    const runs: Run[] = [];
    for (const order of orders) runs.push(await this.start(order));
    return runs;
  }

  /** @throws NotFoundError */
  async find(id: string): Promise<Run> {
    const run = await this.#parts.store.runs.findRun(id);
    if (run === null) throw new NotFoundError(`no run has the id ${id}`);
    return this.#withProgress(run);
  }

  async list(page: PageRequest, filter: RunListFilter = {}): Promise<Page<Run>> {
    const wanted = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null)) as RunFilter;
    const found = await this.#parts.store.runs.listRuns(page, wanted);
    return { ...found, items: found.items.map((item) => ({ ...item, value: this.#withProgress(item.value) })) };
  }

  /** @throws NotFoundError; ConflictError when it has ended or is paused already. */
  async pause(id: string): Promise<Run> {
    const run = await this.find(id);
    if (run.status === 'PAUSED' || FINAL_STATUSES.has(run.status)) throw conflict(run, 'paused');
    await this.#stop(id, 'pause');
    const after = await this.find(id);
    if (after.status === 'PAUSED') return after;
    if (FINAL_STATUSES.has(after.status)) throw conflict(after, 'paused');
    return this.#change(id, { status: 'PAUSED', worker: null });
  }

  /** @throws NotFoundError; ConflictError unless it is paused. */
  async resume(id: string): Promise<Run> {
    const run = await this.find(id);
    if (run.status !== 'PAUSED') throw conflict(run, 'resumed');
    const queued = await this.#change(id, { status: 'QUEUED' });
    await this.#enqueue(queued);
    return queued;
  }

  /** @throws NotFoundError; ConflictError when it has ended. */
  async cancel(id: string): Promise<Run> {
    const run = await this.find(id);
    if (FINAL_STATUSES.has(run.status)) throw conflict(run, 'canceled');
    await this.#stop(id, 'cancel');
    const after = await this.find(id);
    if (after.status === 'CANCELED') return after;
    if (FINAL_STATUSES.has(after.status)) throw conflict(after, 'canceled');
    const canceled = await this.#change(id, { status: 'CANCELED', finishedAt: new Date(), worker: null });
    await this.#parts.store.runs.deleteWorkingState(id);
    this.#parts.hub.close(id, { final: true });
    return canceled;
  }

  /** @throws NotFoundError */
  async delete(id: string): Promise<void> {
    await this.find(id);
    await this.#stop(id, 'delete');
    await this.#parts.store.runs.deleteRun(id);
    this.#parts.hub.close(id, { final: true });
    this.#parts.topics.publish('runDeleted', id);
    this.#parts.store.notices.publish({ kind: 'deleted', runId: id });
  }

  /** Changes what is not null. @throws NotFoundError, BadInputError */
  async update(id: string, { name, notes, tags, group, archived }: RunEdit): Promise<Run> {
    await this.find(id);
    if (name != null) {
      checkText('name', name);
      if (name.trim() === '') throw new BadInputError('name: is empty; a run needs a name');
    }
    if (group != null) checkText('group', group);
    if (notes != null) checkText('notes', notes, MAX_NOTES_LENGTH);
    if (tags != null && tags.length > MAX_TAGS) throw new BadInputError(`tags: ${tags.length}, at most ${MAX_TAGS}`);
    for (const tag of tags ?? []) checkText('tags', tag, 100);
    return this.#change(id, {
      ...(name == null ? {} : { name: name.trim() }),
      ...(notes == null ? {} : { notes }),
      ...(group == null ? {} : { group: group.trim() === '' ? null : group.trim() }),
      ...(archived == null ? {} : { archivedAt: archived ? new Date() : null }),
      ...(tags == null ? {} : { tags: [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))] }),
    });
  }

  /**
   * Changes how a run goes on: from the next step on while it works, at its next step when it waits or is paused.
   * @throws NotFoundError; BadInputError naming the value; ConflictError when it has ended or cannot be steered.
   */
  async steer(id: string, order: SteeringOrder): Promise<Run> {
    const run = await this.find(id);
    await this.#parts.store.runs.recordChange(id, toSteeringChange(order, run));
    return run;
  }

  /** How many jobs wait and are under way, at all processes on the same database. */
  async countJobs(): Promise<{ queue: string; state: string; count: number }[]> {
    const counted = QUEUES.map(async (queue) => {
      const counts = await this.#parts.queue.counts(queue);
      return Object.entries(counts).map(([state, count]) => ({ queue, state, count }));
    });
    return (await Promise.all(counted)).flat();
  }

  /** What was changed while the run was optimized, in order. */
  changes(id: string): Promise<RecordedChange[]> {
    return this.#parts.store.runs.listChanges(id);
  }

  /** The newest layout, or the stored one at or before `iteration`; null before the first. @throws NotFoundError */
  async layout(id: string, iteration?: number): Promise<LayoutFrame | null> {
    const live = this.#parts.hub.latest(id)?.frame;
    if (live && (iteration === undefined || iteration === live.iteration)) return live;
    const keyframe = await this.#parts.store.runs.readKeyframe(id, iteration);
    return keyframe && { runId: id, iteration: keyframe.iteration, positions: keyframe.coordinates };
  }

  /** The figures of every iteration done, in order. */
  async history(id: string): Promise<readonly IterationStatistics[]> {
    return this.#parts.hub.latest(id)?.statistics ?? (await this.#parts.store.runs.readStatistics(id));
  }

  /** Tells the newest state of a run at once, then every change, until it ends. @throws NotFoundError, BadInputError */
  async watch(id: string, options: WatchOptions): Promise<RunWatcher> {
    const { hub } = this.#parts;
    // First the watcher, then the store: what happens in between reaches the watcher through the hub.
    const watcher = hub.watch(id, options);
    try {
      if (hub.watchedFromStore(id)?.known === false) await this.#remote.seed(id);
      return watcher;
    } catch (error) {
      await watcher.return();
      throw error;
    }
  }

  async #hasGroup(group: string): Promise<boolean> {
    return (await this.#parts.store.runs.listRuns({ first: 1 }, { group })).totalCount > 0;
  }

  async #enqueue({ id, priority }: Run): Promise<void> {
    await this.#parts.queue.send('runs', { runId: id } satisfies RunJob, { priority });
    this.#parts.store.notices.publish({ kind: 'jobs' });
  }

  async #sendUnfinished(): Promise<void> {
    const unfinished = await this.#parts.store.runs.listUnfinishedRuns();
    const live = new Set((await this.#parts.queue.listLive('runs')).map(({ runId }) => runId));
    for (const run of unfinished) if (!live.has(run.id)) await this.#enqueue(run);
  }

  async #sweep(): Promise<void> {
    try {
      await this.#sendUnfinished();
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'unfinished runs could not be looked for');
    }
  }

  async #change(id: string, changes: RunChanges): Promise<Run> {
    const { store, hub, topics } = this.#parts;
    const run = this.#withProgress(await store.runs.updateRun(id, changes));
    hub.publish(id, { run });
    topics.publish('runsChanged', run);
    store.notices.publish({ kind: 'run', runId: id });
    return run;
  }

  #heard(notice: Notice): void {
    if (notice.kind === 'run') this.#remote.changed(notice.runId);
    else if (notice.kind === 'frame') this.#remote.framed(notice.runId);
    else if (notice.kind === 'deleted') this.#remote.deleted(notice.runId);
    else if (notice.kind === 'watch') this.#parts.frameRelay.watched(notice.runId);
    else if (notice.kind === 'stop') void this.#worker.stop(notice.runId, notice.reason);
    else this.#parts.queue.wake();
  }

  /** Ends the work on a run, here or at another process, which keeps its last state if it answers in time. */
  async #stop(runId: string, reason: 'pause' | 'cancel' | 'delete'): Promise<void> {
    const { store, queue } = this.#parts;
    if (await this.#worker.stop(runId, reason)) return;
    const deadline = performance.now() + STOP_MILLISECONDS;
    let told = false;
    for (;;) {
      const live = await queue.listLive('runs', runId);
      const late = performance.now() > deadline;
      if (late || !live.some(({ active }) => active)) {
        const ids = live.filter(({ active }) => late || !active).map(({ id }) => id);
        await queue.cancel('runs', ids);
        return;
      }
      // Taken by this process a moment ago, or by another one.
      if (await this.#worker.stop(runId, reason)) return;
      if (!told) store.notices.publish({ kind: 'stop', runId, reason });
      told = true;
      await delay(LOOK_MILLISECONDS);
    }
  }

  /** A run that works here is further than the store knows. */
  #withProgress(run: Run): Run {
    const live = this.#parts.hub.latest(run.id)?.run;
    return live?.status === run.status ? { ...run, stage: live.stage, iteration: live.iteration } : run;
  }
}

function conflict(run: Run, participle: string): ConflictError {
  return new ConflictError(`run ${run.id} is ${run.status.toLowerCase()} and cannot be ${participle}`);
}

/** Threads for the work on runs: all cores, since one run works at a time. */
export function workThreads(): number {
  return availableParallelism();
}
