import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';
import { findDebian13 } from '../support/debian13.ts';
import { homeWithEmoji } from '../support/homeWithEmoji.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { TestServer, WATCH_RUN } from '../support/testServer.ts';

const execute = promisify(execFile);
const POINTS = 40;
const MOST_LINES = 10;

/** A Python that has NumPy and gql: this machine's, that of the Debian 13 of the tests, or with a folder that pip fills. */
interface Python {
  readonly command: readonly string[];
  readonly path: string;
}

/** Or the reason why there is none. */
async function findPython(): Promise<Python | string> {
  const own = { command: ['python3'], path: '' };
  if (await hasGql(own)) return own;
  const system = findDebian13();
  const guest = { command: ['chroot', system ?? '', 'python3'], path: '' };
  if (system !== null && (await hasGql(guest))) return guest;
  const path = await temporaryFolder();
  const install = ['-m', 'pip', 'install', '--quiet', '--retries', '0', '--timeout', '5', '--target', path];
  await execute('python3', [...install, 'gql[requests]']).catch(() => undefined);
  return (await hasGql({ ...own, path }))
    ? { ...own, path }
    : 'neither test/support/debian13.sh nor pip provides gql here';
}

function runPython({ command: [program, ...options], path }: Python, code: string): Promise<{ stdout: string }> {
  return execute(program, [...options, '-c', code], { env: { ...process.env, PYTHONPATH: path } });
}

function hasGql(python: Python): Promise<boolean> {
  return runPython(python, 'import numpy; import gql.transport.requests').then(
    () => true,
    () => false,
  );
}

/** The block of a page that imports gql. */
async function gqlBlock(page: string): Promise<string> {
  const text = await readFile(join(packageRoot, page), 'utf8');
  const blocks = [...text.matchAll(/```python\n([^]*?)```/g)].map(([, code]) => code);
  return blocks.find((code) => code.includes('from gql import'))!;
}

const python = await findPython();
const suffix = typeof python === 'string' ? ` (NOT RUN: ${python})` : '';

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

  it.skipIf(typeof python === 'string')(`reads the layout into NumPy${suffix}`, async () => {
    const { stdout } = await runPython(python as Python, code.replace('http://127.0.0.1:4000', server.url));
    expect(stdout.trim()).toBe(`From Python (${POINTS}, 2) True`);
  });
});
