import type { Pool } from 'pg';
import { inTransaction } from './database/database.ts';
import { foreignKeyMeansNotFound } from './databaseErrors.ts';
import type { IterationStatistics, Keyframe, RecordedChange, SteeringChange } from './run.ts';
import type { RunCheckpoint } from './store.ts';

/** A checkpoint is written in parts, so that neither side of the connection handles tens of megabytes at once. */
const CHECKPOINT_PART_BYTES = 1024 * 1024;

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

  /** An iteration that is done again after a restart replaces its earlier figures. */
  async saveStatistics(runId: string, statistics: readonly IterationStatistics[]): Promise<void> {
    if (statistics.length === 0) return;
    const column = (name: keyof IterationStatistics) => statistics.map((entry) => entry[name] ?? null);
    await foreignKeyMeansNotFound(`there is no run ${runId}`, () =>
      this.#pool.query(
        `INSERT INTO run_statistics (run_id, iteration, loss, gradient_norm, curvature_scale, exaggeration,
           recall_at_15)
         SELECT $1, * FROM unnest($2::int[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[])
         ON CONFLICT (run_id, iteration) DO UPDATE SET loss = excluded.loss, gradient_norm = excluded.gradient_norm,
           curvature_scale = excluded.curvature_scale, exaggeration = excluded.exaggeration,
           recall_at_15 = excluded.recall_at_15`,
        [
          runId,
          column('iteration'),
          column('loss'),
          column('gradientNorm'),
          column('curvatureScale'),
          column('exaggeration'),
          column('recallAt15'),
        ],
      ),
    );
  }

  async readStatistics(runId: string): Promise<IterationStatistics[]> {
    const { rows } = await this.#pool.query<IterationStatistics>(
      `SELECT iteration, loss, gradient_norm AS "gradientNorm", curvature_scale AS "curvatureScale", exaggeration,
         recall_at_15 AS "recallAt15"
       FROM run_statistics WHERE run_id = $1 ORDER BY iteration`,
      [runId],
    );
    return rows;
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

  async deleteCheckpoint(runId: string): Promise<void> {
    await this.#pool.query('DELETE FROM run_checkpoints WHERE run_id = $1', [runId]);
  }
}

function bytesOf(values: Float64Array | Uint8Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
