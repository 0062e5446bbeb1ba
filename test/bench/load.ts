import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { distFile } from '../../server/paths.ts';

/** Requests a second that are sent, whether or not those before were answered. */
const RATES = [20, 40, 80, 160, 320, 640];
const SECONDS_PER_RATE = Number(process.env.LOAD_SECONDS ?? 10);
/** Callers with an address of their own each, since limits are for a caller; few, so that the last rates are beyond them. */
const CALLERS = 3;
const WATCHERS = 20;
/** Who waits for longer goes away. */
const PATIENCE_MILLISECONDS = 15_000;
/** The server is held by its limits, or cannot follow, when so large a share is not answered; higher rates tell no more. */
const HELD_SHARE = 0.5;

interface Answer {
  readonly milliseconds: number;
  /** `ok`, the code of the error, or `gave up`. */
  readonly kind: string;
  readonly body: string;
}

/**
 * A whole server under an open-loop mix of queries, neighbors, images, exports and mutations at rising rates, while it
 * optimizes a layout that 20 sockets watch. Shows when the limits begin to hold, and that nothing is lost that was promised.
 */
export async function run() {
  const home = mkdtempSync(join(tmpdir(), 'circle-limit-load-'));
  const server = await LoadedServer.start(home);
  try {
    const runs = await server.prepare();
    const frames = server.watch(runs.optimizing);
    const levels = [];
    const promised: string[] = [];
    for (const rate of RATES) {
      const level = await loadAt(server, rate, runs, promised, frames);
      levels.push(level);
      console.log(JSON.stringify(level));
      if (level.iterationsPerSecond === 0) throw new Error('the optimizer stood still');
      if (level.share < 1 - HELD_SHARE) break;
    }
    console.table(levels.map(({ errors, ...level }) => ({ ...level, errors: JSON.stringify(errors) })));
    const outcome = await outcomeOf(server, runs, promised);
    console.log(
      `share links promised ${outcome.promised}, in the store ${outcome.kept}; the optimizer is at iteration ` +
        `${outcome.iteration}; afterwards a query takes ${outcome.millisecondsAfterwards} ms`,
    );
    if (outcome.kept < outcome.promised) throw new Error('an answer promised what was not kept');
    return { levels, ...outcome };
  } finally {
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
}

interface Runs {
  readonly finished: string;
  readonly optimizing: string;
  readonly datasetId: string;
}

/** By a caller of its own, whom no limit holds yet. */
async function outcomeOf(server: LoadedServer, runs: Runs, promised: readonly string[]) {
  const kept = await server.countShareLinks(runs.finished);
  const iteration = await server.iteration(runs.optimizing);
  const start = performance.now();
  await server.data('{ runs { nodes { id } } }');
  return {
    promised: promised.length,
    kept,
    iteration,
    millisecondsAfterwards: Math.round(performance.now() - start),
    memoryMegabytes: server.memoryMegabytes(),
  };
}

async function loadAt(server: LoadedServer, rate: number, runs: Runs, promised: string[], frames: { count: number }) {
  const before = { iteration: await server.iteration(runs.optimizing), frames: frames.count };
  const answers: Promise<Answer>[] = [];
  const start = performance.now();
  const total = rate * SECONDS_PER_RATE;
  while (answers.length < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - start) / 1000) * rate));
    for (let i = answers.length; i < due; i++) answers.push(sendOne(server, i, runs, promised));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const done = await Promise.all(answers);
  const seconds = (performance.now() - start) / 1000;
  const fine = done.filter(({ kind }) => kind === 'ok').map(({ milliseconds }) => milliseconds);
  fine.sort((a, b) => a - b);
  const errors: Record<string, number> = {};
  for (const { kind } of done) if (kind !== 'ok') errors[kind] = (errors[kind] ?? 0) + 1;
  return {
    rate,
    answered: Math.round(fine.length / seconds),
    share: Math.round((100 * fine.length) / total) / 100,
    p50: Math.round(fine[Math.floor(fine.length / 2)] ?? NaN),
    p99: Math.round(fine[Math.floor(fine.length * 0.99)] ?? NaN),
    errors,
    memoryMegabytes: server.memoryMegabytes(),
    iterationsPerSecond:
      Math.round((((await server.iteration(runs.optimizing)) - before.iteration) / seconds) * 10) / 10,
    framesPerSecond: Math.round((frames.count - before.frames) / seconds),
  };
}

/** Of twenty requests ten list runs, five search neighbors, three are images, one is an export and one a mutation. */
async function sendOne(server: LoadedServer, i: number, runs: Runs, promised: string[]): Promise<Answer> {
  const kind = i % 20;
  if (kind < 10) return server.ask('{ runs { nodes { id name status iteration quality { recallAt15 } } } }');
  if (kind < 15) {
    const query = 'query ($id: ID!, $point: Int) { neighbors(runId: $id, point: $point) { point distance otherRank } }';
    return server.ask(query, { id: runs.finished, point: i % 500 });
  }
  if (kind < 18) return server.send('GET', `/images/${runs.datasetId}/${i % 500}.png`);
  if (kind < 19) return server.send('GET', `/exports/${runs.finished}/layout.csv`);
  const mutation = 'mutation ($input: CreateShareLinkInput!) { createShareLink(input: $input) { id } }';
  const answer = await server.ask(mutation, { input: { runIds: [runs.finished], viewState: `z=${i}` } });
  if (answer.kind === 'ok') promised.push(answer.body);
  return answer;
}

