import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import type { APIRequestContext, Page } from '@playwright/test';
import { askApi, expectDone } from './support.ts';

// Comparisons are in their address as they are seen, and a link opens exactly that. The runs are of imported vectors,
// whose points have no pictures.

test.describe.configure({ mode: 'serial' });

const POINTS = 60;
let server: ChildProcess;
let request: APIRequestContext;
let origin: string;
let home: string;
let runs: string[];

/** The command line of a store of these tests alone. */
function circleLimit(...words: string[]): [string, string[], object] {
  const env = { ...process.env, CIRCLE_LIMIT_HOME: home, LOG_LEVEL: 'warn' };
  return [process.execPath, ['dist/server/cli/main.js', ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] }];
}

/** @returns the id of the embedding set */
async function importVectors(): Promise<string> {
  const rows = Array.from({ length: POINTS }, (_, row) => Array.from({ length: 8 }, (_, at) => Math.sin(row * 8 + at)));
  const vectors = join(home, 'vectors.csv');
  const labels = join(home, 'labels.csv');
  await writeFile(vectors, rows.map((row) => row.join(',')).join('\n'));
  await writeFile(labels, ['label', ...rows.map((_, row) => `class ${row % 4}`)].join('\n'));
  const told = execFileSync(...circleLimit('import', vectors, '--labels', labels, '--name', 'sines', '--json'));
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

async function startRun(embeddingSetId: string, seed: number): Promise<string> {
  const input = { embeddingSetId, name: `Seed ${seed}`, seed, iterations: 20 };
  const query = 'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }';
  return (await askApi<{ startRun: { id: string } }>(request, query, { input })).startRun.id;
}

test.beforeAll(async ({ playwright }) => {
  home = await mkdtemp(join(tmpdir(), 'circle-limit-compare-'));
  const embeddingSetId = await importVectors();
  origin = await startServer();
  request = await playwright.request.newContext({ baseURL: origin });
  await expect.poll(async () => (await request.get('/readyz')).ok()).toBe(true);
  runs = [];
  for (const seed of [1, 2, 3]) runs.push(await startRun(embeddingSetId, seed));
  for (const id of runs) await expectDone(request, id);
});

test.afterAll(async () => {
  await request.dispose();
  server.kill();
  await once(server, 'exit');
  await rm(home, { recursive: true });
});

async function expectDisks(page: Page, count: number): Promise<void> {
  await expect(page.locator('.disk')).toHaveCount(count);
  for (const disk of await page.locator('.disk').all()) {
    await expect(disk).toHaveAttribute('data-point-count', String(POINTS));
  }
}

/** What is chosen on the page of a comparison. */
async function seen(page: Page): Promise<object> {
  const pressed = (group: string): Promise<string> =>
    page.getByRole('group', { name: group }).locator('[aria-pressed="true"]').innerText();
  return {
    fit: await pressed('Alignment'),
    color: await pressed('Color'),
    morph: await page.getByRole('slider', { name: 'Morph to the places in A' }).inputValue(),
    trails: await page.getByLabel('Trails').isChecked(),
    pair: await page.getByLabel('Changes between').inputValue(),
    changed: await page.getByRole('region', { name: 'Changed most' }).getByRole('listitem').allInnerTexts(),
    point: await page.locator('.disk').first().getAttribute('data-selected'),
  };
}

test('a comparison is in its address, and a link opens it as it was seen', async ({ page, browser }) => {
  const pictures: string[] = [];
  page.on('request', (request) => request.url().includes('/images/') && pictures.push(request.url()));
  await page.goto(`${origin}/compare/${runs.join('/')}?sel=1.1.1.1.1.1.1.1`);
  await expectDisks(page, 3);
  await expect(page.getByText('8 selected')).toBeVisible();
  await page.getByRole('button', { name: 'Fit on selection' }).click();
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByRole('slider', { name: 'Morph to the places in A' }).fill('0.4');
  await page.getByLabel('Trails').uncheck();
  const changed = page.getByRole('region', { name: 'Changed most' });
  const ofAll = await changed.getByRole('listitem').allInnerTexts();
  await page.getByLabel('Changes between').selectOption({ label: 'A and C' });
  await expect.poll(() => changed.getByRole('listitem').allInnerTexts()).not.toEqual(ofAll);
  await changed.getByRole('button').first().click();
  await expect(page).toHaveURL((url) =>
    ['sel', 'fit', 'color', 'morph', 'trails', 'pair', 'p'].every((key) => url.searchParams.has(key)),
  );
  const before = await seen(page);
  expect(before).toMatchObject({ fit: 'Fit on selection', color: 'Change', morph: '0.4', trails: false, pair: 'C' });
  await expect(changed.getByText(/^class \d$/).first()).toBeVisible();
  expect(pictures).toEqual([]);

  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.getByRole('dialog').getByLabel('Link', { exact: true }).inputValue();
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(link);
  await expectDisks(guest, 3);
  await expect(guest.getByText('8 selected')).toBeVisible();
  await expect.poll(() => seen(guest)).toEqual(before);
  // The key that makes B the first layout elsewhere does nothing on a view that was shared.
  await guest.keyboard.press('x');
  await expect(guest).toHaveURL(/\/s\//);
  await expect.poll(() => seen(guest)).toEqual(before);
  await guest.context().close();

  const { run } = await askApi<{ run: { shareLinks: { viewState: string; lastUsedAt: string | null }[] } }>(
    request,
    'query ($id: ID!) { run(id: $id) { shareLinks { viewState lastUsedAt } } }',
    { id: runs[0] },
  );
  expect(Object.fromEntries(new URLSearchParams(run.shareLinks[0]!.viewState))).toMatchObject({
    sel: '1.1.1.1.1.1.1.1',
  });
  expect(run.shareLinks[0]!.lastUsedAt).not.toBeNull();
});

test('what is seen stays when the first two layouts change places', async ({ page }) => {
  await page.goto(`${origin}/compare/${runs[0]}/${runs[1]}?color=change&morph=0.3`);
  await expectDisks(page, 2);
  await expect(page.getByText('Neighbors that differ')).toBeVisible();
  await page.keyboard.press('x');
  await expect(page).toHaveURL(new RegExp(`/compare/${runs[1]}/${runs[0]}\\?`));
  await expect(page.getByText('Neighbors that differ')).toBeVisible();
  await expect(page.getByRole('slider', { name: 'Morph to the places in A' })).toHaveValue('0.3');
});

test('the lasso selects on all disks, and points without images are called vectors', async ({ page }) => {
  const warnings: string[] = [];
  page.on('console', (message) => message.text().includes('INVALID_OPERATION') && warnings.push(message.text()));
  await page.goto(`${origin}/compare/${runs.join('/')}`);
  await expectDisks(page, 3);
  await expect(page.getByText('Vectors that match')).toHaveCount(2);
  await expect(page.getByText('60 of 60')).toHaveCount(2);
  const fit = page.getByRole('button', { name: 'Fit on selection' });
  await expect(fit).toBeDisabled();
  await page.getByRole('button', { name: 'Lasso' }).click();
  const box = (await page.locator('.disk').nth(1).boundingBox())!;
  const at = (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(0.05, 0.1));
  await page.mouse.down();
  for (const corner of [at(0.95, 0.1), at(0.95, 0.98), at(0.05, 0.98)]) await page.mouse.move(...corner, { steps: 3 });
  await page.mouse.up();
  await expect(page.getByText(`${POINTS} selected`)).toBeVisible();
  await fit.click();
  await expect(page).toHaveURL(/fit=/);
  expect(warnings).toEqual([]);

  const replay = await (await request.get(`/exports/${runs[0]}/replay.html`)).body();
  const file = join(home, 'replay.html');
  await writeFile(file, replay);
  await page.goto(pathToFileURL(file).href);
  await expect(page.getByText('Places are rounded')).toBeVisible();
  await expect(page.getByText('pictures')).toHaveCount(0);
});
