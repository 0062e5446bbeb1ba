import { setTimeout as delay } from 'node:timers/promises';
import PgBoss from 'pg-boss';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';
import type { Sql } from '../storage/store.ts';
import { StopRequest } from './stopRequest.ts';

/** A process that was not heard of for so long is taken for dead, and its jobs go to others. */
const LEASE_SECONDS = 20;
const HEARTBEAT_MILLISECONDS = 4000;
/** How often jobs of dead processes are looked for. */
const MAINTENANCE_SECONDS = 5;
/** A job that is sent wakes the workers at once; this is for a notice that was lost. */
const POLLING_MILLISECONDS = 1000;
/** How often an idle worker looks for times that lie in the future. */
const MENDING_MILLISECONDS = 5000;
/** A job whose process died is tried again; failures that may pass after 1, 2, 4 … s, at most a minute. */
const RETRY = { retryLimit: 1000, retryDelay: 1, retryBackoff: false } as const;
const LONGEST_RETRY_SECONDS = 60;

export const QUEUES = ['runs', 'shards'] as const;
export type QueueName = (typeof QUEUES)[number];

export interface Job<Data> {
  readonly id: string;
  readonly data: Data;
  /** Names this try of this job, as no other one. */
  readonly attempt: string;
  /** How often it was tried again because of a failure. */
  readonly failures: number;
}

/** What becomes of a job: it is finished, or goes back to the others at once, or is tried again after a while. */
export type JobOutcome = 'done' | 'release' | 'retry';

export type JobHandler<Data> = (job: Job<Data>, signal: AbortSignal) => Promise<JobOutcome>;

/** A job that waits or is under way. */
export interface LiveJob {
  readonly id: string;
  readonly attempt: string;
  readonly active: boolean;
  readonly runId: string;
  /** Tries that failed, or ended with their process. */
  readonly failures: number;
  /** Why it failed the last time. */
  readonly error: string | null;
}

/** How many jobs of a queue are in each state. */
export type QueueCounts = Readonly<Record<'waiting' | 'active', number>>;

interface FetchedJob {
  readonly id: string;
  readonly data: object & { readonly failures?: number };
  readonly retryCount: number;
}

/**
 * Jobs for any number of processes over pg-boss. pg-boss counts a job's expiry from its start; each beat of the heart
 * moves that start, so that a job may last for hours and still comes back within seconds after its process has died.
 */
export class JobQueue {
  readonly #boss: PgBoss;
  readonly #sql: Sql;
  readonly #log: Logger;
  readonly #loops: Promise<void>[] = [];
  readonly #stopping = new AbortController();
  #wake = new AbortController();
  #lastMended = 0;