class LoadedServer {
  readonly #process: ChildProcess;
  readonly #url: URL;
  readonly #agents = Array.from(
    { length: CALLERS },
    (_, i) => new Agent({ keepAlive: true, maxSockets: 256, localAddress: `127.0.0.${i + 2}` }),
  );
  /** For what is asked beside the load. */
  readonly #ownAgent = new Agent({ keepAlive: true });
  #sent = 0;

  private constructor(process: ChildProcess, url: URL) {
    this.#process = process;
    this.#url = url;
  }

  static async start(home: string): Promise<LoadedServer> {
    const child = spawn(process.execPath, [distFile('server/cli/main.js'), 'serve', '--port', '0'], {
      env: { ...process.env, NODE_OPTIONS: '', CIRCLE_LIMIT_HOME: home, CIFAR10_DIR: '', LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return new LoadedServer(child, new URL(/http:\S+/.exec(line.toString())![0]));
  }

  /** A finished run to ask about, and one that is optimized for longer than the load lasts. */
  async prepare(): Promise<Runs> {
    await poll(async () => (await this.send('GET', '/readyz', undefined, this.#ownAgent)).kind === 'ok');
    const start = 'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }';
    const input = { dataset: 'emoji', model: 'nano', limit: 500, iterations: 100 };
    const finished = await this.data<{ startRun: { id: string } }>(start, { input });
    const status = 'query ($id: ID!) { run(id: $id) { status dataset { id } } }';
    interface Found {
      readonly run: { readonly status: string; readonly dataset: { readonly id: string } | null };
    }
    const { id } = finished.startRun;
    await poll(async () => (await this.data<Found>(status, { id })).run.status === 'DONE');
    const { run: found } = await this.data<Found>(status, { id });
    const longer = { ...input, limit: 3000, iterations: 100_000 };
    const optimizing = (await this.data<{ startRun: { id: string } }>(start, { input: longer })).startRun.id;
    await poll(async () => (await this.iteration(optimizing)) > 0);
    return { finished: id, optimizing, datasetId: found.dataset!.id };
  }

  watch(runId: string): { count: number } {
    const frames = { count: 0 };
    for (let i = 0; i < WATCHERS; i++) {
      const url = `${this.#url.origin.replace('http', 'ws')}/graphql`;
      const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
      const query = 'subscription ($id: ID!) { runProgress(runId: $id) { frame { iteration coordinates } } }';
      client.subscribe(
        { query, variables: { id: runId } },
        {
          next: () => (frames.count += 1),
          error: () => undefined,
          complete: () => undefined,
        },
      );
    }
    return frames;
  }

  ask(query: string, variables: object = {}, agent?: Agent): Promise<Answer> {
    return this.send('POST', '/graphql', JSON.stringify({ query, variables }), agent);
  }

  async data<T>(query: string, variables: object = {}): Promise<T> {
    const { kind, body } = await this.ask(query, variables, this.#ownAgent);
    if (kind !== 'ok') throw new Error(`${kind}: ${body}`);
    return (JSON.parse(body) as { data: T }).data;
  }

  async iteration(id: string): Promise<number> {
    const query = 'query ($id: ID!) { run(id: $id) { iteration } }';
    return (await this.data<{ run: { iteration: number } }>(query, { id })).run.iteration;
  }

  async countShareLinks(id: string): Promise<number> {
    const query = 'query ($id: ID!) { run(id: $id) { shareLinks { id } } }';
    return (await this.data<{ run: { shareLinks: unknown[] } }>(query, { id })).run.shareLinks.length;
  }

  memoryMegabytes(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024);
  }

  /** By default as the next of the callers. */
  async send(method: string, path: string, body?: string, agent = this.#nextCaller()): Promise<Answer> {
    const start = performance.now();
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
    const sent = request(new URL(path, this.#url), { method, agent, headers, signal });
    sent.end(body);
    try {
      const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const code =
        response.statusCode === 200 && !text.startsWith('{"errors"') ? 'ok' : codeOf(text, response.statusCode);
      return { milliseconds: performance.now() - start, kind: code, body: text };
    } catch {
      return { milliseconds: performance.now() - start, kind: 'gave up', body: '' };
    }
  }

  #nextCaller(): Agent {
    return this.#agents[this.#sent++ % CALLERS];
  }

  async close(): Promise<void> {
    this.#process.kill('SIGTERM');
    await once(this.#process, 'close');
    for (const agent of [...this.#agents, this.#ownAgent]) agent.destroy();
  }
}

function codeOf(text: string, status: number): string {
  return /"code":"(\w+)"/.exec(text)?.[1] ?? String(status);
}

async function poll(isThere: () => Promise<boolean>): Promise<void> {
  while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 200));
}
