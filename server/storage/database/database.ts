import type { Pool, PoolClient } from 'pg';

/** An open Postgres, embedded or on a server; the store's code is the same for both. */
export interface Database {
  readonly kind: 'embedded' | 'server';
  readonly pool: Pool;
  close(): Promise<void>;
}

/**
 * Runs `work` in one transaction, rolled back when it throws. Keep it short: the embedded database has one session, so
 * every other query waits. `work` must use the given client alone, or it waits for itself.
 */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: unknown) => {
      // The connection is of no use any more; the pool drops it.
      failure = rollbackError instanceof Error ? rollbackError : new Error('rollback failed');
    });
    throw error;
  } finally {
    client.release(failure);
  }
}
