import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../../server/storage/database/migrate.ts';
import { withDatabase } from '../../../server/storage/openDatabase.ts';
import { openStore } from '../../../server/storage/openStore.ts';
import type { Database } from '../../../server/storage/database/database.ts';
import type { Store } from '../../../server/storage/store.ts';
import { startPostgres } from '../../support/postgres.ts';

/** A store to measure, of each kind that this machine has. */
export interface Place {
  readonly kind: 'embedded' | 'server';
  readonly databaseUrl: string | undefined;
  readonly home: string;
}

/** The embedded store, and a Postgres with pgvector where there is one (see test/support/debian13.sh). */
export async function withPlaces(use: (places: readonly Place[]) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'circle-limit-store-'));
  const postgres = await startPostgres();
  const places: Place[] = [{ kind: 'embedded', databaseUrl: undefined, home }];
  if (postgres !== null) places.push({ kind: 'server', databaseUrl: await postgres.createDatabase(), home });
  else console.log('no Postgres with pgvector here: the server is left out');
  try {
    await use(places);
  } finally {
    await postgres?.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

export async function withStore<T>(place: Place, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(place);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

export function withTables<T>(place: Place, use: (database: Database) => Promise<T>): Promise<T> {
  return withDatabase(place, async (database) => {
    await migrate(database.pool);
    return use(database);
  });
}

/** Milliseconds of work, and of all threads of this process meanwhile. */
export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; milliseconds: number; cpu: number }> {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, milliseconds: performance.now() - start, cpu: (user + system) / 1000 };
}

export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
