import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AppError, BadInputError, UnavailableError, messageOf } from '../errors.ts';

/** A process that is not there by then, also on a machine that is busy with other things, does not come. */
const START_MILLISECONDS = 60_000;
/** For any file. */
const LEAST_MILLISECONDS = 10_000;
/** A megabyte a second. */
const LEAST_BYTES_PER_MILLISECOND = 1_000;
const MEBIBYTE = 2 ** 20;
/** For any file; unpacked, labels that repeat are a thousand times as large. */
const LEAST_HEAP_MEBIBYTES = 512;
/** Numbers in JavaScript arrays, with their levels, take about ten times what they take packed. */
const HEAP_BYTES_PER_FILE_BYTE = 32;
const PARENT_LOOK_MILLISECONDS = 2000;

type Reply<Result> =
  { readonly result: Result } | { readonly error: string; readonly kind: 'bad input' | 'unavailable' | 'defect' };

/**
 * Reads files in a process of its own, one after the other, and ends it when a file keeps it busy for longer, or fills
 * more memory, than one of its size can need. A thread would not do: what fills the memory of one ends them all. The next
 * file gets a new process.
 */
export class WatchedProcess<Task> {
  readonly #entry: URL;
  readonly #milliseconds: number | undefined;
  #child: ChildProcess | null = null;
  #heapMebibytes = 0;
  #closed = false;
  /** The last file that was given, whether or not it went well. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param entry of the process, which calls `answerTasks`.
   * @param milliseconds that a task may take once the process is there; by default ten seconds, and a second a megabyte of
   *   its file.
   */
  constructor(entry: URL, milliseconds?: number) {
    this.#entry = entry;
    this.#milliseconds = milliseconds;
  }

  /**
   * @param file is named in errors, and its size says how long the task may take.
   * @throws BadInputError when time or memory is not enough; else what the process threw.
   */
  ask<Result>(file: string, task: Task): Promise<Result> {
    const answer = this.#last.then(() => this.#ask<Result>(file, task));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  async #ask<Result>(file: string, task: Task): Promise<Result> {
    if (this.#closed) throw new UnavailableError(`${file}: its reader was closed`);
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    const heap = heapFor(size);
    // What a process may take is decided when it starts.
    if (heap > this.#heapMebibytes) await this.#end();
    this.#heapMebibytes = Math.max(heap, this.#heapMebibytes);
    const reply = await this.#replyTo<Result>(file, task, this.#milliseconds ?? patienceFor(size));
    if ('result' in reply) return reply.result;
    if (reply.kind === 'bad input') throw new BadInputError(reply.error);
    throw reply.kind === 'unavailable' ? new UnavailableError(reply.error) : new Error(reply.error);
  }

  async #replyTo<Result>(file: string, task: Task, milliseconds: number): Promise<Reply<Result>> {
    const isNew = this.#child === null;
    const child = (this.#child ??= this.#start());
    const over = new AbortController();
    const nextMessage = async (limit: number, late: Error): Promise<unknown> => {
      const timer = setTimeout(() => over.abort(late), limit);
      try {
        return (await once(child, 'message', { signal: over.signal }))[0];
      } finally {
        clearTimeout(timer);
      }
    };
    const stopped = (): void => over.abort(this.#closed ? closedWhile(file) : takesTooMuch(file));
    child.once('exit', stopped);
    child.ref();
    child.channel?.ref();
    try {
      if (isNew) await nextMessage(START_MILLISECONDS, new UnavailableError(`${file}: its reader does not start`));
      child.send(task as object);
      return (await nextMessage(milliseconds, takesTooLong(file, milliseconds))) as Reply<Result>;
    } catch (error) {
      child.off('exit', stopped);
      await this.#end();
      throw over.signal.aborted
        ? over.signal.reason
        : new UnavailableError(`${file}: its reader cannot be started: ${messageOf(error)}`, { cause: error });
    } finally {
      child.off('exit', stopped);
      // A reader that waits for the next file does not keep this process alive.
      child.unref();
      child.channel?.unref();
    }
  }

  #start(): ChildProcess {
    const own = process.execArgv.filter((option) => !option.startsWith('--inspect'));
    const execArgv = [...own, `--max-old-space-size=${this.#heapMebibytes}`];
    const child = fork(fileURLToPath(this.#entry), {
      execArgv,
      serialization: 'advanced',
      // V8's report of memory that ended is told in one sentence instead.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // Told to who waits for an answer; without a listener it would end this process.
    child.on('error', () => undefined);
    child.once('exit', () => {
      if (this.#child === child) this.#child = null;
    });
    return child;
  }

  async #end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.ref();
    child.kill('SIGKILL');
    await exited;
  }
}

/** In the process: says that it is there, does each task and sends what came of it. */
export function answerTasks<Task, Result>(work: (task: Task) => Promise<Result>): void {
  endWithParent();
  // A library that reads several parts at once may fail in more than one: the task tells of the first, and the process,
  // which the next file needs, must not end for the others.
  process.on('unhandledRejection', () => undefined);
  const post = (reply: Reply<Result>): void => void process.send!(reply);
  process.on('message', (task: Task) => {
    work(task).then(
      (result) => post({ result }),
      (error: unknown) => {
        const known = error instanceof AppError ? 'unavailable' : 'defect';
        post({ error: messageOf(error), kind: error instanceof BadInputError ? 'bad input' : known });
      },
    );
  });
  process.send!('ready');
}

/** A process that was killed closes no channel that a busy child would see, so a thread looks whether it is there. */
function endWithParent(): void {
  process.once('disconnect', () => process.exit(0));
  const look = `
    const parent = process.ppid;
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, ${PARENT_LOOK_MILLISECONDS});`;
  new Worker(look, { eval: true, execArgv: [] }).unref();
}

function patienceFor(bytes: number): number {
  return LEAST_MILLISECONDS + Math.ceil(bytes / LEAST_BYTES_PER_MILLISECOND);
}

function heapFor(bytes: number): number {
  return LEAST_HEAP_MEBIBYTES + Math.ceil((bytes * HEAP_BYTES_PER_FILE_BYTE) / MEBIBYTE);
}

function takesTooLong(file: string, milliseconds: number): BadInputError {
  const seconds = Math.round(milliseconds / 100) / 10;
  return new BadInputError(`${file}: reading was given up after ${seconds} s, too long for its size; it is damaged`);
}

function takesTooMuch(file: string): BadInputError {
  return new BadInputError(`${file}: its reader ended, most likely for want of memory; it is damaged or too large`);
}

function closedWhile(file: string): UnavailableError {
  return new UnavailableError(`${file}: its reader was closed`);
}
