import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from '@playwright/test';
import express from 'express';
import { build } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { homeWithEmoji } from '../support/homeWithEmoji.ts';
import { installPackage } from '../support/installPackage.ts';
import { runCli } from '../support/runCli.ts';
import { CHROMIUM } from '../support/chromium.ts';
import { compileConsumer } from '../support/compileConsumer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const execute = promisify(execFile);

/** What another program may write against the package; only the compiler reads it. */
const CONSUMER = `
  import { readConfig, startServer, type RunningServer } from 'circle-limit';
  import { CircleLimitClient, UnreachableServerError, type RunStateFragment } from 'circle-limit/client';
  import { geodesicDistance, mobiusAdd, type DiskPoint } from 'circle-limit/geometry';
  import {
    createProjectionEngine, DEFAULT_PROJECTION_PARAMETERS, findNearestNeighbors, neighborCountFor,
    type ProjectionEngine,
  } from 'circle-limit/projection';
  import { BrowserLayout } from 'circle-limit/projection/browser';

  const middle: DiskPoint = mobiusAdd({ x: 0.1, y: 0 }, { x: 0.2, y: 0 });
  const rows = 40;
  const values = Float32Array.from({ length: rows * 4 }, (_, i) => Math.sin(i * i) + 2);
  const vectors = { rows, dimension: 4, values };
  const parameters = { ...DEFAULT_PROJECTION_PARAMETERS, iterations: 20, perplexity: 5 };
  const k = neighborCountFor(parameters.perplexity, rows);
  const graph = await findNearestNeighbors(vectors, { k, metric: 'cosine', threads: 1 });
  const engine: ProjectionEngine = await createProjectionEngine({ vectors, graph, parameters, threads: 1 });
  await engine.step(20);
  const layout: Float64Array = engine.positions();
  await engine.dispose();
  const serving: (home: string) => Promise<RunningServer> = (home) =>
    startServer(readConfig({ PORT: '0', CIRCLE_LIMIT_HOME: home }), { firstRun: false });
  const client = new CircleLimitClient({ url: 'http://127.0.0.1:9' });
  const run: Promise<RunStateFragment> = client.run('run_none');
  const unreachable = await run.then(() => false, (error: unknown) => error instanceof UnreachableServerError);
  console.log(JSON.stringify({
    unreachable,
    distance: geodesicDistance({ x: 0, y: 0 }, middle),
    points: layout.length / 2,
    inside: layout.every((coordinate) => Math.abs(coordinate) < 1),
    serving: typeof serving,
  }));
  // The engine for a page is typed under a name of its own too.
  const inPage: (module: WebAssembly.Module, input: ConstructorParameters<typeof BrowserLayout>[1]) => Float64Array =
    (module, input) => new BrowserLayout(module, input).positions();
  void inPage;
  // @ts-expect-error a distance is between two points
  const wrong = (): number => geodesicDistance(middle);
  void wrong;
`;

/** A page of somebody, in which the layout engine computes. */
const PAGE = `
  import {
    BrowserLayout, compileKernels, DEFAULT_PROJECTION_PARAMETERS, findPlainNeighbors, neighborCountFor,
  } from 'circle-limit/projection';
  import { geodesicDistance } from 'circle-limit/geometry';

  const rows = 60;
  // Two groups that point into opposite directions.
  const values = Float32Array.from({ length: rows * 3 }, (_, i) => (i < rows * 1.5 ? 1 : -1) + 0.3 * Math.sin(i * i));
  const vectors = { rows, dimension: 3, values };
  const parameters = { ...DEFAULT_PROJECTION_PARAMETERS, iterations: 150, perplexity: 5 };
  const graph = findPlainNeighbors(vectors, { k: neighborCountFor(5, rows), metric: 'cosine' });
  const layout = new BrowserLayout(await compileKernels(), { vectors, graph, parameters });
  const statistics = layout.step(parameters.iterations);
  const xy = layout.positions();
  const point = (row) => ({ x: xy[2 * row], y: xy[2 * row + 1] });
  const mean = (others) => others.reduce((sum, row) => sum + geodesicDistance(point(0), point(row)), 0) / others.length;
  const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);
  document.title = JSON.stringify({
    iterations: statistics.length,
    points: xy.length / 2,
    near: mean(range(1, 30)),
    far: mean(range(30, 60)),
  });
`;

