import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ask,
  FRAMES_PER_SECOND,
  nextMessage,
  POINTS,
  type Contender,
  type ServerReport,
  type ServerStarted,
  type WatchersReport,
} from './stream/protocol.ts';

const WATCHERS = (process.env.STREAM_WATCHERS ?? '1,50,500').split(',').map(Number);
const SECONDS = Number(process.env.STREAM_SECONDS ?? 15);
/** Minutes for which the second number of watchers is looked at for growth of memory; 0 leaves it out. */
const LONG_MINUTES = Number(process.env.STREAM_LONG_MINUTES ?? 0);
const LONG_WATCHERS = 50;
const LONG_SAMPLE_SECONDS = 30;
/** Beside the stream, somebody asks for the list of runs so often. */
const QUERY_MILLISECONDS = 100;
const LOADER = ['--import', './scripts/typescriptLoader.mjs'];

/**
 * Watchers of a run of 60,000 points whose layout changes 20 times a second: a server process, a process with all the
 * clients, and queries beside them. `ws` alone, which sends one prepared message to all, shows what the sockets of this
 * machine can do.
 */
export async function run() {
  const figures = [];
  for (const watchers of WATCHERS) {
    for (const contender of ['Circle Limit', 'ws alone'] as const) {
      figures.push(...(await withStream(contender, watchers, (stream) => measure(stream, contender, watchers))));
      console.log(JSON.stringify(figures.at(-1)));
    }
  }
  console.table(figures);
  const long = LONG_MINUTES === 0 ? null : await withStream('Circle Limit', LONG_WATCHERS, sampleForLong);
  if (long !== null) console.table(long);
  return { points: POINTS, framesPerSecond: FRAMES_PER_SECOND, figures, long, loadAverage: loadavg()[0] };
}

interface Stream {
  readonly url: string;
  readonly server: ChildProcess;
  readonly watchers: ChildProcess;
}

async function withStream<T>(contender: Contender, watchers: number, use: (stream: Stream) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'circle-limit-stream-'));
  const server = start('server.ts', contender, home);
  let clients: ChildProcess | undefined;
  try {
    const started = await nextMessage<ServerStarted>(server);
    clients = start('watchers.ts', JSON.stringify({ ...started, contender, watchers }));
    await nextMessage(clients);
    // What came before all were there is not looked at.
    await delay(1000);
    await Promise.all([ask(server, {}), ask(clients, {})]);
    return await use({ url: started.url, server, watchers: clients });
  } finally {
    for (const child of [clients, server]) await end(child);
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure({ url, server, watchers: clients }: Stream, contender: Contender, watchers: number) {
  const queries = contender === 'Circle Limit' ? await queryFor(SECONDS, url) : (await delay(1000 * SECONDS), []);
  const [of, got] = await Promise.all([ask<ServerReport>(server, {}), ask<WatchersReport>(clients, {})]);
  const perSecond = (frames: number) => rounded(frames / got.seconds);
  const { framesOfEach } = got;
  const latency = percentiles(got.latencies);
  const query = percentiles(queries);
  return [
    {
      watchers,
      contender,
      steps: perSecond(of.steps),
      fewestFrames: perSecond(framesOfEach[0]),
      meanFrames: perSecond(framesOfEach.reduce((sum, frames) => sum + frames, 0) / watchers),
      mostFrames: perSecond(framesOfEach[watchers - 1]),
      ...{ p50: latency(0.5), p95: latency(0.95), p99: latency(0.99) },
      ...{ queryP50: query(0.5), queryP99: query(0.99) },
      statisticsOutOfOrder: got.statisticsOutOfOrder,
      megabytesPerSecond: rounded(got.megabytes / got.seconds),
      cores: rounded(of.cpuSeconds / got.seconds, 2),
      memoryMegabytes: of.memoryMegabytes,
      longestTurn: of.longestTurnMilliseconds,
    },
  ];
}

/** Memory and frames of a stream that goes on for minutes. */
async function sampleForLong({ server, watchers: clients }: Stream) {
  const samples = [];
  for (let second = LONG_SAMPLE_SECONDS; second <= 60 * LONG_MINUTES; second += LONG_SAMPLE_SECONDS) {
    await delay(1000 * LONG_SAMPLE_SECONDS);
    const [of, got] = await Promise.all([ask<ServerReport>(server, {}), ask<WatchersReport>(clients, {})]);
    const latency = percentiles(got.latencies);
    samples.push({
      second,
      memoryMegabytes: of.memoryMegabytes,
      fewestFrames: rounded(got.framesOfEach[0] / got.seconds),
      p95: latency(0.95),
      statisticsOutOfOrder: got.statisticsOutOfOrder,
    });
    console.log(JSON.stringify(samples.at(-1)));
  }
  return samples;
}

/** Milliseconds of queries, sent at fixed times whether or not those before were answered. */
async function queryFor(seconds: number, url: string): Promise<number[]> {
  const answers: Promise<number>[] = [];
  const start = performance.now();
  for (let i = 0; (i * QUERY_MILLISECONDS) / 1000 < seconds; i++) {
    await delay(Math.max(0, start + i * QUERY_MILLISECONDS - performance.now()));
    answers.push(askForRuns(url));
  }
  return Promise.all(answers);
}

async function askForRuns(url: string): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ runs { nodes { id name status iteration } } }' }),
  });
  const text = await response.text();
  if (!text.includes('OPTIMIZING')) throw new Error(text);
  return performance.now() - began;
}

function start(file: string, ...args: string[]): ChildProcess {
  return fork(join(import.meta.dirname, 'stream', file), args, { execArgv: LOADER, serialization: 'advanced' });
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** The value below which a share of all values lies; NaN without values. */
function percentiles(values: readonly number[]): (share: number) => number {
  const sorted = Float64Array.from(values).sort();
  return (share) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN);
}

function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
