import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from '@playwright/test';
import { CircleLimitClient } from '../../server/client/index.ts';
import { distFile } from '../../server/paths.ts';
import { openStore } from '../../server/storage/openStore.ts';
import { DEFAULT_PROJECTION_PARAMETERS } from '../../server/storage/run.ts';
import type { Store } from '../../server/storage/store.ts';
import { randomLayout } from '../support/randomLayout.ts';
import { firstPoints, startBrowser } from './client.ts';

const SIZES = [10_000, 60_000] as const;
const ROUNDS = 5;
const LABELS = Array.from({ length: 10 }, (_, label) => `class ${label}`);
const DIMENSION = 8;
const LARGEST_REPLAY_BYTES = 8e6;

/**
 * Comparing and sharing as a whole server and a browser do it: `compareRuns` from the question to the decoded answer, a
 * share link from its address to the first disk in a browser that has never been here, and, with CIFAR10_DIR, the size of
 * a run of 10,000 images as one HTML file.
 */
export async function run() {
  const home = await mkdtemp(join(tmpdir(), 'circle-limit-sharing-'));
  const stored = await storeRuns(home);
  const server = await startServer(home);
  const browser = await startBrowser();
  try {
    const comparisons = [];
    const firstDisks = [];
    for (const { points, runIds } of stored) {
      comparisons.push(await measureComparison(server.client, points, runIds));
      firstDisks.push(await measureFirstDisk(browser, server.client, points, runIds.slice(0, 1)));
    }
    console.log('\n  compareRuns, milliseconds; the first one opens both layouts');
    console.table(comparisons);
    console.log('  from a share link to its first disk, milliseconds, each in a browser profile of its own');
    console.table(firstDisks);
    return { comparisons, firstDisks, replay: await measureReplay(server.client, home) };
  } finally {
    await browser.close();
    server.process.kill();
    await once(server.process, 'exit');
    await rm(home, { recursive: true, force: true });
  }
}

interface StoredRuns {
  readonly points: number;
  readonly runIds: readonly [string, string];
}

/** Two finished runs of each size, of the same images. */
async function storeRuns(home: string): Promise<StoredRuns[]> {
  const store = await openStore({ databaseUrl: undefined, home });
  try {
    const stored: StoredRuns[] = [];
    for (const points of SIZES) {
      const setId = await storeVectors(store, points);
      const runIds = [await storeRun(store, setId, points, 1), await storeRun(store, setId, points, 2)] as const;
      stored.push({ points, runIds: [...runIds] });
    }
    return stored;
  } finally {
    await store.close();
  }
}

async function storeVectors(store: Store, points: number): Promise<string> {
  const codes = Int32Array.from({ length: points }, (_, point) => point % LABELS.length);
  const dataset = await store.datasets.saveVectorDataset(`${points} vectors`, `bench ${points}`, {
    names: Array.from({ length: points }, (_, point) => `${point}`),
    label: { name: 'class', names: LABELS, codes },
    columns: [],
    numbers: [],
  });
  const values = Float32Array.from({ length: points * DIMENSION }, (_, i) => Math.sin(i));
  const vectors = { rows: points, dimension: DIMENSION, values };
  return (await store.embeddingSets.importEmbeddingSet(dataset, 'vectors', vectors)).id;
}

async function storeRun(store: Store, embeddingSetId: string, points: number, seed: number): Promise<string> {
  const { id } = await store.runs.createRun({
    name: `${points} points, seed ${seed}`,
    request: { datasetName: null, modelName: null, limit: null, pooling: 'none', resolution: null },
    parameters: { ...DEFAULT_PROJECTION_PARAMETERS, seed },
    embeddingSetId,
  });
  await store.runs.saveKeyframe(id, { iteration: 1, coordinates: randomLayout(points, seed) });
  await store.runs.updateRun(id, { status: 'DONE', iteration: 1, pointCount: points, finishedAt: new Date() });
  return id;
}

async function startServer(home: string): Promise<{ process: ChildProcess; client: CircleLimitClient }> {
  const child = spawn(process.execPath, [distFile('server/cli/main.js'), 'serve', '--port', '0'], {
    env: { ...process.env, NODE_OPTIONS: '', CIRCLE_LIMIT_HOME: home, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [address] = /http:\S+/.exec(line) ?? [];
    if (address === undefined) continue;
    const ready = async (): Promise<boolean> => (await fetch(`${address}/readyz`)).ok;
    while (!(await ready())) await new Promise((resolve) => setTimeout(resolve, 100));
    return { process: child, client: new CircleLimitClient({ url: address }) };
  }
  throw new Error('the server ended before it listened');
}

async function measureComparison(client: CircleLimitClient, points: number, [left, right]: readonly [string, string]) {
  const milliseconds = await measure(async () => {
    const { overlap } = await client.compareRuns(left, right);
    if (overlap.length !== points) throw new Error(`${overlap.length} of ${points} images were compared`);
    return undefined;
  });
  const [first, ...later] = milliseconds;
  return { points, first, 'median of the others': median(later) };
}

async function measureFirstDisk(browser: Browser, client: CircleLimitClient, points: number, runIds: string[]) {
  const { url } = await client.share({ runIds, viewState: '' });
  const milliseconds: number[] = [];
  await measure(async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(url);
    milliseconds.push(Math.round((await firstPoints(page)).sketched));
    return () => context.close();
  });
  return { points, median: median(milliseconds), slowest: Math.max(...milliseconds) };
}

async function measureReplay(client: CircleLimitClient, home: string) {
  if (process.env.CIFAR10_DIR === undefined) {
    console.log('  the size of a replay is not measured: CIFAR10_DIR is not set');
    return null;
  }
  const { id } = await client.startRun({ dataset: 'cifar10/test', model: 'nano' });
  for await (const { run: state } of client.watch(id, { maxFramesPerSecond: 1 })) {
    if (state.error !== null) throw new Error(state.error.message);
  }
  const { pointCount } = await client.run(id);
  const file = join(home, 'replay.html');
  await writeFile(file, new Uint8Array(await (await client.file(`/exports/${id}/replay.html`)).arrayBuffer()));
  const { size } = await stat(file);
  console.log(`  ${pointCount} images as one HTML file: ${(size / 1e6).toFixed(2)} MB`);
  if (size > LARGEST_REPLAY_BYTES) throw new Error(`the file is larger than ${LARGEST_REPLAY_BYTES / 1e6} MB`);
  return { points: pointCount, megabytes: Number((size / 1e6).toFixed(2)) };
}

/** Milliseconds of each round, one after the other; what a round returns is done after its time was taken. */
async function measure(round: () => Promise<(() => Promise<void>) | undefined>): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    const afterwards = await round();
    milliseconds.push(Math.round(performance.now() - start));
    await afterwards?.();
  }
  return milliseconds;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