/** Serves the files of a folder as a page that is isolated from others, which shared memory needs. */
async function serveIsolated(folder: string): Promise<{ address: string; close: () => void }> {
  const app = express();
  app.use((_, response, next) => {
    response.set({ 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' });
    next();
  });
  app.use(express.static(folder));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return { address: `http://127.0.0.1:${port}`, close: () => server.close() };
}

describe('The package, installed from its tarball into an empty folder', () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  const inPackage = (name: string): string => join(folder, 'node_modules/circle-limit', name);

  beforeAll(async () => {
    folder = await temporaryFolder();
    const home = await homeWithEmoji(join(folder, 'home'));
    environment = { ...process.env, NODE_OPTIONS: '', CIRCLE_LIMIT_HOME: home, CIFAR10_DIR: '' };
    await installPackage(folder);
  }, 300_000);

  const command = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    execute(join(folder, 'node_modules/.bin/circle-limit'), args, { cwd: folder, env: environment });

  it('has what the product needs, and neither sources nor tests', async () => {
    expect((await readdir(inPackage(''))).sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist',
      'models',
      'npm-shrinkwrap.json',
      'package.json',
      'prisma',
      'schema.graphql',
    ]);
  });

  it('has the same commands as the checkout', async () => {
    expect((await command('--help')).stdout).toBe((await runCli(['--help'])).stdout);
  });

  it('embeds images and lays them out, and answers neighbors', async () => {
    await command(
      'run',
      '--dataset',
      'emoji',
      '--limit',
      '40',
      '--iterations',
      '30',
      '--perplexity',
      '8',
      '--out',
      'disk',
    );
    expect(await readdir(join(folder, 'disk'))).toContain('layout.svg');
    const { stdout } = await command('neighbors', 'disk', '--point', '3', '--k', '4', '--json');
    expect((JSON.parse(stdout) as { neighbors: unknown[] }).neighbors).toHaveLength(4);
  });

  it('is found sound by its own doctor', async () => {
    const { stdout } = await command('doctor', '--json');
    const { findings } = JSON.parse(stdout) as { findings: { verdict: string }[] };
    expect(findings.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
  });

  it('serves the dashboard, the API and a store', async () => {
    const server = spawn(join(folder, 'node_modules/.bin/circle-limit'), ['serve', '--port', '0'], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(server.stdout, 'data')) as [Buffer];
      const address = /http:\S+/.exec(line.toString())![0];
      expect(await (await fetch(address)).text()).toContain('<div id="app">');
      await expect
        .poll(async () => (await fetch(`${address}/readyz`)).status, { timeout: 60_000, interval: 200 })
        .toBe(200);
      const query = encodeURIComponent('{ models { name available } }');
      const response = await fetch(`${address}/graphql?query=${query}`, {
        headers: { 'apollo-require-preflight': '1' },
      });
      expect(await response.json()).toMatchObject({
        data: { models: expect.arrayContaining([{ name: 'nano', available: true }]) as unknown },
      });
      // The first run, which it starts by itself.
      const runs = async () => {
        const about = `${address}/graphql?query=${encodeURIComponent('{ runs { nodes { datasetName } } }')}`;
        return (await fetch(about, { headers: { 'apollo-require-preflight': '1' } })).text();
      };
      await expect.poll(runs, { timeout: 60_000, interval: 200 }).toContain('"datasetName":"emoji"');
    } finally {
      server.kill('SIGTERM');
      await once(server, 'close');
    }
  });

  it('is imported as typed modules, which the compiler checks', async () => {
    expect(await compileConsumer(folder, CONSUMER)).toBe('');
    const { stdout } = await execute(process.execPath, ['consumer.js'], { cwd: folder, env: environment });
    expect(JSON.parse(stdout)).toEqual({
      unreachable: true,
      distance: expect.closeTo(2 * Math.atanh(0.1) + 2 * Math.atanh(0.2), 12) as unknown,
      points: 40,
      inside: true,
      serving: 'function',
    });
  });

  it('lays out in a browser: a bundler finds the engine and its kernels by the name that Node uses', async () => {
    await writeFile(join(folder, 'index.html'), '<!doctype html><script type="module" src="./page.js"></script>');
    await writeFile(join(folder, 'page.js'), PAGE);
    const options = { outDir: 'page', target: 'es2022' };
    await build({ root: folder, configFile: false, logLevel: 'error', build: options });
    const site = await serveIsolated(join(folder, 'page'));
    const browser = await chromium.launch(CHROMIUM);
    try {
      const page = await browser.newPage();
      const failures: Error[] = [];
      page.on('pageerror', (error) => failures.push(error));
      await page.goto(site.address);
      await expect.poll(() => failures.at(0)?.message ?? page.title(), { timeout: 20_000 }).toMatch(/^\{/);
      const outcome = JSON.parse(await page.title()) as Record<'iterations' | 'points' | 'near' | 'far', number>;
      expect(outcome).toMatchObject({ iterations: 150, points: 60 });
      expect(outcome.near).toBeGreaterThan(0);
      expect(outcome.far).toBeGreaterThan(2 * outcome.near);
    } finally {
      await browser.close();
      site.close();
    }
  });

  it('names a file for every entry', async () => {
    type Entry = string | { readonly [condition: string]: Entry };
    const { exports } = JSON.parse(await readFile(inPackage('package.json'), 'utf8')) as {
      exports: Record<string, Entry>;
    };
    const filesOf = (entry: Entry): string[] =>
      typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(filesOf);
    for (const entry of Object.values(exports)) {
      for (const file of filesOf(entry)) {
        expect((await readFile(inPackage(file))).length).toBeGreaterThan(0);
      }
    }
  });
});
