import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { expectLooks, hideNotices } from './looks.ts';
import { askApi, cancelAllRuns, expectDone, startEmojiRun } from './support.ts';

// Pages and states as they look, of one small layout that is the same on every machine.

test.describe.configure({ mode: 'serial' });
test.use({ contextOptions: { reducedMotion: 'reduce' }, colorScheme: 'dark' });

const POINTS = 200;
let run = '';

test.beforeAll(async ({ request }) => {
  await cancelAllRuns(request);
  run = await startEmojiRun(request, { name: 'As it looks', limit: POINTS, iterations: 100 });
  await expectDone(request, run);
});

test.beforeEach(({ page }) => hideNotices(page));

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
