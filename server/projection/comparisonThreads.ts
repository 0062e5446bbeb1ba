import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Alignment } from '../geometry/alignment.ts';
import { ThreadTeam } from '../neighbors/threadTeam.ts';
import { workerUrl } from '../paths.ts';
import type { ComparisonTask, TeamTask } from './compare.worker.ts';

/** The threads that compare layouts, one task at a time; they start with the first task and stay for the next. */
export class ComparisonThreads {
  #workers: readonly Worker[] = [];

  /** Starts the threads ahead of the first task, while its layouts are still being read. */
  start(): void {
    if (this.#workers.length === 0) this.#workers = startWorkers();
  }

  /** @returns what carries the second layout onto the first one; null where the task does not ask for it. */
  async run(task: ComparisonTask): Promise<Alignment | null> {
    this.start();
    const threads = this.#workers.length;
    const control = ThreadTeam.createBuffer();
    try {
      const answers = this.#workers.map(answerOf);
      this.#workers.forEach((worker, thread) =>
        worker.postMessage({ ...task, control, threads, thread } satisfies TeamTask),
      );
      const [alignment] = await Promise.all(answers);
      return alignment;
    } catch (error) {
      // The others may wait for the one that has failed.
      await this.close();
      throw error;
    }
  }

  /** Ends the threads; the next task starts new ones. */
  async close(): Promise<void> {
    const workers = this.#workers;
    this.#workers = [];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function startWorkers(): Worker[] {
  return Array.from({ length: availableParallelism() }, () => {
    const worker = new Worker(workerUrl(import.meta.url, 'compare.worker'));
    // Only what is awaited keeps the process.
    worker.unref();
    return worker;
  });
}

/** While it is awaited, the process must not end for want of other work. */
async function answerOf(worker: Worker): Promise<Alignment | null> {
  const ended = new AbortController();
  const exit = once(worker, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`a comparison thread ended with code ${code as number}`);
  });
  worker.ref();
  try {
    const [alignment] = (await Promise.race([once(worker, 'message'), exit])) as [Alignment | null];
    return alignment;
  } finally {
    exit.catch(() => undefined);
    ended.abort();
    worker.unref();
  }
}