  constructor(sql: Sql, log: Logger) {
    this.#sql = sql;
    this.#log = log;
    this.#boss = new PgBoss({
      db: { executeSql: async (text, values) => ({ rows: await sql.query(text, values) }) },
      schedule: false,
      deleteAfterDays: 1,
      maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
    });
    this.#boss.on('error', (error) => log.warn({ err: error }, 'job queue'));
  }

  /** @param exclusive this is the only process: whatever is under way in the store was left by one that has ended. */
  async open(exclusive: boolean): Promise<void> {
    await this.#boss.start();
    for (const name of QUEUES) await this.#boss.createQueue(name, { name, policy: 'standard' });
    if (!exclusive) return;
    await this.#sql.query("UPDATE pgboss.job SET state = 'retry', start_after = now() WHERE state = 'active'");
  }

  /** Takes jobs, `concurrency` at a time, until the queue is closed. */
  work<Data extends object>(queue: QueueName, concurrency: number, handler: JobHandler<Data>): void {
    for (let index = 0; index < concurrency; index++) {
      this.#loops.push(this.#loop(queue, handler as unknown as JobHandler<object>));
    }
  }

  /** Of those that wait, the highest `priority` goes first, then the one that was sent first. */
  async send(queue: QueueName, data: object, options: { readonly priority?: number } = {}): Promise<void> {
    const { priority = 0 } = options;
    await this.#boss.send(queue, data, { ...RETRY, priority, expireInSeconds: LEASE_SECONDS });
    this.wake();
  }

  /**
   * Says that a try of a job begins at `place`, a text that changes with whatever a try leaves for the next one.
   * @returns how many tries, with this one, began there one after the other: all before it ended with their process.
   */
  async beginTry(queue: QueueName, id: string, place: string): Promise<number> {
    const [{ tries }] = await this.#sql.query<{ tries: number }>(
      `UPDATE pgboss.job SET data = data || jsonb_build_object('place', $3::text, 'tries',
         CASE WHEN data->>'place' = $3 THEN (data->>'tries')::int + 1 ELSE 1 END)
       WHERE name = $1 AND id = $2 RETURNING (data->>'tries')::int AS tries`,
      [queue, id, place],
    );
    return tries;
  }

  /** Takes jobs out, waiting or under way; the process that works on one notices at its next heartbeat. */
  async cancel(queue: QueueName, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#boss.cancel(queue, [...ids]);
  }

  /** Lets idle workers look for jobs now. */
  wake(): void {
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  /** The jobs that wait or are under way; with `runId`, those of one run. */
  async listLive(queue: QueueName, runId: string | null = null): Promise<LiveJob[]> {
    return this.#sql.query(
      `SELECT id::text, id::text || '/' || retry_count AS attempt, state = 'active' AS active, data->>'runId' AS "runId",
              coalesce((data->>'failures')::int, 0) + coalesce((data->>'tries')::int - 1, 0) AS failures, data->>'error' AS error
       FROM pgboss.job WHERE name = $1 AND state <= 'active' AND ($2::text IS NULL OR data->>'runId' = $2)`,
      [queue, runId],
    );
  }

  async counts(queue: QueueName): Promise<QueueCounts> {
    const [counts] = await this.#sql.query<QueueCounts>(
      `SELECT count(*) FILTER (WHERE state < 'active')::int AS waiting,
              count(*) FILTER (WHERE state = 'active')::int AS active FROM pgboss.job WHERE name = $1`,
      [queue],
    );
    return counts;
  }

  /** The jobs under way must have been stopped before, or be about to end. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await Promise.all(this.#loops);
    await this.#boss.stop({ graceful: true, wait: true, timeout: 5000 });
  }

  async #loop(queue: QueueName, handler: JobHandler<object>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const woken = this.#wake.signal;
      const job = await this.#fetch(queue);
      if (job !== null) await this.#perform(queue, job, handler);
      else {
        await this.#mendTimes().catch(() => undefined);
        await delay(POLLING_MILLISECONDS, undefined, { signal: woken }).catch(() => undefined);
      }
    }
  }

  /**
   * Makes good what a clock that was set back leaves: a job that would wait, or a dead process that would keep its job,
   * until the clock comes to the time at which they were written. No wait of ours is longer than the longest retry.
   */
  async #mendTimes(): Promise<void> {
    if (performance.now() - this.#lastMended < MENDING_MILLISECONDS) return;
    this.#lastMended = performance.now();
    await this.#sql.query(
      `UPDATE pgboss.job SET start_after = now() WHERE state < 'active' AND start_after > now() + make_interval(secs => $1)`,
      [LONGEST_RETRY_SECONDS],
    );
    await this.#sql.query(
      `UPDATE pgboss.job SET started_on = now() WHERE state = 'active' AND started_on > now() + make_interval(secs => $1)`,
      [LEASE_SECONDS],
    );
    // When pg-boss looked for expired jobs the last time.
    await this.#sql.query('UPDATE pgboss.version SET maintained_on = NULL WHERE maintained_on > now()');
  }

  async #fetch(queue: QueueName): Promise<FetchedJob | null> {
    try {
      const [job] = await this.#boss.fetch<object>(queue, { batchSize: 1, includeMetadata: true });
      return job ?? null;
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#log.warn({ err: error, queue }, 'the queue cannot be read');
      return null;
    }
  }

  async #perform(queue: QueueName, fetched: FetchedJob, handler: JobHandler<object>): Promise<void> {
    const { id, data, retryCount } = fetched;
    const controller = new AbortController();
    const heart = new Heart(
      () => this.#beat(queue, fetched),
      () => controller.abort(new StopRequest('lost')),
    );
    try {
      const job = { id, data, attempt: `${id}/${retryCount}`, failures: data.failures ?? 0 };
      const { outcome, error } = await this.#outcome(job, handler, controller.signal);
      // Only the holder of the job may say what becomes of it.
      if (await this.#beat(queue, fetched)) await this.#settle(queue, job, outcome, error);
    } catch (error) {
      // The database is away: the job comes back when its lease is over.
      this.#log.warn({ err: error, queue, jobId: id }, 'the end of a job could not be stored');
    } finally {
      heart.stop();
    }
  }

  async #outcome(
    job: Job<object>,
    handler: JobHandler<object>,
    signal: AbortSignal,
  ): Promise<{ outcome: JobOutcome; error: string | null }> {
    try {
      return { outcome: await handler(job, signal), error: null };
    } catch (error) {
      this.#log.error({ err: error, jobId: job.id }, `a job failed: ${messageOf(error)}`);
      return { outcome: 'retry', error: messageOf(error) };
    }
  }

  async #settle(
    queue: QueueName,
    { id, failures }: Job<object>,
    outcome: JobOutcome,
    error: string | null,
  ): Promise<void> {
    if (outcome === 'done') {
      await this.#boss.complete(queue, id);
      return;
    }
    const failed = outcome === 'retry';
    const seconds = failed ? Math.min(2 ** Math.min(failures, 10), LONGEST_RETRY_SECONDS) : 0;
    await this.#sql.query(
      `UPDATE pgboss.job SET state = 'retry', start_after = now() + make_interval(secs => $3),
         data = data - 'place' - 'tries' || jsonb_build_object('failures', $4::int, 'error', $5::text)
       WHERE name = $1 AND id = $2`,
      [queue, id, seconds, failures + (failed ? 1 : 0), error],
    );
  }

  /** @returns false when the job went to another process or was canceled. */
  async #beat(queue: QueueName, { id, retryCount }: FetchedJob): Promise<boolean> {
    const rows = await this.#sql.query(
      `UPDATE pgboss.job SET started_on = now() WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3
       RETURNING id`,
      [queue, id, retryCount],
    );
    return rows.length === 1;
  }
}

/** Renews a lease again and again; tells once when it is lost, or could not be renewed for as long as it lasts. */
class Heart {
  readonly #timer: NodeJS.Timeout;

  constructor(beat: () => Promise<boolean>, onLost: () => void) {
    let lastBeat = performance.now();
    this.#timer = setInterval(() => {
      const sent = performance.now();
      beat().then(
        (held) => {
          if (held) lastBeat = sent;
          else onLost();
        },
        () => {
          // A monotonic clock, so that a clock that is set back does not lengthen the lease.
          if (performance.now() - lastBeat > LEASE_SECONDS * 1000) onLost();
        },
      );
    }, HEARTBEAT_MILLISECONDS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
