import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

// What the bench and its two processes say to each other over Node's own channel.

/** Product: the whole server. Plain: `ws` alone sends the same bytes, made once a frame, to all. */
export type Contender = 'Circle Limit' | 'ws alone';

export const POINTS = 60_000;
export const FRAMES_PER_SECOND = 20;

export interface ServerStarted {
  readonly url: string;
  readonly runId: string;
}

/** Of the server process, since it started or since the last question where it says so. */
export interface ServerReport {
  /** Steps of the stand-in for the optimizer since the last question. */
  readonly steps: number;
  /** Seconds of processor time since the last question. */
  readonly cpuSeconds: number;
  readonly memoryMegabytes: number;
  /** The longest that the event loop was busy since the last question. */
  readonly longestTurnMilliseconds: number;
}

export interface WatchersTask extends ServerStarted {
  readonly contender: Contender;
  readonly watchers: number;
}

/** Of all watchers since the last question. */
export interface WatchersReport {
  readonly seconds: number;
  /** Frames that each watcher got, the fewest first. */
  readonly framesOfEach: readonly number[];
  /** From the optimizer's step to the message in the client, every frame of every watcher. */
  readonly latencies: readonly number[];
  /** Figures of iterations that were left out or told twice. */
  readonly statisticsOutOfOrder: number;
  readonly megabytes: number;
}

/** A clock that all processes of the machine share, in milliseconds. */
export function sharedClock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Asks a process, which answers every question with one message. @throws when it ends instead */
export async function ask<Answer>(process: ChildProcess, question: object): Promise<Answer> {
  const answer = nextMessage<Answer>(process);
  process.send(question);
  return answer;
}

/** @throws when the process ends without a message */
export async function nextMessage<Message>(process: ChildProcess): Promise<Message> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const ended = once(process, 'exit', { signal }).then(([code, reason]) => {
      throw new Error(`${process.spawnargs.at(-2)} ended with ${code ?? reason}`);
    });
    return ((await Promise.race([once(process, 'message', { signal }), ended])) as [Message])[0];
  } finally {
    settled.abort();
  }
}

/** Called by a process: it ends with the bench, however that ends. */
export function endWithBench(): void {
  process.on('disconnect', () => process.exit());
}
