import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeImageFolder } from '../support/imageFolder.ts';
import { postgresIsAvailable, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { startCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startRun, TestServer, watchUntil } from '../support/testServer.ts';

const available = postgresIsAvailable();
const suffix = available ? '' : ' (NOT RUN: no Postgres with pgvector here; see test/support/debian13.sh)';

const ITERATIONS = 2500;

/** Every iteration from 1, each once. */
const upTo = (iterations: number) => Array.from({ length: iterations }, (_, i) => i + 1);

describe.skipIf(!available)(`Workers on one database${suffix}`, () => {
  let postgres: PostgresServer;
  let databaseUrl: string;
  let database: pg.Pool;
  let folder: string;
  let dataset: string;
  /** Has no work of its own. */
  let server: TestServer;
  const workers: ChildProcess[] = [];

  const startWorker = async (): Promise<ChildProcess> => {
    const worker = startCli(['worker'], {
      DATABASE_URL: databaseUrl,
      CIRCLE_LIMIT_HOME: join(folder, 'worker'),
      LOG_LEVEL: 'error',
    });
    workers.push(worker);
    worker.stderr!.pipe(process.stderr);
    await once(worker.stdout!, 'data');
    return worker;
  };
  const kill = async (worker: ChildProcess): Promise<void> => {
    const exited = once(worker, 'exit');
    worker.kill('SIGKILL');
    await exited;
  };
  const layoutOf = async (id: string): Promise<string> =>
    (
      await server.data<{ run: { layout: { coordinates: string } } }>(
        'query ($id: ID!) { run(id: $id) { layout(encoding: FLOAT32) { coordinates } } }',
        { id },
      )
    ).run.layout.coordinates;

  beforeAll(async () => {
    postgres = (await startPostgres())!;
    databaseUrl = await postgres.createDatabase();
    database = new pg.Pool({ connectionString: databaseUrl, max: 1 });
    folder = await temporaryFolder();
    dataset = await makeImageFolder(join(folder, 'images'), 30);
    server = await TestServer.start(
      join(folder, 'server'),
      { firstRun: false, concurrency: 0 },
      { DATABASE_URL: databaseUrl },
    );
    await server.running.ready;
  });
  afterAll(async () => {
    for (const worker of workers) if (worker.exitCode === null && worker.signalCode === null) await kill(worker);
    await server.close();
    await database.end();
    await postgres.stop();
  });

  const order = () => ({ dataset, model: 'nano', iterations: ITERATIONS, perplexity: 5 });

  it('shows a run of another process live, with every statistic, and goes on with it when that process is killed', async () => {
    const first = await startWorker();
    const undisturbed = await startRun(server, order());
    const updates = await watchUntil(server, undisturbed);
    expect(updates.at(-1)).toMatchObject({ run: { status: 'DONE' }, frame: { iteration: ITERATIONS } });
    expect(updates.flatMap(({ statsSince }) => statsSince.map(({ iteration }) => iteration))).toEqual(upTo(ITERATIONS));

    const disturbed = await startRun(server, order());
    const seen: number[] = [];
    let second: ChildProcess | null = null;
    const last = (
      await watchUntil(server, disturbed, ({ run, statsSince }) => {
        seen.push(...statsSince.map(({ iteration }) => iteration));
        if (second === null && run.iteration > 100) {
          first.kill('SIGKILL');
          second = first;
          void startWorker();
        }
        return false;
      })
    ).at(-1);
    expect(second).not.toBeNull();
    expect(last).toMatchObject({ run: { status: 'DONE' }, frame: { iteration: ITERATIONS } });
    expect(seen).toEqual(upTo(ITERATIONS));
    expect(await layoutOf(disturbed)).toBe(await layoutOf(undisturbed));
  }, 120_000);

  it('pauses, resumes and cancels a run that another process works on', async () => {
    const id = await startRun(server, { ...order(), iterations: 100_000 });
    await watchUntil(server, id, ({ run }) => run.iteration > 10);
    const change = async (name: string) =>
      (
        await server.data<Record<string, { status: string }>>(`mutation ($id: ID!) { ${name}(id: $id) { status } }`, {
          id,
        })
      )[name].status;
    expect(await change('pauseRun')).toBe('PAUSED');
    const paused = (await watchUntil(server, id, () => true))[0];
    expect(await change('resumeRun')).toBe('QUEUED');
    const resumed = await watchUntil(server, id, ({ run }) => run.iteration > paused.run.iteration);
    expect(resumed.length).toBeGreaterThan(0);
    expect(await change('cancelRun')).toBe('CANCELED');
  }, 60_000);

  it('deletes a run that another process works on: its watchers end, nothing is left, and the worker is free', async () => {
    const id = await startRun(server, { ...order(), iterations: 100_000 });
    const deleted = server.subscribe<{ runDeleted: string }>('subscription { runDeleted }');
    const heard = deleted.next();
    let deletion: Promise<unknown> | null = null;
    // Ends when the server closes the subscription.
    await watchUntil(server, id, ({ run }) => {
      if (run.iteration > 10) deletion ??= server.data('mutation ($id: ID!) { deleteRun(id: $id) }', { id });
      return false;
    });
    expect(await deletion).toEqual({ deleteRun: id });
    expect((await heard).value).toMatchObject({ data: { runDeleted: id } });
    const next = await startRun(server, { ...order(), iterations: 5 });
    expect((await watchUntil(server, next)).at(-1)).toMatchObject({ run: { status: 'DONE' } });
    // Whatever the worker wrote last came before the row went, or was refused.
    const tables = [
      'runs WHERE id',
      'keyframes WHERE run_id',
      'run_checkpoints WHERE run_id',
      'live_frames WHERE run_id',
    ];
    for (const table of tables) {
      const { rows } = await database.query(`SELECT 1 FROM ${table} = $1`, [id]);
      expect(rows, table).toEqual([]);
    }
  }, 60_000);

  it('takes the run with the highest priority first', async () => {
    const blocker = await startRun(server, { ...order(), iterations: 100_000 });
    await watchUntil(server, blocker, ({ run }) => run.status === 'OPTIMIZING');
    const later = await startRun(server, { ...order(), iterations: 5 });
    const sooner = await startRun(server, { ...order(), iterations: 5, priority: 7 });
    await server.data('mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id: blocker });
    await Promise.all([watchUntil(server, later), watchUntil(server, sooner)]);
    const startedAt = async (id: string) =>
      (await server.data<{ run: { startedAt: string } }>('query ($id: ID!) { run(id: $id) { startedAt } }', { id })).run
        .startedAt;
    expect((await startedAt(sooner)) < (await startedAt(later))).toBe(true);
  }, 60_000);

  it('gives the same run for the same key, also to two servers', async () => {
    const other = await TestServer.start(
      join(folder, 'other'),
      { firstRun: false, concurrency: 0 },
      { DATABASE_URL: databaseUrl },
    );
    await other.running.ready;
    try {
      const input = { ...order(), iterations: 5, idempotencyKey: 'once' };
      const [left, right] = await Promise.all([startRun(server, input), startRun(other, input)]);
      expect(left).toBe(right);
      expect((await watchUntil(other, left)).at(-1)).toMatchObject({ run: { status: 'DONE' } });
    } finally {
      await other.close();
    }
  }, 60_000);

  it('embeds one data set at several workers at once, and what one leaves when it is killed, the other does', async () => {
    const many = await makeImageFolder(join(folder, 'many'), 900);
    const victim = await startWorker();
    await startWorker();
    const id = await startRun(server, { dataset: many, model: 'nano', iterations: 5, perplexity: 5 });
    let most = 0;
    let killed = false;
    for (let status = 'QUEUED'; status !== 'DONE' && status !== 'FAILED'; await delay(20)) {
      const rows = await database.query<{ active: number }>(
        "SELECT count(*)::int AS active FROM pgboss.job WHERE name = 'shards' AND state = 'active'",
      );
      most = Math.max(most, rows.rows[0].active);
      if (!killed && rows.rows[0].active > 1) {
        killed = true;
        victim.kill('SIGKILL');
      }
      ({ status } = (
        await server.data<{ run: { status: string } }>('query ($id: ID!) { run(id: $id) { status } }', { id })
      ).run);
    }
    expect(killed).toBe(true);
    expect(most).toBeGreaterThan(1);
    const { run } = await server.data<{ run: object }>(
      'query ($id: ID!) { run(id: $id) { status embeddingSet { storedCount } } }',
      { id },
    );
    expect(run).toEqual({ status: 'DONE', embeddingSet: { storedCount: 2700 } });
  }, 120_000);
});
