import type { Config } from '../../config.ts';
import { openStore } from '../../storage/openStore.ts';
import type { Store } from '../../storage/store.ts';

/** Opens the store for the length of one piece of work. */
export async function withStore<T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ databaseUrl: config.databaseUrl, home: config.home });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
