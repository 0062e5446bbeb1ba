import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConflictError } from '../../server/errors.ts';
import { packageRoot } from '../../server/paths.ts';
import { openStore } from '../../server/storage/openStore.ts';
import type { Store } from '../../server/storage/store.ts';
import { newRun } from '../support/storeFixtures.ts';
import { describeStore } from '../support/storeSuite.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

describe('the embedded store', () => {
  let store: Store;
  let home: string;
  beforeAll(async () => {
    home = await temporaryFolder();
    store = await openStore({ databaseUrl: undefined, home });
  });
  afterAll(() => store.close());

  describeStore(() => store);

  it('waits for the disk at every commit', async () => {
    const [setting] = await store.sql.query<{ fsync: string }>('SHOW fsync');
    expect(setting.fsync).toBe('on');
  });

  it('tells a second opener which process has which folder open', async () => {
    const second = openStore({ databaseUrl: undefined, home });
    await expect(second).rejects.toThrow(ConflictError);
    await expect(second).rejects.toThrow(
      `the store in ${home} is in use by process ${String(process.pid)}; stop that process, or choose another folder with CIRCLE_LIMIT_HOME`,
    );
    expect(await store.sql.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await readdir(home)).sort()).toEqual(['store', 'store.lock']);
  });

  it('answers after a query that failed, also inside a transaction', async () => {
    await expect(store.sql.query('SELECT nonsense')).rejects.toThrow(/nonsense/);
    await expect(store.sql.query('SELECT 1 / $1::int', [0])).rejects.toThrow(/division by zero/);
    expect(await store.sql.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
    await expect(store.runs.saveCheckpoint('run_none', { iteration: 1, state: new Uint8Array(1) })).rejects.toThrow(
      /no run/,
    );
    expect(await store.runs.findRun('run_none')).toBeNull();
  });
});

describe('an embedded store of which a run is deleted', () => {
  it('gives the space back to the disk, and keeps the other runs', async () => {
    const home = await temporaryFolder();
    const store = await openStore({ databaseUrl: undefined, home });
    const empty = await bytesOf(home);
    const [deleted, kept] = [await store.runs.createRun(newRun()), await store.runs.createRun(newRun())];
    const coordinates = Float64Array.from({ length: 120_000 }, (_, i) => Math.sin(i));
    for (let iteration = 1; iteration <= 40; iteration++) {
      await store.runs.saveKeyframe(deleted.id, { iteration, coordinates });
    }
    await store.runs.saveKeyframe(kept.id, { iteration: 1, coordinates });
    const full = await bytesOf(home);
    expect(full - empty).toBeGreaterThan(40 * coordinates.byteLength);
    await store.runs.deleteRun(deleted.id);
    // Closing waits for what the deletion has begun.
    await store.close();
    const left = await bytesOf(home);
    console.log(
      `empty ${empty}, with 41 keyframes of ${coordinates.byteLength} bytes ${full}, after the deletion ${left}`,
    );
    // What is left of the log is at most one of its parts.
    expect(left - empty).toBeLessThan(16 * 2 ** 20 + 4 * coordinates.byteLength);
    const again = await openStore({ databaseUrl: undefined, home });
    try {
      expect((await again.runs.readKeyframe(kept.id))?.coordinates).toEqual(coordinates);
    } finally {
      await again.close();
    }
  });
});

async function bytesOf(folder: string): Promise<number> {
  const paths = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(paths.map(async (path) => (await stat(join(folder, path))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe('an embedded store whose process is killed', () => {
  it('has every write that was acknowledged, and is opened by the next process', async () => {
    const home = await temporaryFolder();
    // A lock of a process that cannot be there any more: its start time belongs to another boot.
    await mkdir(home, { recursive: true });
    const stale = { pid: process.pid, startTime: 'another boot/1', host: hostname(), token: 'stale' };
    await writeFile(join(home, 'store.lock'), JSON.stringify(stale));

    const child = fork(join(packageRoot, 'test/support/writeUntilKilled.ts'), [home], { execArgv: process.execArgv });
    const acknowledged: string[] = [];
    child.on('message', (id: string) => {
      acknowledged.push(id);
      if (acknowledged.length === 20) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);

    const store = await openStore({ databaseUrl: undefined, home });
    try {
      for (const id of acknowledged) {
        expect(await store.runs.findRun(id)).toMatchObject({ id });
        expect((await store.runs.readKeyframe(id))?.coordinates).toHaveLength(20_000);
      }
    } finally {
      await store.close();
    }
  });
});
