import type { Pool } from 'pg';
import { inTransaction } from './database/database.ts';
import { foreignKeyMeansNotFound } from './databaseErrors.ts';
import type { IterationStatistics, Keyframe, RecordedChange, SteeringChange } from './run.ts';
import { packStatistics, STATISTICS_COLUMNS, unpackStatisticsInto } from './statisticsBlock.ts';
import type { RunCheckpoint, RunDescription, RunProgress } from './store.ts';

/** A checkpoint is written in parts, so that neither side of the connection handles tens of megabytes at once. */
const CHECKPOINT_PART_BYTES = 1024 * 1024;
/** At most 480 KB a statement. */
const STATISTICS_PER_BLOCK = 10_000;

/**
 * Figures are kept in blocks. An iteration that is done again after a restart has the same figures, so that blocks may
 * overlap and the longer of two that begin together is as good as both.
 */
const INSERT_BLOCK = `INSERT INTO run_statistics_blocks AS known
  (run_id, first_iteration, last_iteration, columns, figures)`;
const KEEP_LONGER_BLOCK = `ON CONFLICT (run_id, first_iteration) DO UPDATE
  SET last_iteration = excluded.last_iteration, columns = excluded.columns, figures = excluded.figures
  WHERE excluded.last_iteration > known.last_iteration`;

