import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { Random } from '../../server/geometry/random.ts';
import { makeImageFolder } from '../support/imageFolder.ts';
import { startCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/** How often the server is killed in all. KILLS=50 takes about ten minutes. */
const KILLS = Number(process.env.KILLS ?? 3);
/** Kills come at most so long after the store is open, or as long as an undisturbed run takes: every stage is reached. */
const LEAST_LIFE_MILLISECONDS = 5000;
/** Some come earlier, while it opens. */
const KILLED_WHILE_OPENING = 0.1;
const ITERATIONS = 4000;

const RUN = `query ($id: ID!) { run(id: $id) {
  status iteration keyframes history { iteration loss gradientNorm } layout(encoding: FLOAT32) { iteration coordinates }
  quality { recallAt15 trustworthinessAt15 continuityAt15 } } }`;

interface RunState {
  readonly status: string;
  readonly iteration: number;
}

interface Life {
  readonly milliseconds: number;
  readonly whileOpening: boolean;
}

/** Servers that run. */
const children = new Set<ChildProcess>();

/** Also after a test that failed or took too long, whose last server is in the middle of something. */
afterEach(async () => {
  for (const child of children) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
});

class Server {
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.#url = url;
  }

  /** Resolves when the page is there; the store opens after that. */
  static async start(home: string): Promise<Server> {
    const child = startCli(['serve', '--port', '0'], { CIRCLE_LIMIT_HOME: home, LOG_LEVEL: 'error' });
    children.add(child.once('exit', () => children.delete(child)));
    child.stderr!.pipe(process.stderr);
    const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
    return new Server(child, line.replace('Circle Limit is at ', ''));
  }

  async kill(): Promise<void> {
    if (!children.has(this.#process)) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  /** Asks until the store is open. */
  async ask<T>(query: string, variables: object): Promise<T> {
    for (;;) {
      const response = await fetch(`${this.#url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      if (response.status === 503) {
        await delay(100);
        continue;
      }
      const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    }
  }

  /** Starts the run, or finds the one that was started before a kill. */
  async startRun(dataset: string): Promise<string> {
    const input = { dataset, model: 'nano', iterations: ITERATIONS, perplexity: 10, idempotencyKey: 'the run' };
    const { startRun } = await this.ask<{ startRun: { id: string } }>(
      'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
      { input },
    );
    return startRun.id;
  }

  async untilDone(id: string, signal?: AbortSignal): Promise<RunState | null> {
    for (;;) {
      const { run } = await this.ask<{ run: RunState }>('query ($id: ID!) { run(id: $id) { status iteration } }', {
        id,
      });
      if (run.status === 'FAILED') throw new Error('the run failed');
      if (run.status === 'DONE' || signal?.aborted === true) return run;
      await delay(100);
    }
  }
}

/** Runs to the end in a fresh store, and is killed on the way as often as `lives` says. */
async function runWithKills(home: string, dataset: string, lives: () => Life | null) {
  const seen: string[] = [];
  let start = 0;
  for (;;) {
    const server = await Server.start(home);
    const life = lives();
    let opened: () => void;
    const isOpen = new Promise<void>((resolve) => (opened = resolve));
    const work = async (): Promise<unknown> => {
      const id = await server.startRun(dataset);
      opened();
      start = performance.now();
      const { run } = await server.ask<{ run: RunState }>(RUN, { id });
      seen.push(`${run.status} ${run.iteration}`);
      await server.untilDone(id);
      return server.ask(RUN, { id });
    };
    const worked = work();
    const kill = async (life: Life): Promise<'killed'> => {
      if (!life.whileOpening) await isOpen;
      await delay(life.milliseconds);
      return 'killed';
    };
    const killed = life === null ? new Promise<never>(() => undefined) : kill(life);
    // What is asked of a server that is killed meanwhile fails.
    worked.catch(() => undefined);
    const result = await Promise.race([worked, killed]).finally(() => server.kill());
    if (result !== 'killed') return { result, seen, milliseconds: performance.now() - start };
  }
}

it(`A run whose server is killed ${KILLS} times at random moments ends with the same bytes as an undisturbed one`, async () => {
  const folder = await temporaryFolder();
  const dataset = await makeImageFolder(join(folder, 'images'), 60);
  const { result: undisturbed, milliseconds } = await runWithKills(join(folder, 'undisturbed'), dataset, () => null);
  const longestLife = Math.max(LEAST_LIFE_MILLISECONDS, milliseconds);
  expect(undisturbed).toMatchObject({ run: { status: 'DONE', iteration: ITERATIONS } });
  expect((undisturbed as { run: { history: object[] } }).run.history).toHaveLength(ITERATIONS);
  const random = new Random(Number(process.env.SEED ?? 1));
  let kills = 0;
  for (let round = 0; kills < KILLS; round++) {
    const home = join(folder, `disturbed-${round}`);
    const { result, seen } = await runWithKills(home, dataset, () => {
      if (kills >= KILLS) return null;
      kills++;
      return {
        milliseconds: random.uniform() * longestLife,
        whileOpening: random.uniform() < KILLED_WHILE_OPENING,
      };
    });
    console.log(`round ${round}, ${kills} kills in all; at each start the run was ${seen.join(', ')}`);
    expect(result).toEqual(undisturbed);
    await rm(home, { recursive: true });
  }
}, 3_600_000);
