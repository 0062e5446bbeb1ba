import { Worker } from 'node:worker_threads';
import { BadInputError, UnavailableError, messageOf } from '../errors.ts';
import { workerUrl } from '../paths.ts';
import type { EncodedRows, ParquetDescription, RowRange } from './parquetImageFile.ts';

/** Without a range the file is described. */
export interface ParquetRequest {
  readonly job: number;
  readonly path: string;
  readonly range: RowRange | null;
}

export type ParquetReply =
  | { readonly job: number; readonly description: ParquetDescription }
  | { readonly job: number; readonly rows: EncodedRows }
  | { readonly job: number; readonly error: string; readonly badInput: boolean };

interface Pending {
  readonly resolve: (reply: ParquetReply) => void;
  readonly reject: (error: Error) => void;
}

/** Reads Parquet files of images in a thread of its own: unpacking a row group takes longer than an event may. */
export class ParquetReader {
  readonly #worker = new Worker(workerUrl(import.meta.url, 'parquetImages.worker'));
  readonly #pending = new Map<number, Pending>();
  #nextJob = 0;

  constructor() {
    // An open data set does not keep the process alive.
    this.#worker.unref();
    this.#worker.on('message', (reply: ParquetReply) => {
      this.#pending.get(reply.job)?.resolve(reply);
      this.#pending.delete(reply.job);
      if (this.#pending.size === 0) this.#worker.unref();
    });
    const fail = (reason: string): void => {
      const error = new UnavailableError(`the reader of Parquet files stopped unexpectedly: ${reason}`);
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    };
    this.#worker.on('error', (error) => fail(messageOf(error)));
    this.#worker.on('exit', (code) => fail(`exit code ${code}`));
  }

  /** @throws BadInputError when the file is no Parquet file with a column of images. */
  async describe(path: string): Promise<ParquetDescription> {
    const reply = await this.#ask(path, null);
    if ('description' in reply) return reply.description;
    throw errorOf(reply);
  }

  async readImages(path: string, range: RowRange): Promise<EncodedRows> {
    const reply = await this.#ask(path, range);
    if ('rows' in reply) return reply.rows;
    throw errorOf(reply);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(path: string, range: RowRange | null): Promise<ParquetReply> {
    const job = this.#nextJob++;
    return new Promise((resolve, reject) => {
      this.#pending.set(job, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ job, path, range } satisfies ParquetRequest);
    });
  }
}

function errorOf(reply: ParquetReply): Error {
  if (!('error' in reply)) return new Error('the reader of Parquet files gave another answer than was asked for');
  return reply.badInput ? new BadInputError(reply.error) : new Error(reply.error);
}
