import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RgbImage } from '../dataset/dataset.ts';
import { UnavailableError, messageOf } from '../errors.ts';
import { workerUrl } from '../paths.ts';
import type { EngineName } from './extraction.ts';
import {
  decodeError,
  type EmbeddedImages,
  type EmbedderOptions,
  type ReplyMessage,
  type RequestMessage,
} from './workerProtocol.ts';

interface PendingJob {
  readonly resolve: (reply: EmbeddedImages) => void;
  readonly reject: (error: Error) => void;
}

/** One worker thread with the model in it, seen from the thread that uses it. */
export class EmbeddingWorker {
  readonly #worker: Worker;
  readonly #pending = new Map<number, PendingJob>();
  readonly #exited: Promise<unknown>;
  #nextJob = 0;
  #failure: Error | null = null;
  #closing = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#exited = once(worker, 'exit').catch(() => undefined);
    worker.on('message', (message: ReplyMessage) => this.#receive(message));
    worker.on('error', (cause) => this.#fail(stopped(messageOf(cause), cause)));
    worker.on('exit', (code) => this.#fail(stopped(`exit code ${code}`)));
  }

  /** Starts the thread and waits until the model is loaded; rejects with the reason when it cannot be. */
  static async start(options: EmbedderOptions): Promise<{ worker: EmbeddingWorker; engineName: EngineName }> {
    const thread = new Worker(workerUrl(import.meta.url, 'extraction.worker'), { workerData: options });
    const engineName = await new Promise<EngineName>((resolve, reject) => {
      thread.once('message', (message: ReplyMessage) => {
        if (message.kind === 'ready') resolve(message.engineName);
        else if (message.kind === 'failed') reject(decodeError(message.error));
      });
      thread.once('error', (cause) => reject(stopped(messageOf(cause), cause)));
      thread.once('exit', (code) => reject(stopped(`exit code ${code}`)));
    });
    return { worker: new EmbeddingWorker(thread), engineName };
  }

  /** Images handed over and not yet embedded, in jobs. */
  get load(): number {
    return this.#pending.size;
  }

  /** The thread's number, as `worker_threads` counts. */
  get threadId(): number {
    return this.#worker.threadId;
  }

  /** Embeds images whose pixel buffers are given away to the thread. */
  embed(images: readonly RgbImage[]): Promise<EmbeddedImages> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const job = this.#nextJob++;
    const result = new Promise<EmbeddedImages>((resolve, reject) => this.#pending.set(job, { resolve, reject }));
    this.#post(
      { kind: 'embed', job, images },
      images.map(({ data }) => data.buffer as ArrayBuffer),
    );
    return result;
  }

  /** Lets the thread finish what it is computing, which native code cannot be torn out of, and ends it. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#failure === null) this.#post({ kind: 'close' });
    await this.#exited;
  }

  /** Ends the thread at once, wherever it is. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(message: RequestMessage, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: ReplyMessage): void {
    if (message.kind === 'ready' || (message.kind === 'failed' && message.job === null)) return;
    const pending = this.#pending.get(message.job!);
    this.#pending.delete(message.job!);
    if (message.kind === 'embedded') pending?.resolve(message.reply);
    else pending?.reject(decodeError(message.error));
  }

  #fail(error: Error): void {
    this.#failure ??= this.#closing ? new UnavailableError('the extractor is closed') : error;
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}

function stopped(reason: string, cause?: unknown): UnavailableError {
  return new UnavailableError(`an extraction worker stopped unexpectedly: ${reason}`, { cause });
}
