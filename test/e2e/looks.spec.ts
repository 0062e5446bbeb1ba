import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { endRoutes, expectLooks, hideNotices } from './looks.ts';
import { showRunAt } from './runAt.ts';
import { askApi, cancelAllRuns, expectDone, startEmojiRun } from './support.ts';

// Pages and states as they look, of one small layout that is the same on every machine.

test.describe.configure({ mode: 'serial' });
test.use({ contextOptions: { reducedMotion: 'reduce' }, colorScheme: 'dark' });

const POINTS = 200;
const ITERATIONS = 100;
let run = '';

test.beforeAll(async ({ request }) => {
  await cancelAllRuns(request);
  run = await startEmojiRun(request, { name: 'As it looks', limit: POINTS, iterations: ITERATIONS });
  await expectDone(request, run);
});

test.beforeEach(({ page }) => hideNotices(page));
test.afterEach(({ page }) => endRoutes(page));

/** In the middle of the run. */
async function storedIteration(page: Page): Promise<number> {
  const query = 'query ($id: ID!) { run(id: $id) { keyframes } }';
  const { run: stored } = await askApi<{ run: { keyframes: number[] } }>(page.request, query, { id: run });
  return stored.keyframes[Math.floor(stored.keyframes.length / 2)]!;
}

async function open(page: Page, query: string): Promise<void> {
  await page.goto(`/runs/${run}?img=dots&labels=0${query}`);
  await expect(page.locator('.disk')).toHaveAttribute('data-drawn', 'true');
  await expect(page.locator('.legend .entry').first()).toBeVisible();
}

test('a finished layout, in both themes', async ({ page }) => {
  await open(page, '');
  await expect(page.locator('[data-figure="recallAt15"] dd')).toHaveText(/0\.\d{3}/);
  await expectLooks(page, 'done');
  await page.emulateMedia({ colorScheme: 'light' });
  await expectLooks(page, 'done-light');
});

test('a stored layout of the past', async ({ page }) => {
  const query = 'query ($id: ID!) { run(id: $id) { keyframes } }';
  const { run: stored } = await askApi<{ run: { keyframes: number[] } }>(page.request, query, { id: run });
  await open(page, `&i=${stored.keyframes[1]}`);
  await expect(page.locator('.disk')).toHaveAttribute('data-iteration', String(stored.keyframes[1]));
  await expectLooks(page, 'scrubbed');
});

test('a point with its neighbors in both lists', async ({ page }) => {
  await open(page, '&p=7');
  await expect(page.getByTestId('inspector').locator('li')).toHaveCount(30);
  await expectLooks(page, 'point');
});

test('a map colored by trust', async ({ page }) => {
  await page.goto(`/runs/${run}?img=dots&labels=0&color=recall`);
  await expect(page.getByTestId('scale')).toContainText('Share of the 15 nearest');
  await expectLooks(page, 'trust');
});

test('a selection, explained', async ({ page }) => {
  await open(page, '&q=radius%3C1');
  await page.getByRole('combobox', { name: 'Search and filter points' }).press('Enter');
  await page.getByRole('tab', { name: 'Explain' }).click();
  await expect(page.getByTestId('sheet').getByRole('table')).toBeVisible();
  await expectLooks(page, 'selection');
});

test('the page of a run on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '');
  await expectLooks(page, 'phone');
});

test('no runs yet', async ({ page }) => {
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('runs(')) return route.continue();
    const response = await route.fetch();
    const answer = (await response.json()) as { data: { runs: { nodes: unknown[]; totalCount: number } } };
    Object.assign(answer.data.runs, { nodes: [], totalCount: 0 });
    return route.fulfill({ response, json: answer });
  });
  await page.goto('/runs');
  await expect(page.getByRole('heading', { name: 'No runs yet' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Choose a folder' })).toBeVisible();
  await expectLooks(page, 'empty');
});

test('the list of keys', async ({ page }) => {
  await open(page, '');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await expectLooks(page, 'keys');
});

test('no WebGL 2', async ({ page }) => {
  await page.addInitScript(() => {
    const original = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return kind === 'webgl2' ? null : Reflect.apply(original, this, [kind, ...rest]);
    } as typeof original;
  });
  await page.goto(`/runs/${run}`);
  const picture = page.getByAltText('Layout of the run on the disk');
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await expect(page.getByTestId('sheet')).toBeVisible();
  await expect(page.locator('.legend .entry').first()).toBeVisible();
  await expectLooks(page, 'no-webgl');
});

