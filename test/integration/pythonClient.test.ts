import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';
import { homeWithEmoji } from '../support/homeWithEmoji.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { TestServer, WATCH_RUN } from '../support/testServer.ts';

const execute = promisify(execFile);
const POINTS = 40;
const MOST_LINES = 10;

/** Where Python finds `gql`: already, or in a folder that pip fills; null with the reason where neither works. */
async function findGql(): Promise<{ readonly path: string } | { readonly missing: string }> {
  const has = (path: string): Promise<boolean> =>
    execute('python3', ['-c', 'import numpy; import gql.transport.requests'], { env: pythonEnvironment(path) }).then(
      () => true,
      () => false,
    );
  if (await has('')) return { path: '' };
  const folder = await temporaryFolder();
  const install = ['-m', 'pip', 'install', '--quiet', '--retries', '0', '--timeout', '5', '--target', folder];
  const failure = await execute('python3', [...install, 'gql[requests]']).then(
    () => null,
    (error: unknown) => error,
  );
  if (failure === null && (await has(folder))) return { path: folder };
  return { missing: failure === null ? 'NumPy is not here' : 'pip cannot install gql here' };
}

function pythonEnvironment(path: string): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONPATH: path };
}

/** The block of a page that imports gql. */
async function gqlBlock(page: string): Promise<string> {
  const text = await readFile(join(packageRoot, page), 'utf8');
  const blocks = [...text.matchAll(/```python\n([^]*?)```/g)].map(([, code]) => code);
  return blocks.find((code) => code.includes('from gql import'))!;
}

const gql = await findGql();
const suffix = 'missing' in gql ? ` (NOT RUN: ${gql.missing})` : '';

describe('Python with gql, as README shows it', () => {
  let server: TestServer;
  let code: string;
  beforeAll(async () => {
    server = await TestServer.start(await homeWithEmoji(join(await temporaryFolder(), 'home')));
    await server.running.ready;
    code = await gqlBlock('README.md');
    const { data } = await server.ask('mutation ($input: StartRunInput!) { startRun(input: $input) { id } }', {
      input: { dataset: 'emoji', model: 'nano', name: 'From Python', limit: POINTS, iterations: 10, perplexity: 5 },
    });
    const { id } = (data as { startRun: { id: string } }).startRun;
    for await (const { data: news } of server.subscribe<{ runProgress: { run: { status: string } } }>(WATCH_RUN, {
      id,
    })) {
      if (news?.runProgress.run.status === 'DONE') break;
    }
  });
  afterAll(() => server.close());

  it('is the same in the guide, and no longer than ten lines', async () => {
    expect(await gqlBlock('docs/guides/python.md')).toBe(code);
    expect(code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(MOST_LINES);
  });

  it('asks what the server answers: the layout as base64 of little-endian floats', async () => {
    const { data } = await server.ask(/gql\("(.*)"\)/.exec(code)![1], {});
    const [run] = (data as { runs: { nodes: { name: string; layout: { coordinates: string } }[] } }).runs.nodes;
    expect(run.name).toBe('From Python');
    const bytes = Buffer.from(run.layout.coordinates, 'base64');
    expect(bytes.length).toBe(POINTS * 2 * 4);
    for (let i = 0; i < POINTS * 2; i++) expect(Math.abs(bytes.readFloatLE(4 * i))).toBeLessThan(1);
  });

  it.skipIf('missing' in gql)(`reads the layout into NumPy${suffix}`, async () => {
    const own = code.replace('http://127.0.0.1:4000', server.url);
    const env = pythonEnvironment('path' in gql ? gql.path : '');
    const { stdout } = await execute('python3', ['-c', own], { env });
    expect(stdout.trim()).toBe(`From Python (${POINTS}, 2) True`);
  });
});
