import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeImageFolder } from '../support/imageFolder.ts';
import { closeDatabase, postgresIsOurs, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startRun, TestServer, watchUntil } from '../support/testServer.ts';

const available = postgresIsOurs();
const suffix = available ? '' : ' (NOT RUN: no Postgres with pgvector here; see test/support/debian13.sh)';

const ITERATIONS = 2500;
const upTo = (iterations: number) => Array.from({ length: iterations }, (_, i) => i + 1);

describe.skipIf(!available)(`Servers on one database${suffix}`, () => {
  let postgres: PostgresServer;
  let databaseUrl: string;
  let folder: string;
  let dataset: string;
  const servers: TestServer[] = [];

  const startServer = async (name: string): Promise<TestServer> => {
    const settings = { DATABASE_URL: databaseUrl, LOG_LEVEL: 'error' };
    const server = await TestServer.start(join(folder, name), { firstRun: false }, settings);
    servers.push(server);
    await server.running.ready;
    return server;
  };
  const order = () => ({ dataset, model: 'nano', iterations: ITERATIONS, perplexity: 5 });
  const layoutOf = async (server: TestServer, id: string): Promise<string> => {
    const query = 'query ($id: ID!) { run(id: $id) { layout(encoding: FLOAT32) { coordinates } } }';
    return (await server.data<{ run: { layout: { coordinates: string } } }>(query, { id })).run.layout.coordinates;
  };

  beforeAll(async () => {
    postgres = (await startPostgres())!;
    databaseUrl = await postgres.createDatabase();
    folder = await temporaryFolder();
    dataset = await makeImageFolder(join(folder, 'images'), 20);
    await startServer('first');
  });
  afterAll(async () => {
    for (const server of servers) await server.close();
    await postgres.stop();
  });

  it('go on with a run whose database restarts under load, to the same bytes, and miss no figure', async () => {
    const server = servers[0];
    const undisturbed = await startRun(server, order());
    await watchUntil(server, undisturbed);

    const codes = new Set<string>();
    let loading = true;
    const ask = async (): Promise<void> => {
      while (loading) {
        const { errors } = await server.ask('{ runs { nodes { id name } } }');
        codes.add(errors?.[0].extensions.code ?? 'none');
      }
    };
    const load = [ask(), ask(), ask(), ask()];
    const disturbed = await startRun(server, order());
    const seen: number[] = [];
    let restarted: Promise<void> | null = null;
    const last = (
      await watchUntil(server, disturbed, ({ run, statsSince }) => {
        seen.push(...statsSince.map(({ iteration }) => iteration));
        if (run.iteration > 200) restarted ??= postgres.restart();
        return false;
      })
    ).at(-1);
    loading = false;
    await Promise.all([restarted, ...load]);
    expect(restarted).not.toBeNull();
    expect(last).toMatchObject({ run: { status: 'DONE' }, frame: { iteration: ITERATIONS } });
    expect(seen).toEqual(upTo(ITERATIONS));
    expect(await layoutOf(server, disturbed)).toBe(await layoutOf(server, undisturbed));
    const stored = 'query ($id: ID!) { run(id: $id) { keyframes history { iteration loss gradientNorm } } }';
    expect(await server.data(stored, { id: disturbed })).toEqual(await server.data(stored, { id: undisturbed }));
    // Whoever asked meanwhile was told so, and nobody met a defect.
    expect([...codes].filter((code) => code !== 'none' && code !== 'UNAVAILABLE')).toEqual([]);
  }, 90_000);

  it('say that they are not ready, and refuse with a sentence, while the database takes no connection', async () => {
    const server = servers[0];
    const ready = async () => (await fetch(`${server.url}/readyz`)).status;
    expect(await ready()).toBe(200);
    const openAgain = await closeDatabase(databaseUrl);
    expect(await ready()).toBe(503);
    const { errors } = await server.ask('{ runs { totalCount } }');
    expect(errors).toMatchObject([{ message: expect.stringMatching(/^the database does not answer now/) as string }]);
    expect(errors?.[0].extensions.code).toBe('UNAVAILABLE');
    await openAgain();
    await expect.poll(ready).toBe(200);
  });

  it('wait for a connection while all of the pool are in use, and answer then', async () => {
    const server = servers[0];
    const blocker = new pg.Client({ connectionString: databaseUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE runs IN ACCESS EXCLUSIVE MODE');
    // Far more than there are connections; each waits for the lock.
    const waiting = Array.from({ length: 60 }, () => server.data('{ runs { totalCount } }'));
    const waits = `SELECT count(*)::int AS count FROM pg_locks WHERE NOT granted AND relation = 'runs'::regclass`;
    const count = async () => (await blocker.query<{ count: number }>(waits)).rows[0].count;
    await expect.poll(count).toBeGreaterThan(5);
    await blocker.query('COMMIT');
    await blocker.end();
    const answers = await Promise.all(waiting);
    expect(answers).toEqual(answers.map(() => ({ runs: { totalCount: 2 } })));
  });

  it('share the work: two do two runs, each once, and both show both', async () => {
    const second = await startServer('second');
    const ids = [await startRun(servers[0], order()), await startRun(second, { ...order(), seed: 2 })];
    const shown = await Promise.all(
      ids.flatMap((id) => servers.map(async (server) => (await watchUntil(server, id)).at(-1)!)),
    );
    for (const { run, frame } of shown) expect([run.status, frame?.iteration]).toEqual(['DONE', ITERATIONS]);
    for (const id of ids) expect(await layoutOf(servers[0], id)).toBe(await layoutOf(second, id));
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ tries: number }>(
      `SELECT retry_count + 1 AS tries FROM pgboss.job WHERE name = 'runs' AND data->>'runId' = ANY ($1)`,
      [ids],
    );
    await client.end();
    expect(rows).toEqual([{ tries: 1 }, { tries: 1 }]);
  }, 60_000);
});
