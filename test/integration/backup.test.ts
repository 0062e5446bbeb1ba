import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';
import { backUp, restore } from '../../server/storage/backup/backup.ts';
import type { Database } from '../../server/storage/database/database.ts';
import { migrate } from '../../server/storage/database/migrate.ts';
import { openDatabase, withDatabase } from '../../server/storage/openDatabase.ts';
import { openStore } from '../../server/storage/openStore.ts';
import type { Store } from '../../server/storage/store.ts';
import { postgresIsAvailable, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { runCli } from '../support/runCli.ts';
import { exactVectors, imageDataset, newRun, openSet, statistic } from '../support/storeFixtures.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const available = postgresIsAvailable();
const suffix = available ? '' : ' (NOT RUN: no Postgres with pgvector here; see test/support/debian13.sh)';

const POINTS = 300;
const nothing = (): void => undefined;

/** A run with everything that belongs to one, and a person. @returns the id of the run */
async function fill(store: Store): Promise<string> {
  const set = await openSet(store, await store.datasets.saveDataset(imageDataset('photos', 'print', POINTS)));
  const imageIndices = Int32Array.from({ length: POINTS }, (_, i) => i);
  await store.embeddingSets.saveEmbeddings(set.id, { imageIndices, vectors: exactVectors(POINTS) });
  const { id } = await store.runs.createRun(newRun({ embeddingSetId: set.id, name: 'naïve 🐈 "run"' }));
  for (const iteration of [1, 2, 3]) {
    await store.runs.saveKeyframe(id, {
      iteration,
      coordinates: Float64Array.from({ length: 600 }, (_, i) => Math.sin(i * iteration)),
    });
  }
  await store.runs.saveStatistics(id, [statistic(1), statistic(2)]);
  await store.runs.saveCheckpoint(id, { iteration: 3, state: crypto.getRandomValues(new Uint8Array(60_000)) });
  await store.runs.recordChange(id, { learningRate: 10 });
  await store.shareLinks.createShareLink({
    tokenHash: new Uint8Array(32),
    runIds: [id],
    viewState: '',
    expiresAt: null,
  });
  return id;
}

/** A digest of every row of every table, as text: the same for two stores with the same content. */
async function digestOf({ pool }: Database): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
     AND relname <> '_prisma_migrations' ORDER BY relname`,
  );
  const digests: Record<string, string> = {};
  for (const { name } of rows) {
    const content = await pool.query<{ text: string }>(`SELECT t::text AS text FROM "${name}" t ORDER BY 1`);
    const text = content.rows.map((row) => row.text).join('\n');
    digests[name] = `${content.rows.length} ${createHash('sha256').update(text).digest('hex')}`;
  }
  return digests;
}

describe.skipIf(!available)(`A backup${suffix}`, () => {
  let server: PostgresServer;
  let folder: string;
  let file: string;
  let runId: string;
  let digest: Record<string, string>;
  beforeAll(async () => {
    server = (await startPostgres())!;
    folder = await temporaryFolder();
    file = join(folder, 'store.backup');
    const store = await openStore({ databaseUrl: undefined, home: join(folder, 'home') });
    runId = await fill(store);
    await store.close();
    await withDatabase({ databaseUrl: undefined, home: join(folder, 'home') }, async (database) => {
      digest = await digestOf(database);
      await backUp(database, file, 'test', nothing);
    });
  });
  afterAll(() => server.stop());

  it('of the embedded store is restored into a server, and that one into an embedded store again, with every byte', async () => {
    const databaseUrl = await server.createDatabase();
    const second = join(folder, 'second.backup');
    await withDatabase({ databaseUrl, home: folder }, async (database) => {
      await restore(database, file, nothing);
      expect(await digestOf(database)).toEqual(digest);
      await backUp(database, second, 'test', nothing);
    });
    const third = { databaseUrl: undefined, home: join(folder, 'third') };
    await withDatabase(third, async (database) => {
      await restore(database, second, nothing);
      expect(await digestOf(database)).toEqual(digest);
    });
    const store = await openStore(third);
    try {
      // Numbers that rows get go on after those that were restored.
      const { id } = await store.runs.createRun(newRun());
      const page = await store.runs.listRuns({ first: 5 });
      expect(page.items.map(({ value }) => value.id)).toEqual([id, runId]);
    } finally {
      await store.close();
    }
  });

  it('is for its owner alone, and leaves nothing else beside it', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('is refused when a byte of it has changed or its end is missing, before anything is written', async () => {
    const bytes = await readFile(file);
    const broken = join(folder, 'broken.backup');
    const database = await openDatabase({ databaseUrl: await server.createDatabase(), home: folder });
    try {
      for (const damage of [
        () => bytes.subarray(0, bytes.length - 100),
        () => Buffer.from('no backup at all'),
        () => Buffer.from(bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte))),
      ]) {
        await writeFile(broken, damage());
        await expect(restore(database, broken, nothing)).rejects.toThrow(/broken\.backup: is no whole backup/);
      }
      const { rows } = await database.pool.query("SELECT to_regclass('runs') AS runs");
      expect(rows).toEqual([{ runs: null }]);
    } finally {
      await database.close();
    }
  });

  it('is restored into an empty store only', async () => {
    await withDatabase({ databaseUrl: await server.createDatabase(), home: folder }, async (database) => {
      await restore(database, file, nothing);
      await expect(restore(database, file, nothing)).rejects.toThrow(/the store is not empty/);
      expect(await digestOf(database)).toEqual(digest);
    });
  });

  it('of an earlier schema is brought up to date', async () => {
    const names = (await readdir(join(packageRoot, 'prisma/migrations'))).filter((name) => /^\d/.test(name)).sort();
    const early = join(folder, 'early.backup');
    await withDatabase({ databaseUrl: await server.createDatabase(), home: folder }, async (database) => {
      await migrate(database.pool, { upTo: names.slice(0, 1) });
      await database.pool.query(
        `INSERT INTO runs (id, name, status, pooling, parameters, stage, iteration) VALUES ('old', 'Old', 'PAUSED', 'cls', '{}', '{}', 2)`,
      );
      await database.pool.query(
        "INSERT INTO run_statistics VALUES ('old', 1, 3.5, 0.1, 2, 12), ('old', 2, 3.25, 0, 2, 1)",
      );
      await backUp(database, early, 'test', nothing);
    });
    const databaseUrl = await server.createDatabase();
    await withDatabase({ databaseUrl, home: folder }, (database) => restore(database, early, nothing));
    const store = await openStore({ databaseUrl, home: folder });
    try {
      expect(await store.runs.findRun('old')).toMatchObject({ name: 'Old', priority: 0 });
      expect(await store.runs.readStatistics('old')).toMatchObject([{ loss: 3.5 }, { loss: 3.25 }]);
    } finally {
      await store.close();
    }
  });
});

describe('The commands backup and restore', () => {
  it('take a store from one folder to another, and say what is wrong', async () => {
    const folder = await temporaryFolder();
    const home = join(folder, 'home');
    const store = await openStore({ databaseUrl: undefined, home });
    await fill(store);
    const file = join(folder, 'a.backup');
    const inUse = await runCli(['backup', '--out', file], { CIRCLE_LIMIT_HOME: home });
    expect(inUse).toMatchObject({ code: 1, stderr: expect.stringContaining('is in use by process') as string });
    await store.close();
    const made = await runCli(['backup', '--out', file, '--json'], { CIRCLE_LIMIT_HOME: home });
    expect(made.code).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({ file, tables: { runs: 1, embeddings: POINTS, keyframes: 3 } });
    const restored = await runCli(['restore', file], { CIRCLE_LIMIT_HOME: join(folder, 'other') });
    expect(restored.stdout).toContain(`1 runs and ${POINTS} embeddings restored`);
    const none = await runCli(['backup', '--out', file], { CIRCLE_LIMIT_HOME: join(folder, 'none') });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no store in') as string });
  });
});
