import type { Database } from './database/database.ts';

const LOOK_MILLISECONDS = 30_000;
/** So much may be written before the embedded store tidies up: bounds its log, and how long a start after a crash takes. */
const MOST_LOG_BYTES = 64 * 1024 * 1024;
/** What runs leave, and take with them when they are deleted. */
const RUN_TABLES = {
  keyframes: 'coordinates',
  run_statistics_blocks: 'figures',
  run_checkpoints: 'state',
  run_recalls: 'recall',
} as const;
/** A table of less than this is not worth being written anew. */
const LEAST_BYTES = 8 * 1024 * 1024;

/**
 * Keeps the store as small as what is in it. A Postgres server has processes for this; the embedded one has none, so
 * that its log and the places of replaced rows, such as checkpoints, would grow for as long as it is open.
 */
export class Upkeep {
  readonly #database: Database;
  readonly #timer: NodeJS.Timeout | null;
  #logPosition = '0/0';
  #work: Promise<void> = Promise.resolve();
  #deletionWaits = false;

  constructor(database: Database) {
    this.#database = database;
    this.#timer =
      database.kind === 'embedded' ? setInterval(() => this.#enqueue(() => this.#tidyLog()), LOOK_MILLISECONDS) : null;
    this.#timer?.unref();
  }

  /** Gives the space of deleted runs back to the disk, soon and in the background. */
  afterDeletion(): void {
    // One pass is enough for all that is deleted before it begins.
    if (this.#deletionWaits) return;
    this.#deletionWaits = true;
    this.#enqueue(async () => {
      this.#deletionWaits = false;
      for (const [table, column] of Object.entries(RUN_TABLES)) await this.#shrink(table, column);
      if (this.#database.kind === 'embedded') await this.#database.pool.query('CHECKPOINT');
    });
  }

  /** Waits for what has begun. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#work;
  }

  #enqueue(task: () => Promise<void>): void {
    // A database that is away, or a table that is in use for long: the next pass does what this one did not.
    this.#work = this.#work.then(task).catch(() => undefined);
  }

  async #tidyLog(): Promise<void> {
    const { pool } = this.#database;
    const { rows } = await pool.query<{ position: string; written: number }>(
      `SELECT pg_current_wal_lsn()::text AS position, pg_wal_lsn_diff(pg_current_wal_lsn(), $1::pg_lsn)::float8 AS written`,
      [this.#logPosition],
    );
    if (rows[0].written < MOST_LOG_BYTES) return;
    await pool.query('VACUUM');
    await pool.query('CHECKPOINT');
    this.#logPosition = rows[0].position;
  }

  /** Makes free places usable again; where they are more than half of a table, it is written anew without them. */
  async #shrink(table: string, column: string): Promise<void> {
    const client = await this.#database.pool.connect();
    try {
      // Writing anew needs the table alone: rather not now than let everybody wait behind a long reader.
      await client.query("SET lock_timeout = '2s'");
      await client.query(`VACUUM ${table}`);
      const { rows } = await client.query<{ taken: number; used: number }>(
        `SELECT pg_total_relation_size($1::regclass)::float8 AS taken,
                (SELECT coalesce(sum(octet_length(${column})), 0)::float8 FROM ${table}) AS used`,
        [table],
      );
      const { taken, used } = rows[0];
      if (taken > LEAST_BYTES && taken > 2 * used) await client.query(`VACUUM FULL ${table}`);
    } finally {
      await client.query('RESET lock_timeout').catch(() => undefined);
      client.release();
    }
  }
}