test('a run that reads its images', async ({ page }) => {
  const pace = { ratePerSecond: 250, etaSeconds: 4 };
  const stage = { name: 'Embedding with nano', done: 120, total: POINTS, unit: 'images', ...pace };
  await showRunAt(page, run, { status: 'EXTRACTING', stage, iteration: null });
  await page.goto(`/runs/${run}?img=dots&labels=0`);
  await expect(page.locator('[data-stage="EXTRACTING"]')).toContainText('120 of 200 images');
  await expect(page.locator('.legend .entry').first()).toBeVisible();
  await expectLooks(page, 'extracting');
});

test('a run that moves, one that is paused, and the thumb of the scrubber at their iteration', async ({ page }) => {
  const iteration = await storedIteration(page);
  const stage = { name: 'Optimizing the layout', done: iteration, total: ITERATIONS, unit: 'iterations' };
  await showRunAt(page, run, { status: 'OPTIMIZING', stage, iteration });
  await open(page, '');
  await expect(page.locator('.disk')).toHaveAttribute('data-iteration', String(iteration));
  await expect(page.getByRole('slider', { name: 'Stored layout' })).toHaveValue(String(iteration));
  await expect(page.locator('[data-figure="liveRecall"]')).toHaveText(/0\.\d{3}/);
  await expectLooks(page, 'live');

  await page.unrouteAll();
  await showRunAt(page, run, { status: 'PAUSED', stage, iteration });
  await open(page, '');
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await expectLooks(page, 'paused');
});

test('a run that moves on while its past is looked at, on a slow connection', async ({ page }) => {
  const iteration = await storedIteration(page);
  const stage = { name: 'Optimizing the layout', done: iteration, total: ITERATIONS, unit: 'iterations' };
  await showRunAt(page, run, { status: 'OPTIMIZING', stage, iteration, skippedFrames: 31 });
  await open(page, '&i=0');
  await expect(page.getByText(`The run continues, ${iteration} iterations ahead`)).toBeVisible();
  await expect(page.getByText('Slow connection: 31 frames skipped')).toBeVisible();
  await expectLooks(page, 'behind');
});

test('a run that moves, of which nothing more is heard', async ({ page }) => {
  const iteration = await storedIteration(page);
  const stage = { name: 'Optimizing the layout', done: iteration, total: ITERATIONS, unit: 'iterations' };
  const { cutOff } = await showRunAt(page, run, { status: 'OPTIMIZING', stage, iteration });
  await open(page, '');
  await expect(page.locator('[data-figure="liveRecall"]')).toHaveText(/0\.\d{3}/);
  await cutOff();
  await expect(page.getByText('Connection lost. The disk shows what arrived last')).toBeVisible();
  await expect(page.locator('.disk')).toHaveAttribute('data-iteration', String(iteration));
  await expectLooks(page, 'lost');
});

test('a comparison, and on a phone with its choices opened', async ({ page, request }) => {
  const other = await startEmojiRun(request, { name: 'Another seed', limit: POINTS, iterations: ITERATIONS, seed: 2 });
  await expectDone(request, other);
  await page.goto(`/compare/${run}/${other}`);
  await expect(page.getByText('Neighborhoods kept')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Changed most' }).getByRole('button').first()).toBeVisible();
  await expectLooks(page, 'compare');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'View', exact: true }).click();
  await expectLooks(page, 'compare-phone');
});
