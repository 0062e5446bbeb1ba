import { randomUUID } from 'node:crypto';
import { Client, type Pool } from 'pg';
import type { Notice, Notices } from '../store.ts';

const CHANNEL = 'circle_limit';
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;

/** For the embedded store, which has one process: there is nobody to tell. */
export const noNotices: Notices = {
  publish: () => undefined,
  subscribe: () => () => undefined,
};

interface Subscriber {
  readonly onNotice: (notice: Notice) => void;
  readonly onReconnected: () => void;
}

/**
 * Notices by Postgres' LISTEN and NOTIFY. Listening needs a connection of its own, which is made again when it breaks;
 * what was said meanwhile is lost, so that subscribers are told to look again.
 */
export class PostgresNotices implements Notices {
  readonly #pool: Pool;
  readonly #databaseUrl: string;
  /** Tells our own notices, which come back to us, from those of others. */
  readonly #origin = randomUUID();
  readonly #subscribers = new Set<Subscriber>();
  #client: Client | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retryMs = FIRST_RETRY_MS;
  #closed = false;

  constructor(pool: Pool, databaseUrl: string) {
    this.#pool = pool;
    this.#databaseUrl = databaseUrl;
  }

  async open(): Promise<void> {
    await this.#listen();
  }

  publish(notice: Notice): void {
    if (this.#closed) return;
    const payload = JSON.stringify({ ...notice, origin: this.#origin });
    // A database that is away loses notices; who needs them looks again when it is back.
    this.#pool.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]).catch(() => undefined);
  }

  subscribe(onNotice: (notice: Notice) => void, onReconnected: () => void): () => void {
    const subscriber = { onNotice, onReconnected };
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#client?.end().catch(() => undefined);
  }

  async #listen(): Promise<void> {
    const client = new Client({
      connectionString: this.#databaseUrl,
      application_name: 'circle-limit notices',
      keepAlive: true,
    });
    client.on('error', () => this.#reconnect(client));
    client.on('end', () => this.#reconnect(client));
    client.on('notification', ({ payload }) => this.#receive(payload));
    this.#client = client;
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    this.#retryMs = FIRST_RETRY_MS;
  }

  #receive(payload: string | undefined): void {
    const { origin, ...notice } = JSON.parse(payload ?? '{}') as Notice & { origin?: string };
    if (origin === this.#origin) return;
    for (const { onNotice } of this.#subscribers) onNotice(notice as Notice);
  }

  #reconnect(broken: Client): void {
    if (this.#closed || this.#client !== broken) return;
    this.#client = null;
    broken.end().catch(() => undefined);
    this.#retry = setTimeout(() => {
      this.#listen().then(
        () => this.#subscribers.forEach(({ onReconnected }) => onReconnected()),
        () => {
          const failed = this.#client;
          if (failed !== null) this.#reconnect(failed);
        },
      );
    }, this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
  }
}
