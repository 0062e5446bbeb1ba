import type { Database } from './database/database.ts';
import { openServerPostgres } from './database/serverPostgres.ts';
import { openEmbeddedPostgres } from './embedded/embeddedPostgres.ts';

/** Where a store is. */
export interface StorePlace {
  readonly databaseUrl: string | undefined;
  /** Folder of the embedded store, which is meant where there is no `databaseUrl`. */
  readonly home: string;
}

/** Opens the database of a store as it is, without bringing its schema up to date. @throws as `openStore` */
export function openDatabase({ databaseUrl, home }: StorePlace): Promise<Database> {
  return databaseUrl === undefined ? openEmbeddedPostgres(home) : openServerPostgres(databaseUrl);
}

/** Opens a database for the length of one piece of work. */
export async function withDatabase<T>(place: StorePlace, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(place);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
