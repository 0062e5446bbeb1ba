import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';
import { installPackage } from '../support/installPackage.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const execute = promisify(execFile);

/** What another program may write against the package; only the compiler reads it. */
const CONSUMER = `
  import { readConfig, startServer, type RunningServer } from 'circle-limit';
  import { geodesicDistance, mobiusAdd, type DiskPoint } from 'circle-limit/geometry';
  import {
    createProjectionEngine, DEFAULT_PROJECTION_PARAMETERS, findNearestNeighbors, neighborCountFor,
    type ProjectionEngine,
  } from 'circle-limit/projection';

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
  console.log(JSON.stringify({
    distance: geodesicDistance({ x: 0, y: 0 }, middle),
    points: layout.length / 2,
    inside: layout.every((coordinate) => Math.abs(coordinate) < 1),
    serving: typeof serving,
  }));
  // @ts-expect-error a distance is between two points
  const wrong = (): number => geodesicDistance(middle);
  void wrong;
`;

describe('The package, installed from its tarball into an empty folder', () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  const inPackage = (name: string): string => join(folder, 'node_modules/circle-limit', name);

  beforeAll(async () => {
    folder = await temporaryFolder();
    environment = { ...process.env, NODE_OPTIONS: '', CIRCLE_LIMIT_HOME: join(folder, 'home'), CIFAR10_DIR: '' };
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
    } finally {
      server.kill('SIGTERM');
      await once(server, 'close');
    }
  });

  it('is imported as typed modules, which the compiler checks', async () => {
    await writeFile(join(folder, 'consumer.ts'), CONSUMER);
    const options = { module: 'nodenext', target: 'es2022', strict: true, types: [], lib: ['es2023', 'dom'] };
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['consumer.ts'] }),
    );
    const compiled = execute(process.execPath, [join(packageRoot, 'node_modules/typescript/bin/tsc')], { cwd: folder });
    expect(await compiled.catch((error: { stdout: string }) => error)).toMatchObject({ stdout: '' });
    const { stdout } = await execute(process.execPath, ['consumer.js'], { cwd: folder, env: environment });
    expect(JSON.parse(stdout)).toEqual({
      distance: expect.closeTo(2 * Math.atanh(0.1) + 2 * Math.atanh(0.2), 12) as unknown,
      points: 40,
      inside: true,
      serving: 'function',
    });
  });

  it('names a file for every entry', async () => {
    const { exports } = JSON.parse(await readFile(inPackage('package.json'), 'utf8')) as {
      exports: Record<string, string | Record<string, string>>;
    };
    for (const entry of Object.values(exports)) {
      for (const file of typeof entry === 'string' ? [entry] : Object.values(entry)) {
        expect((await readFile(inPackage(file))).length).toBeGreaterThan(0);
      }
    }
  });
});
