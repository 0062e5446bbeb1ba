import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { createServer } from 'vite';
import { packageRoot } from '../../server/paths.ts';
import { CHROMIUM } from '../support/chromium.ts';
import type { PageFigures } from './client/page.ts';

// The dashboard in Chromium: drawing at four sizes beside deck.gl's ScatterplotLayer, and the time to the first disk.

/** BENCH_SIZES and BENCH_MS choose other sizes (none: "") and times. */
const SIZES = (process.env.BENCH_SIZES ?? '10000,60000,250000,1000000').split(',').filter(Boolean).map(Number);
const MEASURE_MS = Number(process.env.BENCH_MS ?? 4000);
/** How long the points move live, after which the heap is compared. */
const LIVE_MS = Number(process.env.BENCH_LIVE_MS ?? MEASURE_MS);
const PORT = Number(process.env.E2E_PORT ?? 4174);
const FIRST_DISK_POINTS = Number(process.env.BENCH_POINTS ?? 6000);
/** The home of a server whose newest run is visited, instead of one that is made for the bench. */
const HOME = process.env.BENCH_HOME;
const VISITS = 5;
/** A server has started when this many questions in turn were answered within so many milliseconds. */
const QUICK_ANSWERS = 3;
const QUICK_MS = 25;

/** Measures and prints. @returns what is written as JSON */
export async function run(): Promise<unknown> {
  const browser = await startBrowser();
  try {
    const drawing = SIZES.length === 0 ? [] : await measureDrawing(browser);
    const firstDisk = await measureFirstDisk(browser);
    const list = (milliseconds: number[]): string => milliseconds.map((one) => one.toFixed(0)).join(', ');
    console.log(
      `first disk after navigation, ${firstDisk.points} points: ${list(firstDisk.milliseconds)} ms; by the GPU ${list(firstDisk.drawnMilliseconds)} ms; ${(firstDisk.bytes / 1e6).toFixed(2)} MB loaded`,
    );
    console.log(`initial JavaScript of the run page: ${(firstDisk.scriptBytes / 1024).toFixed(0)} kB gzip`);
    return { drawing, firstDisk };
  } finally {
    await browser.close();
  }
}

async function measureDrawing(browser: Browser): Promise<unknown[]> {
  const vite = await createServer({
    root: packageRoot,
    configFile: false,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: PORT + 11, hmr: false },
    optimizeDeps: { include: ['@deck.gl/core', '@deck.gl/layers'], entries: ['test/bench/client/index.html'] },
  });
  await vite.listen();
  const address = vite.resolvedUrls!.local[0]!;
  const rows: unknown[] = [];
  console.log(
    'points      live fps  js ms   pan fps  js ms  pictures fps   Scatterplot live fps  js ms   times as fast',
  );
  try {
    for (const size of SIZES) {
      const page = await browser.newPage({ viewport: { width: 800, height: 800 } });
      page.setDefaultTimeout(300_000 + 5 * MEASURE_MS + LIVE_MS);
      await page.exposeFunction('scriptMilliseconds', await scriptClock(page));
      await page.exposeFunction('heapBytes', await heapMeter(page));
      await page.goto(`${address}test/bench/client/index.html`);
      await page.waitForSelector('body[data-ready]', { state: 'attached' });
      const figures: PageFigures = await page.evaluate(
        ([count, ms, liveMs]) => window.measureDrawing(count!, ms!, liveMs!),
        [size, MEASURE_MS, LIVE_MS],
      );
      await page.close();
      const { live, panning, pictures, scatterplotLive } = figures;
      const ratio = live.fps / scatterplotLive.fps;
      const cells = [live.fps, live.jsMs, panning.fps, panning.jsMs, pictures.fps, scatterplotLive.fps];
      console.log(
        `${String(size).padEnd(10)}${[...cells, scatterplotLive.jsMs, ratio].map((cell) => cell.toFixed(2).padStart(10)).join('')}`,
      );
      const { heapBefore, heapGrowth } = figures;
      console.log(
        `          heap ${(heapBefore / 1e6).toFixed(2)} MB, after ${LIVE_MS / 1000} s live ${(heapGrowth / 1e6).toFixed(2)} MB more`,
      );
      rows.push({ size, ...figures, ratio });
    }
  } finally {
    await vite.close();
  }
  return rows;
}

/** Reads the processor time that scripts of the page took until now: not affected by what else the machine does. */
async function scriptClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? NaN);
  };
}

/** Reads how many bytes of the heap are in use once garbage is collected. */
async function heapMeter(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  return async () => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  };
}

/** Sum of the gzip sizes of scripts, named by their addresses. */
async function gzipBytes(addresses: Iterable<string>): Promise<number> {
  let bytes = 0;
  for (const address of addresses) {
    bytes += gzipSync(await readFile(join(packageRoot, 'dist/client', new URL(address).pathname))).length;
  }
  return bytes;
}