/** What a run leaves as it goes on: layouts, figures and the state to go on from. Plain SQL, since it is bulk. */
export class RunSeries {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async saveKeyframe(runId: string, keyframe: Keyframe): Promise<void> {
    await foreignKeyMeansNotFound(`there is no run ${runId}`, () =>
      this.#pool.query(
        `INSERT INTO keyframes (run_id, iteration, coordinates) VALUES ($1, $2, $3)
         ON CONFLICT (run_id, iteration) DO UPDATE SET coordinates = excluded.coordinates`,
        [runId, keyframe.iteration, bytesOf(keyframe.coordinates)],
      ),
    );
  }

  async listKeyframes(runId: string): Promise<number[]> {
    const { rows } = await this.#pool.query<{ iteration: number }>(
      'SELECT iteration FROM keyframes WHERE run_id = $1 ORDER BY iteration',
      [runId],
    );
    return rows.map((row) => row.iteration);
  }

  async readKeyframe(runId: string, iteration?: number): Promise<Keyframe | null> {
    const { rows } = await this.#pool.query<{ iteration: number; coordinates: Buffer }>(
      `SELECT iteration, coordinates FROM keyframes
       WHERE run_id = $1 AND ($2::int IS NULL OR iteration <= $2) ORDER BY iteration DESC LIMIT 1`,
      [runId, iteration ?? null],
    );
    if (rows.length === 0) return null;
    // Copied to memory of its own, where the numbers are aligned.
    return { iteration: rows[0].iteration, coordinates: new Float64Array(Uint8Array.from(rows[0].coordinates).buffer) };
  }

  async saveStatistics(runId: string, statistics: readonly IterationStatistics[]): Promise<void> {
    for (let start = 0; start < statistics.length; start += STATISTICS_PER_BLOCK) {
      const block = statistics.slice(start, start + STATISTICS_PER_BLOCK);
      await foreignKeyMeansNotFound(`there is no run ${runId}`, () =>
        this.#pool.query(`${INSERT_BLOCK} VALUES ($1, $2, $3, $4, $5) ${KEEP_LONGER_BLOCK}`, [
          runId,
          ...blockValues(block),
        ]),
      );
    }
  }

  /** One transaction costs the embedded store half of what two do. Null when `worker` does not hold the claim. */
  async saveProgress(
    runId: string,
    { stage, iteration }: RunProgress,
    statistics: readonly IterationStatistics[],
    worker: string,
  ): Promise<RunDescription | null> {
    const before = statistics.length - STATISTICS_PER_BLOCK;
    if (before > 0) await this.saveStatistics(runId, statistics.slice(0, before));
    const block = statistics.slice(Math.max(0, before));
    const kept =
      block.length === 0 ? '' : `, kept AS (${INSERT_BLOCK} SELECT id, $5, $6, $7, $8 FROM run ${KEEP_LONGER_BLOCK})`;
    const { rows } = await this.#pool.query<RunDescription>(
      `WITH run AS (
         UPDATE runs SET stage = $3, iteration = $4 WHERE id = $1 AND worker = $2
         RETURNING id, name, notes, tags, group_name, archived_at, priority
       )${kept}
       SELECT name, notes, tags, group_name AS "group", archived_at AS "archivedAt", priority FROM run`,
      [runId, worker, JSON.stringify(stage), iteration, ...(block.length === 0 ? [] : blockValues(block))],
    );
    return rows.at(0) ?? null;
  }

  /** The figures of the iterations after `after`, in order, each once. */
  async readStatistics(runId: string, after = 0): Promise<IterationStatistics[]> {
    const { rows } = await this.#pool.query<{ columns: string[]; figures: Buffer }>(
      `SELECT columns, figures FROM run_statistics_blocks
       WHERE run_id = $1 AND last_iteration > $2 ORDER BY first_iteration, last_iteration`,
      [runId, after],
    );
    const statistics: IterationStatistics[] = [];
    for (const { columns, figures } of rows) unpackStatisticsInto(columns, figures, statistics, after);
    return statistics;
  }

  /** Replaces the run's checkpoint in one transaction: there is always exactly one whole one. */
  async saveCheckpoint(runId: string, checkpoint: RunCheckpoint): Promise<void> {
    const state = bytesOf(checkpoint.state);
    await foreignKeyMeansNotFound(`there is no run ${runId}`, () =>
      inTransaction(this.#pool, async (client) => {
        await client.query('DELETE FROM run_checkpoints WHERE run_id = $1', [runId]);
        for (let part = 0; part === 0 || part * CHECKPOINT_PART_BYTES < state.length; part++) {
          const bytes = state.subarray(part * CHECKPOINT_PART_BYTES, (part + 1) * CHECKPOINT_PART_BYTES);
          await client.query('INSERT INTO run_checkpoints (run_id, part, iteration, state) VALUES ($1, $2, $3, $4)', [
            runId,
            part,
            checkpoint.iteration,
            bytes,
          ]);
        }
      }),
    );
  }

  async readCheckpoint(runId: string): Promise<RunCheckpoint | null> {
    return inTransaction(this.#pool, async (client) => {
      // One snapshot for all parts, while another process may write the next checkpoint.
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      const parts: Buffer[] = [];
      for (;;) {
        const { rows } = await client.query<{ iteration: number; state: Buffer; part_count: number }>(
          `SELECT iteration, state, (SELECT count(*)::int FROM run_checkpoints WHERE run_id = $1) AS part_count
           FROM run_checkpoints WHERE run_id = $1 AND part = $2`,
          [runId, parts.length],
        );
        if (rows.length === 0) return null;
        parts.push(rows[0].state);
        if (parts.length === rows[0].part_count) {
          return { iteration: rows[0].iteration, state: Uint8Array.from(Buffer.concat(parts)) };
        }
      }
    });
  }

  async recordChange(runId: string, change: SteeringChange): Promise<RecordedChange> {
    const { rows } = await foreignKeyMeansNotFound(`there is no run ${runId}`, () =>
      this.#pool.query<RecordedChange>(
        `INSERT INTO run_changes (run_id, ordinal, change)
         SELECT $1, coalesce(max(ordinal) + 1, 0), $2 FROM run_changes WHERE run_id = $1
         RETURNING ordinal, iteration, change, created_at AS "createdAt"`,
        [runId, JSON.stringify(change)],
      ),
    );
    return rows[0];
  }

  async settleChange(runId: string, ordinal: number, iteration: number): Promise<void> {
    await this.#pool.query('UPDATE run_changes SET iteration = $3 WHERE run_id = $1 AND ordinal = $2', [
      runId,
      ordinal,
      iteration,
    ]);
  }

  async listChanges(runId: string): Promise<RecordedChange[]> {
    const { rows } = await this.#pool.query<RecordedChange>(
      `SELECT ordinal, iteration, change, created_at AS "createdAt" FROM run_changes WHERE run_id = $1 ORDER BY ordinal`,
      [runId],
    );
    return rows;
  }

  async saveLiveFrame(runId: string, { iteration, coordinates }: Keyframe): Promise<void> {
    await foreignKeyMeansNotFound(`there is no run ${runId}`, () =>
      this.#pool.query(
        `INSERT INTO live_frames (run_id, iteration, coordinates) VALUES ($1, $2, $3)
         ON CONFLICT (run_id) DO UPDATE SET iteration = excluded.iteration, coordinates = excluded.coordinates`,
        [runId, iteration, bytesOf(Float32Array.from(coordinates))],
      ),
    );
  }

  async readLiveFrame(runId: string): Promise<Keyframe | null> {
    const { rows } = await this.#pool.query<{ iteration: number; coordinates: Buffer }>(
      'SELECT iteration, coordinates FROM live_frames WHERE run_id = $1',
      [runId],
    );
    if (rows.length === 0) return null;
    const coordinates = new Float32Array(Uint8Array.from(rows[0].coordinates).buffer);
    return { iteration: rows[0].iteration, coordinates: Float64Array.from(coordinates) };
  }

  async saveRecall(runId: string, recall: Float32Array): Promise<void> {
    await foreignKeyMeansNotFound(`there is no run ${runId}`, () =>
      this.#pool.query(
        `INSERT INTO run_recalls (run_id, recall) VALUES ($1, $2)
         ON CONFLICT (run_id) DO UPDATE SET recall = excluded.recall`,
        [runId, bytesOf(recall)],
      ),
    );
  }

  async readRecall(runId: string): Promise<Buffer | null> {
    const { rows } = await this.#pool.query<{ recall: Buffer }>('SELECT recall FROM run_recalls WHERE run_id = $1', [
      runId,
    ]);
    return rows.length === 0 ? null : rows[0].recall;
  }

  async readPlace(runId: string): Promise<string> {
    const { rows } = await this.#pool.query<{ stored: number | null; iteration: number | null }>(
      `SELECT (SELECT stored_count FROM embedding_sets WHERE id = runs.embedding_set_id) AS stored,
              (SELECT max(iteration) FROM run_checkpoints WHERE run_id = runs.id) AS iteration
       FROM runs WHERE id = $1`,
      [runId],
    );
    return `${rows[0]?.stored ?? 0} embeddings, iteration ${rows[0]?.iteration ?? 0}`;
  }

  async deleteWorkingState(runId: string): Promise<void> {
    await this.#pool.query('DELETE FROM run_checkpoints WHERE run_id = $1', [runId]);
    await this.#pool.query('DELETE FROM live_frames WHERE run_id = $1', [runId]);
  }
}

function bytesOf(values: Float64Array | Float32Array | Uint8Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

function blockValues(block: readonly IterationStatistics[]): unknown[] {
  return [block[0].iteration, block.at(-1)?.iteration, STATISTICS_COLUMNS, packStatistics(block)];
}
