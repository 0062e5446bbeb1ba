import { EventEmitter, once } from 'node:events';
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
/** What kills of one run are aimed at, in the order in which a run comes by; `any` is some moment of a whole run. */
const AIMS = ['any', 'opening', 'EXTRACTING', 'NEIGHBORS', 'OPTIMIZING', 'storing', 'any'] as const;
/** A kill comes at most so long after the stage that it is aimed at has begun. */
const LATEST_MILLISECONDS = 400;
const LOOK_MILLISECONDS = 5;
const ITERATIONS = 4000;

const RUN = `query ($id: ID!) { run(id: $id) {
  status iteration keyframes history { iteration loss gradientNorm } layout(encoding: FLOAT32) { iteration coordinates }
  quality { recallAt15 trustworthinessAt15 continuityAt15 } } }`;

interface RunState {
  readonly status: string;
  readonly iteration: number;
}

interface Life {
  readonly aim: (typeof AIMS)[number];
  /** How late it comes, from 0 to 1. */
  readonly share: number;
}

/** How far a run is, as a place in `AIMS`. */
function stageOf({ status, iteration }: RunState): number {
  if (status === 'DONE' || iteration >= ITERATIONS) return AIMS.indexOf('storing');
  return AIMS.findIndex((aim) => aim === status);
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

  /** Looks at the run until it is done. */
  async untilDone(id: string, see: (run: RunState) => void): Promise<void> {
    for (;;) {
      const { run } = await this.ask<{ run: RunState }>('query ($id: ID!) { run(id: $id) { status iteration } }', {
        id,
      });
      if (run.status === 'FAILED') throw new Error('the run failed');
      see(run);
      if (run.status === 'DONE') return;
      await delay(LOOK_MILLISECONDS);
    }
  }
}

/**
 * Runs to the end in a fresh store, and is killed on the way once for each of the lives.
 * @param longestLife milliseconds that an undisturbed run takes
 */
async function runWithKills(home: string, dataset: string, lives: readonly Life[], longestLife: number) {
  const killedAt: string[] = [];
  for (let index = 0; ; index++) {
    const server = await Server.start(home);
    const life = lives[index];
    let last = 'opening';
    const stage = new EventEmitter();
    const see = (run: RunState): void => {
      last = `${run.status} ${run.iteration}`;
      if (life !== undefined && stageOf(run) >= AIMS.indexOf(life.aim)) stage.emit('reached');
    };
    const work = async (): Promise<unknown> => {
      const id = await server.startRun(dataset);
      await server.untilDone(id, see);
      return server.ask(RUN, { id });
    };
    const kill = async ({ aim, share }: Life): Promise<null> => {
      if (aim !== 'any' && aim !== 'opening') await once(stage, 'reached');
      await delay(share * (aim === 'any' ? longestLife : LATEST_MILLISECONDS));
      return null;
    };
    const worked = work();
    // What is asked of a server that is killed meanwhile fails.
    worked.catch(() => undefined);
    const result = await (life === undefined ? worked : Promise.race([worked, kill(life)])).finally(() =>
      server.kill(),
    );
    if (result !== null) return { result, killedAt };
    killedAt.push(last);
  }
}

/** As many as are wanted, at most one of each aim, in the order of the stages. */
function drawLives(random: Random, count: number): Life[] {
  const drawn = [...AIMS.keys()].map((place) => ({ place, order: random.uniform() })).sort((a, b) => a.order - b.order);
  const places = drawn.slice(0, count).map(({ place }) => place);
  return places.sort((a, b) => a - b).map((place) => ({ aim: AIMS[place]!, share: random.uniform() }));
}

it(`A run whose server is killed ${KILLS} times, at random moments of every stage, ends with the same bytes as an undisturbed one`, async () => {
  const folder = await temporaryFolder();
  const dataset = await makeImageFolder(join(folder, 'images'), 60);
  const start = performance.now();
  const { result: undisturbed } = await runWithKills(join(folder, 'undisturbed'), dataset, [], 0);
  const longestLife = performance.now() - start;
  expect(undisturbed).toMatchObject({ run: { status: 'DONE', iteration: ITERATIONS } });
  expect((undisturbed as { run: { history: object[] } }).run.history).toHaveLength(ITERATIONS);
  const random = new Random(Number(process.env.SEED ?? 1));
  for (let kills = 0, round = 0; kills < KILLS; round++) {
    const home = join(folder, `disturbed-${round}`);
    const lives = drawLives(random, KILLS - kills);
    const { result, killedAt } = await runWithKills(home, dataset, lives, longestLife);
    kills += killedAt.length;
    console.log(`round ${round}, ${kills} kills in all; the run was killed at ${killedAt.join(', ')}`);
    expect(result).toEqual(undisturbed);
    await rm(home, { recursive: true });
  }
}, 3_600_000);