interface FirstDisk {
  readonly points: number;
  /** From navigation to the first points that can be seen, one a visit. */
  readonly milliseconds: number[];
  /** Until the GPU has drawn them, and everything works. */
  readonly drawnMilliseconds: number[];
  /** Everything that the first visit loads. */
  readonly bytes: number;
  /** Its scripts, by gzip. */
  readonly scriptBytes: number;
}

async function measureFirstDisk(browser: Browser): Promise<FirstDisk> {
  const home = HOME ?? (await mkdtemp(join(tmpdir(), 'circle-limit-bench-')));
  const server = spawn(process.execPath, ['dist/server/cli/main.js', 'serve', '--port', String(PORT)], {
    cwd: packageRoot,
    env: { ...process.env, CIRCLE_LIMIT_HOME: home, LOG_LEVEL: 'error' },
    stdio: 'ignore',
  });
  const base = `http://127.0.0.1:${PORT}`;
  try {
    const { id, pointCount } = await finishedRun(base);
    const milliseconds: number[] = [];
    const drawnMilliseconds: number[] = [];
    let bytes = 0;
    const scripts = new Set<string>();
    for (let visit = 0; visit < VISITS; visit++) {
      const page = await browser.newPage();
      page.on('response', (response) => {
        if (response.url().startsWith(`${base}/assets/`) && response.url().endsWith('.js')) scripts.add(response.url());
        void response
          .request()
          .sizes()
          .then(
            ({ responseBodySize }) => (bytes += visit === 0 ? responseBodySize : 0),
            () => undefined,
          );
      });
      await page.goto(`${base}/runs/${id}?img=dots`);
      const { sketched, drawn } = await firstPoints(page);
      milliseconds.push(sketched);
      drawnMilliseconds.push(drawn);
      await page.close();
    }
    return { points: pointCount, milliseconds, drawnMilliseconds, bytes, scriptBytes: await gzipBytes(scripts) };
  } finally {
    server.kill();
    await once(server, 'exit');
    if (HOME === undefined) await rm(home, { recursive: true, force: true });
  }
}

/** A browser that has shown a page: navigation is measured, not how long Chromium's own processes take to start. */
export async function startBrowser(): Promise<Browser> {
  const browser = await chromium.launch(CHROMIUM);
  const page = await browser.newPage();
  await page.setContent('<p>A page</p>');
  await page.screenshot();
  await page.close();
  return browser;
}

/**
 * Milliseconds from navigation to the first points and to those of the GPU, by the browser's clock. Whoever asks the page
 * before it is quiet puts scripts of a driver beside the page's own.
 */
export async function firstPoints(page: Page): Promise<{ sketched: number; drawn: number }> {
  await page.waitForLoadState('networkidle');
  await page.waitForSelector('.disk[data-drawn]');
  return page.evaluate(() => {
    const [sketched, drawn] = ['points sketched', 'points drawn'].map(
      (name) => performance.getEntriesByName(name)[0]!.startTime,
    );
    return { sketched: sketched!, drawn: drawn! };
  });
}

/** Waits until a server has started: until it is ready and answers at once, so that its start is not measured as well. */
export async function serverIsUp(base: string): Promise<void> {
  for (let quick = 0; quick < QUICK_ANSWERS;) {
    const start = performance.now();
    const isReady = await fetch(`${base}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    quick = isReady && performance.now() - start < QUICK_MS ? quick + 1 : 0;
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 250));
}

/** The newest run of `HOME`, or a new one of a part of CIFAR-10 or, without it, of the emoji. */
async function finishedRun(base: string): Promise<{ id: string; pointCount: number }> {
  const ask = async <T>(query: string, variables: object = {}): Promise<T> => {
    const response = await fetch(`${base}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return ((await response.json()) as { data: T }).data;
  };
  await serverIsUp(base);
  if (HOME !== undefined) {
    const { runs } = await ask<{ runs: { nodes: { id: string; pointCount: number }[] } }>(
      '{ runs(first: 1) { nodes { id pointCount } } }',
    );
    return runs.nodes[0]!;
  }
  const dataset = process.env.CIFAR10_DIR === undefined ? 'emoji' : 'cifar10';
  const limit = dataset === 'emoji' ? 1600 : FIRST_DISK_POINTS;
  const { startRun } = await ask<{ startRun: { id: string } }>(
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input: { dataset, model: 'nano', limit, iterations: 50, name: 'Bench' } },
  );
  for (;;) {
    const { run } = await ask<{ run: { id: string; status: string; pointCount: number } }>(
      'query ($id: ID!) { run(id: $id) { id status pointCount } }',
      startRun,
    );
    if (run.status === 'DONE') return run;
    if (run.status === 'FAILED') throw new Error('the run of the bench failed');
    await pause();
  }
}
