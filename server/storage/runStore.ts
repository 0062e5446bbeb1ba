import type { Pool } from 'pg';
import { LostClaimError, NotFoundError } from '../errors.ts';
import { inTransaction } from './database/database.ts';
import { foreignKeyMeansNotFound, isUniqueViolation, missingRowMeansNotFound } from './databaseErrors.ts';
import type { PrismaClient } from './generated/client.ts';
import { newId } from './ids.ts';
import { readPage } from './pages.ts';
import { FINAL_STATUSES, RUN_STATUSES, type IterationStatistics, type Keyframe, type Run } from './run.ts';
import type { RecordedChange, SteeringChange } from './run.ts';
import { changedColumns, filterCondition, newRunRow, toRun } from './runRows.ts';
import { RunSeries } from './runSeries.ts';
import type { Upkeep } from './upkeep.ts';
import type { NewRun, Page, PageRequest, RunChanges, RunCheckpoint, RunFilter, RunStore } from './store.ts';
import type { RunDescription, RunProgress } from './store.ts';

const UNFINISHED = RUN_STATUSES.filter((status) => !FINAL_STATUSES.has(status) && status !== 'PAUSED');

/** Runs with their keyframes, statistics and checkpoints, and who works on them. */
export class PostgresRunStore implements RunStore {
  readonly #prisma: PrismaClient;
  readonly #pool: Pool;
  readonly #series: RunSeries;
  readonly #upkeep: Upkeep;

  constructor(prisma: PrismaClient, pool: Pool, upkeep: Upkeep) {
    this.#upkeep = upkeep;
    this.#prisma = prisma;
    this.#pool = pool;
    this.#series = new RunSeries(pool);
  }

  /** @throws NotFoundError when the embedding set does not exist. */
  async createRun(run: NewRun): Promise<Run> {
    const data = newRunRow(newId('run'), run);
    const { idempotencyKey } = run;
    try {
      const row = await foreignKeyMeansNotFound(`there is no embedding set ${String(run.embeddingSetId)}`, () =>
        this.#prisma.run.create({ data }),
      );
      return toRun(row);
    } catch (error) {
      if (idempotencyKey === undefined || !isUniqueViolation(error)) throw error;
      const row = await this.#prisma.run.findUniqueOrThrow({ where: { idempotencyKey } });
      return toRun(row);
    }
  }

  async findRun(id: string): Promise<Run | null> {
    const row = await this.#prisma.run.findUnique({ where: { id } });
    return row === null ? null : toRun(row);
  }

  listRuns(page: PageRequest, filter: RunFilter = {}): Promise<Page<Run>> {
    const where = filterCondition(filter);
    return readPage(
      page,
      (before, take) =>
        this.#prisma.run.findMany({
          where: before === undefined ? where : { AND: [where, { position: { lt: before } }] },
          orderBy: { position: 'desc' },
          take,
        }),
      () => this.#prisma.run.count({ where }),
      toRun,
    );
  }

  /** Oldest first: the order in which they were asked for. */
  async listUnfinishedRuns(): Promise<Run[]> {
    const rows = await this.#prisma.run.findMany({
      where: { status: { in: UNFINISHED } },
      orderBy: { position: 'asc' },
    });
    return rows.map(toRun);
  }

  async updateRun(id: string, changes: RunChanges, worker?: string): Promise<Run> {
    const where = worker === undefined ? { id } : { id, worker };
    try {
      const row = await missingRowMeansNotFound(`there is no run ${id}`, () =>
        foreignKeyMeansNotFound(`there is no embedding set ${String(changes.embeddingSetId)}`, () =>
          this.#prisma.run.update({ where, data: changedColumns(changes) }),
        ),
      );
      return toRun(row);
    } catch (error) {
      if (worker !== undefined && error instanceof NotFoundError) throw await this.#refusal(id, error);
      throw error;
    }
  }

  async saveProgress(
    id: string,
    progress: RunProgress,
    statistics: readonly IterationStatistics[],
    worker: string,
  ): Promise<RunDescription> {
    const description = await this.#series.saveProgress(id, progress, statistics, worker);
    if (description === null) throw await this.#refusal(id, new NotFoundError(`there is no run ${id}`));
    return description;
  }

  /** Why an attempt may not write: the run is gone, or another one works on it. */
  async #refusal(id: string, notFound: NotFoundError): Promise<Error> {
    if ((await this.findRun(id)) === null) return notFound;
    return new LostClaimError(`run ${id} is worked on by another process`, { cause: notFound });
  }

  async claimRun(id: string, worker: string, liveAttempts: readonly string[]): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      'UPDATE runs SET worker = $2 WHERE id = $1 AND (worker IS NULL OR worker = $2 OR NOT worker = ANY ($3))',
      [id, worker, liveAttempts],
    );
    return rowCount === 1;
  }

  /** Removes its share links too, also those that show it beside another run. */
  async deleteRun(id: string): Promise<void> {
    const deleted = await inTransaction(this.#pool, async (client) => {
      await client.query(
        'DELETE FROM share_links WHERE id IN (SELECT share_link_id FROM share_link_runs WHERE run_id = $1)',
        [id],
      );
      const { rowCount } = await client.query('DELETE FROM runs WHERE id = $1', [id]);
      return rowCount === 1;
    });
    if (!deleted) throw new NotFoundError(`there is no run ${id}`);
    this.#upkeep.afterDeletion();
  }

  saveKeyframe(runId: string, keyframe: Keyframe): Promise<void> {
    return this.#series.saveKeyframe(runId, keyframe);
  }

  listKeyframes(runId: string): Promise<number[]> {
    return this.#series.listKeyframes(runId);
  }

  readKeyframe(runId: string, iteration?: number): Promise<Keyframe | null> {
    return this.#series.readKeyframe(runId, iteration);
  }

  saveStatistics(runId: string, statistics: readonly IterationStatistics[]): Promise<void> {
    return this.#series.saveStatistics(runId, statistics);
  }

  readStatistics(runId: string, after?: number): Promise<IterationStatistics[]> {
    return this.#series.readStatistics(runId, after);
  }

  saveLiveFrame(runId: string, frame: Keyframe): Promise<void> {
    return this.#series.saveLiveFrame(runId, frame);
  }

  readLiveFrame(runId: string): Promise<Keyframe | null> {
    return this.#series.readLiveFrame(runId);
  }

  saveRecall(runId: string, recall: Float32Array): Promise<void> {
    return this.#series.saveRecall(runId, recall);
  }

  readRecall(runId: string): Promise<Buffer | null> {
    return this.#series.readRecall(runId);
  }

  saveCheckpoint(runId: string, checkpoint: RunCheckpoint): Promise<void> {
    return this.#series.saveCheckpoint(runId, checkpoint);
  }

  readCheckpoint(runId: string): Promise<RunCheckpoint | null> {
    return this.#series.readCheckpoint(runId);
  }

  recordChange(runId: string, change: SteeringChange): Promise<RecordedChange> {
    return this.#series.recordChange(runId, change);
  }

  settleChange(runId: string, ordinal: number, iteration: number): Promise<void> {
    return this.#series.settleChange(runId, ordinal, iteration);
  }

  listChanges(runId: string): Promise<RecordedChange[]> {
    return this.#series.listChanges(runId);
  }

  readPlace(runId: string): Promise<string> {
    return this.#series.readPlace(runId);
  }

  deleteWorkingState(runId: string): Promise<void> {
    return this.#series.deleteWorkingState(runId);
  }
}
