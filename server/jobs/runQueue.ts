import PgBoss from 'pg-boss';
import type { Logger } from '../logging.ts';
import type { Sql } from '../storage/store.ts';

const QUEUE = 'runs';
/** A run that is sent here wakes its worker at once; this is for one that another process sent. */
const POLLING_SECONDS = 1;
/**
 * pg-boss gives a job up after this time, counted from its start. Runs are watched over by this process and sent anew by
 * the next one, so the longest that pg-boss takes is right.
 */
const EXPIRE_SECONDS = 23 * 60 * 60;

/** Decides which run works next: those that were sent first, at most `concurrency` at a time. */
export class RunQueue {
  readonly #boss: PgBoss;
  readonly #jobs = new Map<string, string>();
  readonly #workers: string[] = [];

  constructor(sql: Sql, log: Logger) {
    this.#boss = new PgBoss({
      db: { executeSql: async (text, values) => ({ rows: await sql.query(text, values) }) },
      schedule: false,
      deleteAfterDays: 1,
    });
    this.#boss.on('error', (error) => log.error({ err: error }, 'job queue'));
  }

  /**
   * Forgets what an ended process left, since the runs themselves tell what is unfinished.
   */
  async open(): Promise<void> {
    await this.#boss.start();
    await this.#boss.createQueue(QUEUE, { name: QUEUE, policy: 'standard', retryLimit: 0 });
    // Not deleteQueue: Postgres refuses it while jobs lie in the queue's partition.
    await this.#boss.clearStorage();
  }

  /** Begins to work: `handler` must settle when the run stops, for whatever reason. */
  async work(concurrency: number, handler: (runId: string) => Promise<void>): Promise<void> {
    for (let worker = 0; worker < concurrency; worker++) {
      const options = { batchSize: 1, pollingIntervalSeconds: POLLING_SECONDS };
      this.#workers.push(
        await this.#boss.work<{ runId: string }>(QUEUE, options, async ([{ data }]) => {
          this.#jobs.delete(data.runId);
          await handler(data.runId);
          // Or the worker would rest before it looks for the next one.
          this.#wake();
        }),
      );
    }
  }

  async send(runId: string): Promise<void> {
    const job = await this.#boss.send(QUEUE, { runId }, { expireInSeconds: EXPIRE_SECONDS, retryLimit: 0 });
    if (job !== null) this.#jobs.set(runId, job);
    this.#wake();
  }

  /** Takes a run out that waits for its turn. */
  async remove(runId: string): Promise<void> {
    const job = this.#jobs.get(runId);
    if (job === undefined) return;
    this.#jobs.delete(runId);
    await this.#boss.deleteJob(QUEUE, job);
  }

  #wake(): void {
    for (const worker of this.#workers) this.#boss.notifyWorker(worker);
  }

  /** The runs that work must have been stopped before. */
  async close(): Promise<void> {
    await this.#boss.stop({ graceful: true, wait: true, timeout: 5000 });
  }
}
