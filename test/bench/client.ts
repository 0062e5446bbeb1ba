import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { createServer } from 'vite';
import { packageRoot } from '../../server/paths.ts';
import type { PageFigures } from './client/page.ts';

// The dashboard in Chromium: drawing at four sizes beside deck.gl's ScatterplotLayer, and the time to the first disk.

/** BENCH_SIZES and BENCH_MS choose other sizes and times, such as 60000 and 600000 for the heap over ten minutes. */
const SIZES = (process.env.BENCH_SIZES ?? '10000,60000,250000,1000000').split(',').map(Number);
const MEASURE_MS = Number(process.env.BENCH_MS ?? 4000);
const PORT = Number(process.env.E2E_PORT ?? 4174);
const FIRST_DISK_POINTS = Number(process.env.BENCH_POINTS ?? 6000);
const GRAPHICS = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** Measures and prints. @returns what is written as JSON */
export async function run(): Promise<unknown> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', ...GRAPHICS, '--enable-precise-memory-info', '--disable-quic'],
  });
  try {
    const drawing = await measureDrawing(browser);
    const initial = await initialJavaScript();
    console.log(`initial JavaScript of the run page: ${(initial / 1024).toFixed(0)} kB gzip`);
    const firstDisk = await measureFirstDisk(browser);
    console.log(
      `first disk after navigation, ${firstDisk.points} points: ${firstDisk.milliseconds.map((one) => one.toFixed(0)).join(', ')} ms; ${(firstDisk.bytes / 1e6).toFixed(2)} MB loaded`,
    );
    return { drawing, initialJavaScriptBytes: initial, firstDisk };
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
      page.setDefaultTimeout(300_000 + 5 * MEASURE_MS);
      await page.exposeFunction('scriptMilliseconds', await scriptClock(page));
      await page.goto(`${address}test/bench/client/index.html`);
      await page.waitForSelector('body[data-ready]', { state: 'attached' });
      const figures: PageFigures = await page.evaluate(
        ([count, ms]) => window.measureDrawing(count!, ms!),
        [size, MEASURE_MS],
      );
      await page.close();
      const { live, panning, pictures, scatterplotLive } = figures;
      const ratio = live.fps / scatterplotLive.fps;
      const cells = [live.fps, live.jsMs, panning.fps, panning.jsMs, pictures.fps, scatterplotLive.fps];
      console.log(
        `${String(size).padEnd(10)}${[...cells, scatterplotLive.jsMs, ratio].map((cell) => cell.toFixed(2).padStart(10)).join('')}`,
      );
      if (figures.heapGrowth !== null) {
        console.log(
          `          heap after ${MEASURE_MS / 1000} s live: ${(figures.heapGrowth / 1e6).toFixed(2)} MB more`,
        );
      }
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

/** Sum of the gzip sizes of the scripts that the page of a run loads at once. */
async function initialJavaScript(): Promise<number> {
  const folder = join(packageRoot, 'dist/client/assets');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js') && !name.includes('worker'));
  const pages = /^(Runs|Datasets?|Models|Compare|Shared|NotFound|Home)Page/;
  let bytes = 0;
  for (const name of names) if (!pages.test(name)) bytes += gzipSync(await readFile(join(folder, name))).length;
  return bytes;
}

async function measureFirstDisk(browser: Browser): Promise<{ points: number; milliseconds: number[]; bytes: number }> {
  const home = await mkdtemp(join(tmpdir(), 'circle-limit-bench-'));
  const server = spawn(process.execPath, ['dist/server/cli/main.js', 'serve', '--port', String(PORT)], {
    cwd: packageRoot,
    env: { ...process.env, CIRCLE_LIMIT_HOME: home, LOG_LEVEL: 'error' },
    stdio: 'ignore',
  });
  const base = `http://127.0.0.1:${PORT}`;
  try {
    const { id, pointCount } = await finishedRun(base);
    const milliseconds: number[] = [];
    let bytes = 0;
    for (let visit = 0; visit < 3; visit++) {
      const page = await browser.newPage();
      page.on('response', (response) => {
        void response
          .request()
          .sizes()
          .then(
            ({ responseBodySize }) => (bytes += visit === 0 ? responseBodySize : 0),
            () => undefined,
          );
      });
      const start = performance.now();
      await page.goto(`${base}/runs/${id}?img=dots`);
      await page.waitForSelector('.disk[data-frame-count]:not([data-frame-count="0"])');
      milliseconds.push(performance.now() - start);
      await page.waitForLoadState('networkidle');
      await page.close();
    }
    return { points: pointCount, milliseconds, bytes };
  } finally {
    server.kill();
    await once(server, 'exit');
    await rm(home, { recursive: true, force: true });
  }
}

/** Lays out a part of CIFAR-10 or, without it, of the emoji. */
async function finishedRun(base: string): Promise<{ id: string; pointCount: number }> {
  const ask = async <T>(query: string, variables: object = {}): Promise<T> => {
    const response = await fetch(`${base}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return ((await response.json()) as { data: T }).data;
  };
  const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 250));
  while (
    !(await fetch(`${base}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    ))
  )
    await pause();
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
