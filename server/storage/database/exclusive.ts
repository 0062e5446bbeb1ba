import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Exclusively } from '../store.ts';

const TRY_MILLISECONDS = 250;

/** Within one process: each waits for those that came before, unless its signal ends that. */
export function exclusivelyHere(): Exclusively {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    const before = last.get(key);
    const own = (async () => {
      await orAborted(before, signal);
      return work();
    })();
    // One that gives up does not let the next one in before those that it waited for.
    last.set(
      key,
      Promise.allSettled([before, own]).then(() => undefined),
    );
    return own;
  };
}

/** @throws the signal's reason, once it aborts. */
async function orAborted(promise: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const aborted = once(signal, 'abort', { signal: stop.signal }).catch(() => undefined);
  signal.throwIfAborted();
  await Promise.race([promise, aborted]);
  stop.abort();
  signal.throwIfAborted();
}

/** Among all processes on a server, by its advisory locks, which end with the connection of a process that dies. */
export function exclusivelyByLock(pool: Pool): Exclusively {
  return async <T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    for (;;) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        const { rows } = await client.query<{ held: boolean }>(
          'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held',
          [key],
        );
        if (rows[0].held) {
          try {
            return await work();
          } finally {
            // A connection that cannot unlock is closed, which unlocks as well.
            await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [key]).catch((error: unknown) => {
              broken = error instanceof Error ? error : new Error('unlock failed');
            });
          }
        }
      } finally {
        client.release(broken);
      }
      await delay(TRY_MILLISECONDS, undefined, { signal });
    }
  };
}
