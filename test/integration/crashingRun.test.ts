import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobQueue } from '../../server/jobs/jobQueue.ts';
import { createLogger } from '../../server/logging.ts';
import { openStore } from '../../server/storage/openStore.ts';
import type { Store } from '../../server/storage/store.ts';
import { newRun } from '../support/storeFixtures.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { TestServer } from '../support/testServer.ts';

const log = createLogger('silent');

describe('A job whose process ends at every try', () => {
  let store: Store;
  const ending: (() => void)[] = [];
  const queues: JobQueue[] = [];
  beforeAll(async () => {
    store = await openStore({ databaseUrl: undefined, home: await temporaryFolder() });
  });
  afterAll(async () => {
    for (const end of ending) end();
    for (const queue of queues) await queue.close();
    await store.close();
  });

  /** Starts like a new process on the store, and takes the job without ever saying what became of it. */
  async function nextTry(place: string): Promise<number> {
    const queue = new JobQueue(store.sql, log);
    queues.push(queue);
    await queue.open(true);
    if (queues.length === 1) await queue.send('runs', { runId: 'any' });
    return new Promise((resolve) => {
      queue.work('runs', 1, async ({ id }) => {
        resolve(await queue.beginTry('runs', id, place));
        await new Promise<void>((end) => ending.push(end));
        return 'done';
      });
    });
  }

  it('has its tries counted for as long as none leaves anything behind', async () => {
    expect(await nextTry('0 embeddings')).toBe(1);
    expect(await nextTry('0 embeddings')).toBe(2);
    expect(await nextTry('0 embeddings')).toBe(3);
    expect((await queues[0].listLive('runs'))[0].failures).toBe(2);
    expect(await nextTry('64 embeddings')).toBe(1);
  });
});

describe('A run whose process ended five times without progress', () => {
  it('fails with a sentence that says so, and the server stays', async () => {
    const home = join(await temporaryFolder(), 'home');
    const store = await openStore({ databaseUrl: undefined, home });
    const { id } = await store.runs.createRun(newRun());
    const queue = new JobQueue(store.sql, log);
    await queue.open(true);
    await queue.send('runs', { runId: id, place: await store.runs.readPlace(id), tries: 5 });
    await queue.close();
    await store.close();
    const server = await TestServer.start(home, { firstRun: false }, { LOG_LEVEL: 'silent' });
    try {
      await server.running.ready;
      const query = '{ runs { nodes { status error { code message } } } }';
      await expect
        .poll(() => server.data(query), { timeout: 20_000 })
        .toEqual({
          runs: {
            nodes: [
              {
                status: 'FAILED',
                error: {
                  code: 'UNAVAILABLE',
                  message: expect.stringMatching(/ended 5 times at the stage/) as string,
                },
              },
            ],
          },
        });
    } finally {
      await server.close();
    }
  }, 60_000);
});
