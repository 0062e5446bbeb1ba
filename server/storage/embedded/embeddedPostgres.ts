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
    const thread = new StoreThread(join(home, 'store'));
    await thread.ready;
    const pool = connectPool(() => thread.connect());
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

function connectPool(openPort: () => MessagePort): Pool {
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

/**
 * The thread that the store works in. One that has ended by itself, as Postgres does when the disk has no room for its
 * log, is followed by a new one at the next connection: what was committed is on the disk.
 */
class StoreThread {
  /** Rejects when the store cannot be opened the first time. */
  readonly ready: Promise<void>;
  readonly #folder: string;
  #running: { readonly worker: Worker; readonly exited: Promise<void> } | null = null;

  constructor(folder: string) {
    this.#folder = folder;
    const worker = this.#start();
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

  /** The other end of a new connection. */
  connect(): MessagePort {
    const worker = this.#running?.worker ?? this.#start();
    const { port1, port2 } = new MessageChannel();
    const request: WorkerRequest = { kind: 'connect', port: port2 };
    worker.postMessage(request, [port2]);
    return port1;
  }

  /** Also when the thread has stopped by itself. */
  async close(): Promise<void> {
    if (this.#running === null) return;
    const { worker, exited } = this.#running;
    const request: WorkerRequest = { kind: 'close' };
    worker.postMessage(request);
    await exited;
  }

  #start(): Worker {
    const worker = new Worker(workerUrl(import.meta.url, 'embeddedPostgres.worker'), {
      workerData: { folder: this.#folder },
    });
    // Whoever waits for an answer learns of its end by the port.
    worker.on('error', () => undefined);
    const exited = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        this.#running = null;
        resolve();
      });
    });
    this.#running = { worker, exited };
    return worker;
  }
}
