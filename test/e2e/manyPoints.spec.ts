import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { encodeNpyHeader } from '../../server/formats/npyEncode.ts';
import { Random } from '../../server/geometry/random.ts';
import { readDisk } from './support.ts';

// 60,000 points are optimized while a browser watches. Minutes on a small machine, hence only where E2E_MANY is set.

const POINTS = 60_000;
const DIMENSION = 8;
const CLASSES = 10;
let home: string;
let server: ChildProcess;
let origin: string;

test.skip(process.env.E2E_MANY === undefined, 'E2E_MANY is not set');

/** The command line of a store of these tests alone. */
function circleLimit(...words: string[]): [string, string[], object] {
  const env = { ...process.env, CIRCLE_LIMIT_HOME: home, LOG_LEVEL: 'warn' };
  return [process.execPath, ['dist/server/cli/main.js', ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] }];
}

/** Gaussian clouds around the corners of a simplex. @returns the id of the embedding set */
async function importClouds(): Promise<string> {
  const random = new Random(1);
  const values = Float32Array.from({ length: POINTS * DIMENSION }, () => random.normal());
  const centers = Float32Array.from({ length: CLASSES * DIMENSION }, () => 4 * random.normal());
  for (let i = 0; i < values.length; i++) {
    const [point, axis] = [Math.floor(i / DIMENSION), i % DIMENSION];
    values[i]! += centers[(point % CLASSES) * DIMENSION + axis]!;
  }
  const codes = Int32Array.from({ length: POINTS }, (_, point) => point % CLASSES);
  const write = async (name: string, type: string, shape: number[], array: Float32Array | Int32Array) => {
    const file = join(home, name);
    await writeFile(file, Buffer.concat([encodeNpyHeader(type, shape), new Uint8Array(array.buffer)]));
    return file;
  };
  const vectors = await write('vectors.npy', '<f4', [POINTS, DIMENSION], values);
  const labels = await write('labels.npy', '<i4', [POINTS], codes);
  const told = execFileSync(...circleLimit('import', vectors, '--labels', labels, '--name', 'clouds', '--json'));
  return (JSON.parse(String(told)) as { embeddingSetId: string }).embeddingSetId;
}

async function startServer(): Promise<string> {
  server = spawn(...circleLimit('serve', '--port', '0'));
  for await (const line of createInterface({ input: server.stdout! })) {
    const address = /http:\S+/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error('the server ended before it listened');
}

test.beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'circle-limit-many-'));
});

test.afterAll(async () => {
  server.kill();
  await once(server, 'exit');
  await rm(home, { recursive: true });
});

const iterationOf = async (page: Page): Promise<number> =>
  Number(await page.locator('.disk').getAttribute('data-iteration'));

test('60,000 points move while they are optimized', async ({ page }) => {
  test.setTimeout(600_000);
  const embeddingSetId = await importClouds();
  origin = await startServer();
  await expect.poll(async () => (await page.request.get(`${origin}/readyz`)).ok()).toBe(true);
  const mutation = 'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }';
  const input = { embeddingSetId, name: 'Many', iterations: 100_000, perplexity: 10 };
  const answer = await page.request.post(`${origin}/graphql`, { data: { query: mutation, variables: { input } } });
  const { data } = (await answer.json()) as { data: { startRun: { id: string } } };
  await page.goto(`${origin}/runs/${data.startRun.id}`);
  const disk = page.locator('.disk');
  await expect(disk).toHaveAttribute('data-point-count', String(POINTS), { timeout: 300_000 });
  await expect(disk).toHaveAttribute('data-drawn', 'true');
  const before = await readDisk(page);
  // They start close together.
  expect(before.colored).toBeGreaterThan(0);
  const iteration = await iterationOf(page);
  await expect.poll(() => iterationOf(page), { timeout: 120_000 }).toBeGreaterThan(iteration + 10);
  await expect
    .poll(async () => (await readDisk(page)).colored, { timeout: 120_000 })
    .toBeGreaterThan(5 * before.colored);
  // The page is answered in between: the class that the legend hides is gone.
  const colored = (await readDisk(page)).colored;
  await page.locator('.legend .entry').first().click();
  await expect.poll(async () => (await readDisk(page)).colored).not.toBe(colored);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.locator('.run-header[data-run-status="PAUSED"]')).toBeVisible({ timeout: 60_000 });
});
