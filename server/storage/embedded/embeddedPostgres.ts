import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { Pool } from 'pg';
import { UnavailableError } from '../../errors.ts';
import { workerUrl } from '../../paths.ts';
import type { Database } from '../database/database.ts';
import { lockFolder } from './folderLock.ts';
import { PortStream } from './portStream.ts';

/** What the store's thread is told. A port carries the bytes of one client connection. */
export type WorkerRequest = { readonly kind: 'connect'; readonly port: MessagePort } | { readonly kind: 'close' };

export type WorkerReply =
  { readonly kind: 'ready' } | { readonly kind: 'closed' } | { readonly kind: 'failed'; readonly message: string };

/**
 * Opens the Postgres that comes with the product, PGlite, on the folder `<home>/store`. It is WebAssembly and computes
 * synchronously, so it has a thread of its own, which the ordinary `pg` client talks to over a message port.
 * @throws ConflictError when another process has the folder open.
 */
export async function openEmbeddedPostgres(home: string): Promise<Database> {
  await mkdir(home, { recursive: true });
  const lock = await lockFolder(home, 'store.lock');
  try {
    const worker = new Worker(workerUrl(import.meta.url, 'embeddedPostgres.worker'), {
      workerData: { folder: join(home, 'store') },
    });
    const thread = new StoreThread(worker);
    await thread.ready;
    const pool = connectPool(worker);
    return {
      kind: 'embedded',
      pool,
      close: async () => {
        await pool.end();
        await thread.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function connectPool(worker: Worker): Pool {
  const openPort = (): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    const request: WorkerRequest = { kind: 'connect', port: port2 };
    worker.postMessage(request, [port2]);
    return port1;
  };
  const pool = new Pool({
    // PGlite is one session: a second connection would share transactions and settings with the first.
    max: 1,
    idleTimeoutMillis: 0,
    user: 'postgres',
    database: 'postgres',
    ssl: false,
    stream: () => new PortStream(openPort),
  });
  // Without a listener, the loss of an idle connection would end the process; the next query reports it.
  pool.on('error', () => undefined);
  return pool;
}

/** The worker's life: ready once, then until it is closed or fails. */
class StoreThread {
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve();
      });
    });
    this.ready = new Promise((resolve, reject) => {
      worker.on('message', (message: WorkerReply) => {
        if (message.kind === 'ready') resolve();
        if (message.kind === 'failed') {
          reject(new UnavailableError(`the embedded store cannot be opened: ${message.message}`));
        }
      });
      worker.once('error', reject);
      worker.once('exit', () => {
        reject(new UnavailableError('the embedded store stopped while it was opening'));
      });
    });
  }

  /** Also of a thread that has stopped by itself. */
  async close(): Promise<void> {
    const request: WorkerRequest = { kind: 'close' };
    this.#worker.postMessage(request);
    await this.#exited;
  }
}
