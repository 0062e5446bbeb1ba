import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageOf } from '../../server/errors.ts';
import { openStore } from '../../server/storage/openStore.ts';
import { makeImageFolder } from '../support/imageFolder.ts';
import { startCli } from '../support/runCli.ts';
import { newRun } from '../support/storeFixtures.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startRun, TestServer, watchUntil, type GraphQLAnswer } from '../support/testServer.ts';

let folder: string;
let dataset: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  dataset = await makeImageFolder(join(folder, 'images'), 20);
});

const order = (iterations: number) => ({ dataset, model: 'nano', iterations, perplexity: 5 });

/** A disk of its own, so that it can be filled; null where this user may not mount one. */
async function mountDisk(place: string, megabytes: number): Promise<string | null> {
  await mkdir(place, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', place], { stdio: 'ignore' });
    return place;
  } catch {
    return null;
  }
}

/** Writes until there is no room for one byte more. */
async function fillDisk(file: string): Promise<void> {
  for (let size = 2 ** 20; size >= 1; size >>= 4) {
    for (;;) {
      const stream = createWriteStream(file, { flags: 'a' });
      stream.end(Buffer.alloc(size));
      try {
        await once(stream, 'finish');
      } catch {
        break;
      }
    }
  }
}

const mounted = await mountDisk(join(await temporaryFolder(), 'disk'), 192);
const suffix = mounted === null ? ' (NOT RUN: this user may not mount a disk)' : '';

describe.skipIf(mounted === null)(`A disk that is full${suffix}`, () => {
  const disk = mounted!;
  const filler = join(disk, 'filler');
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start(join(disk, 'home'), { firstRun: false }, { LOG_LEVEL: 'silent' });
    await server.running.ready;
  });
  afterAll(async () => {
    await server.close();
    execFileSync('umount', ['-l', disk]);
  });

  it('stops no server: what does not fit is refused with a sentence, and the run goes on when there is room again', async () => {
    const undisturbed = await startRun(server, order(3000));
    await watchUntil(server, undisturbed);
    const id = await startRun(server, order(3000));
    await watchUntil(server, id, ({ run }) => run.iteration > 100);
    await fillDisk(filler);
    const edit = 'mutation ($id: ID!, $notes: String!) { updateRun(id: $id, notes: $notes) { id } }';
    let refusal: GraphQLAnswer['errors'];
    while (refusal === undefined) {
      // Random letters, which do not compress.
      const notes = randomBytes(9000).toString('hex');
      ({ errors: refusal } = await server.ask(edit, { id: undisturbed, notes }));
    }
    expect(refusal).toMatchObject([{ message: 'the disk of the store is full; free some space and try again' }]);
    expect(refusal[0].extensions.code).toBe('UNAVAILABLE');
    expect((await server.ask('{ runs { totalCount } }')).data).toEqual({ runs: { totalCount: 2 } });
    await rm(filler);
    expect((await watchUntil(server, id)).at(-1)).toMatchObject({ run: { status: 'DONE' } });
    const stored = `query ($id: ID!) { run(id: $id) {
      keyframes history { iteration loss } layout(encoding: FLOAT32) { coordinates } } }`;
    expect(await server.data(stored, { id })).toEqual(await server.data(stored, { id: undisturbed }));
  }, 90_000);

  it('lets a store that has no room for its log open again by itself, with all that was promised', async () => {
    const store = await openStore({ databaseUrl: undefined, home: join(disk, 'log') });
    const { id } = await store.runs.createRun(newRun());
    await fillDisk(filler);
    const writeOn = async () => {
      await store.sql.query('SELECT pg_switch_wal()');
      await store.runs.updateRun(id, { iteration: 7 });
    };
    await expect(
      (async () => {
        for (;;) await writeOn();
      })(),
    ).rejects.toThrow();
    await rm(filler);
    const iteration = async () => (await store.runs.findRun(id).catch(() => null))?.iteration;
    const write = () =>
      store.runs.updateRun(id, { iteration: 8 }).then(iteration, (error: unknown) => messageOf(error));
    await expect.poll(write, { timeout: 20_000 }).toBe(8);
    await store.close();
  }, 60_000);
});

describe('A clock that is set back by an hour', () => {
  it('keeps no run waiting, and the figures and keyframes of a run in order', async () => {
    const back = join(folder, 'clock-is-back');
    const clock = fileURLToPath(new URL('../support/shiftedClock.mjs', import.meta.url));
    const child = startCli(['serve', '--port', '0'], {
      CIRCLE_LIMIT_HOME: join(folder, 'clock'),
      CIFAR10_DIR: '',
      LOG_LEVEL: 'error',
      NODE_OPTIONS: `--import ${clock}`,
      CLOCK_BACK: back,
    });
    child.stderr!.pipe(process.stderr);
    const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
    const server = TestServer.over({
      url: line.replace('Circle Limit is at ', ''),
      ready: Promise.resolve(),
      close: async () => {
        child.kill('SIGTERM');
        await once(child, 'exit');
      },
    });
    try {
      await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, { timeout: 30_000 }).toBe(200);
      const working = await startRun(server, order(100_000));
      await watchUntil(server, working, ({ run }) => run.iteration > 50);
      const waiting = await startRun(server, order(50));
      await writeFile(back, '');
      await watchUntil(server, working, ({ run }) => run.iteration > 2000);
      const { pauseRun } = await server.data<{ pauseRun: { status: string } }>(
        'mutation ($id: ID!) { pauseRun(id: $id) { status } }',
        { id: working },
      );
      expect(pauseRun.status).toBe('PAUSED');
      expect((await watchUntil(server, waiting)).at(-1)!.run.status).toBe('DONE');
      const { run } = await server.data<{ run: { history: { iteration: number }[]; keyframes: number[] } }>(
        'query ($id: ID!) { run(id: $id) { history { iteration } keyframes } }',
        { id: working },
      );
      expect(run.history.map(({ iteration }) => iteration)).toEqual(run.history.map((_, i) => i + 1));
      expect(run.keyframes).toEqual([...run.keyframes].sort((a, b) => a - b));
      // What is made after the jump is the newest all the same.
      const { runs } = await server.data<{ runs: { nodes: { id: string }[] } }>('{ runs(first: 2) { nodes { id } } }');
      expect(runs.nodes.map(({ id }) => id)).toEqual([waiting, working]);
    } finally {
      await server.close();
    }
  }, 90_000);
});
