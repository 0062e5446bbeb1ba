import { availableParallelism } from 'node:os';
import { BadInputError, ConflictError, NotFoundError } from '../errors.ts';
import { FINAL_STATUSES, type IterationStatistics, type Run } from '../storage/run.ts';
import type { RecordedChange } from '../storage/run.ts';
import type { Page, PageRequest, RunFilter } from '../storage/store.ts';
import type { LayoutFrame } from '../stream/frame.ts';
import type { RunWatcher } from '../stream/runWatcher.ts';
import { checkText, requireSources, toNewRun, type RunOrder } from './newRun.ts';
import { deleteRecallPerPoint } from './recallFile.ts';
import type { RunParts } from './runParts.ts';
import { RunPipeline } from './runPipeline.ts';
import { RunQueue } from './runQueue.ts';
import { toSweepOrders, type SweepOrder } from './sweep.ts';
import { toSteeringChange, type SteeringOrder } from './steering.ts';
import { StopRequest, type StopReason } from './stopRequest.ts';

const REMEMBERED_KEYS = 1000;
const MAX_TAGS = 50;
const MAX_NOTES_LENGTH = 20_000;

interface ActiveRun {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

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

/** Starts, stops and tells about runs. One at a time works in this process; the others wait in order. */
export class RunService {
  readonly #parts: RunParts;
  readonly #queue: RunQueue;
  readonly #active = new Map<string, ActiveRun>();
  readonly #idempotent = new Map<string, Promise<Run>>();
  #closing = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#queue = new RunQueue(parts.store.sql, parts.log);
  }

  /** Begins to work, first on the runs that an ended process left unfinished. */
  async open(concurrency = 1): Promise<void> {
    await this.#queue.open();
    const unfinished = await this.#parts.store.runs.listUnfinishedRuns();
    const byAge = [...unfinished].sort((left, right) => left.createdAt.getTime() - right.createdAt.getTime());
    const begun = (run: Run) => run.status !== 'QUEUED';
    for (const run of [...byAge.filter(begun), ...byAge.filter((run) => !begun(run))]) await this.#queue.send(run.id);
    await this.#queue.work(concurrency, (runId) => this.#execute(runId));
  }

  /** Stops the work where it is, so that the next start goes on from there. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#active.keys()].map((runId) => this.#stop(runId, 'shutdown')));
    await this.#queue.close();
  }

  /**
   * @throws BadInputError naming what is wrong with the order, such as an unknown data set; UnavailableError when the
   * weights of the model are not here.
   */
  start(order: RunOrder): Promise<Run> {
    const key = order.idempotencyKey;
    if (key == null) return this.#create(order);
    checkText('idempotencyKey', key, 200);
    let run = this.#idempotent.get(key);
    if (run === undefined) {
      run = this.#create(order);
      this.#idempotent.set(key, run);
      run.catch(() => this.#idempotent.delete(key));
      if (this.#idempotent.size > REMEMBERED_KEYS) this.#idempotent.delete([...this.#idempotent.keys()][0]);
    }
    return run;
  }

  /**
   * Starts every run of a sweep, in order, or none.
   * @throws what `start` throws, BadInputError too for a sweep of one run or of too many.
   */
  async startSweep(sweep: SweepOrder): Promise<Run[]> {
    const { store, home } = this.#parts;
    const orders = await toSweepOrders(sweep, (group) => this.#hasGroup(group));
    // All are checked before the first one starts.
    for (const order of orders) await requireSources(await toNewRun(order, store), home);
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
    if (!(await this.#stop(id, 'pause'))) {
      await this.#queue.remove(id);
      return this.#change(id, { status: 'PAUSED' });
    }
    const after = await this.find(id);
    if (after.status !== 'PAUSED') throw conflict(after, 'paused');
    return after;
  }

  /** @throws NotFoundError; ConflictError unless it is paused. */
  async resume(id: string): Promise<Run> {
    const run = await this.find(id);
    if (run.status !== 'PAUSED') throw conflict(run, 'resumed');
    const queued = await this.#change(id, { status: 'QUEUED' });
    await this.#queue.send(id);
    return queued;
  }

  /** @throws NotFoundError; ConflictError when it has ended. */
  async cancel(id: string): Promise<Run> {
    const run = await this.find(id);
    if (FINAL_STATUSES.has(run.status)) throw conflict(run, 'canceled');
    if (!(await this.#stop(id, 'cancel'))) {
      await this.#queue.remove(id);
      const canceled = await this.#change(id, { status: 'CANCELED', finishedAt: new Date() });
      await this.#parts.store.runs.deleteCheckpoint(id);
      this.#parts.hub.close(id, { final: true });
      return canceled;
    }
    const after = await this.find(id);
    if (after.status !== 'CANCELED') throw conflict(after, 'canceled');
    return after;
  }

  /** @throws NotFoundError */
  async delete(id: string): Promise<void> {
    await this.find(id);
    await this.#queue.remove(id);
    await this.#stop(id, 'delete');
    await this.#parts.store.runs.deleteRun(id);
    this.#parts.hub.close(id, { final: true });
    await deleteRecallPerPoint(this.#parts.home, id);
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
  async watch(id: string, options: { readonly maxFramesPerSecond: number }): Promise<RunWatcher> {
    const { hub, store } = this.#parts;
    // First the watcher, then the store: what happens in between reaches the watcher through the hub.
    const watcher = hub.watch(id, options);
    try {
      const run = await this.find(id);
      if (hub.latest(id) === null) {
        const [frame, statistics] = await Promise.all([this.layout(id), store.runs.readStatistics(id)]);
        watcher.offer({ run, frame: frame ?? undefined, statistics });
        if (FINAL_STATUSES.has(run.status)) watcher.end();
      }
      return watcher;
    } catch (error) {
      await watcher.return();
      throw error;
    }
  }

  async #hasGroup(group: string): Promise<boolean> {
    return (await this.#parts.store.runs.listRuns({ first: 1 }, { group })).totalCount > 0;
  }

  async #create(order: RunOrder): Promise<Run> {
    const { runs } = this.#parts.store;
    const wanted = await toNewRun(order, this.#parts.store);
    await requireSources(wanted, this.#parts.home);
    const created = await runs.createRun(wanted);
    this.#parts.topics.publish('runsChanged', created);
    await this.#queue.send(created.id);
    return created;
  }

  async #change(id: string, changes: Parameters<RunParts['store']['runs']['updateRun']>[1]): Promise<Run> {
    const run = this.#withProgress(await this.#parts.store.runs.updateRun(id, changes));
    this.#parts.hub.publish(id, { run });
    this.#parts.topics.publish('runsChanged', run);
    return run;
  }

  async #execute(runId: string): Promise<void> {
    if (this.#closing) return;
    // Paused and resumed quickly: the first job may still be ending.
    await this.#active.get(runId)?.ended;
    const controller = new AbortController();
    const ended = RunPipeline.execute(runId, this.#parts, controller.signal)
      .catch((error: unknown) => this.#parts.log.error({ err: error, runId }, 'work on a run ended unexpectedly'))
      .finally(() => this.#active.delete(runId));
    this.#active.set(runId, { controller, ended });
    await ended;
  }

  /** @returns false when the run does not work here. */
  async #stop(runId: string, reason: StopReason): Promise<boolean> {
    const active = this.#active.get(runId);
    if (active === undefined) return false;
    active.controller.abort(new StopRequest(reason));
    await active.ended;
    return true;
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
