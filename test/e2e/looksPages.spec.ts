import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { changeAnswers, endRoutes, expectLooks, hideNotices } from './looks.ts';
import { showRunAt } from './runAt.ts';
import { askApi, cancelAllRuns, expectDone, startEmojiRun } from './support.ts';

// The pages beside that of a run, and states of a run that other specs do not look at. What other tests have made on the
// same server is left out of the answers.

test.describe.configure({ mode: 'serial' });
test.use({ contextOptions: { reducedMotion: 'reduce' }, colorScheme: 'dark' });

const POINTS = 120;
const ITERATIONS = 60;
let run = '';

test.beforeAll(async ({ request }) => {
  await cancelAllRuns(request);
  run = await startEmojiRun(request, { name: 'Of the pages', limit: POINTS, iterations: ITERATIONS });
  await expectDone(request, run);
});

test.beforeEach(({ page }) => hideNotices(page));
test.afterEach(({ page }) => endRoutes(page));

const THEN = '2026-01-02T03:04:05Z';
/** Of a run: when is not what is looked at. */
const TIMES = { createdAt: THEN, startedAt: THEN, finishedAt: '2026-01-02T03:04:09Z' };

/** The table of runs lists this one alone. */
const listRun = (page: Page): Promise<void> =>
  changeAnswers<{ runs: { nodes: { id: string }[]; totalCount: number } }>(page, 'Runs(', ({ runs }) => {
    runs.nodes = runs.nodes.filter(({ id }) => id === run).map((node) => ({ ...node, ...TIMES }));
    runs.totalCount = 1;
  });

test('the table of runs', async ({ page }) => {
  await listRun(page);
  await page.goto('/runs');
  await expect(page.getByRole('link', { name: 'Of the pages' })).toBeVisible();
  await expectLooks(page, 'runs');
  await page.getByRole('combobox', { name: 'Search and filter runs' }).fill('nothing-has-this-name');
  await expect(page.getByText('No run matches')).toBeVisible();
  await expectLooks(page, 'runs-none');
});

test('the form for a new run', async ({ page }) => {
  await listRun(page);
  await page.goto('/runs');
  await page.getByRole('button', { name: 'Start a run' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectLooks(page, 'start');
});

test('data sets, and one of them', async ({ page }) => {
  await changeAnswers<{ datasets: { name: string }[] }>(page, 'Datasets', (data) => {
    data.datasets = data.datasets.filter(({ name }) => name === 'emoji');
  });
  await changeAnswers<{ node: object }>(page, 'Dataset(', ({ node }) => {
    Object.assign(node, { createdAt: THEN, embeddingSets: [], runs: [] });
  });
  await page.goto('/datasets');
  await expectLooks(page, 'datasets');
  await page.getByRole('link', { name: /emoji/ }).click();
  await expectLooks(page, 'dataset');
});

test('models', async ({ page }) => {
  await page.goto('/models');
  await expectLooks(page, 'models');
});

test('a view that is shared', async ({ page }) => {
  await changeAnswers<{ sharedView: object }>(page, 'SharedView', ({ sharedView }) => {
    Object.assign(sharedView, { createdAt: THEN });
  });
  const { createShareLink } = await askApi<{ createShareLink: { url: string } }>(
    page.request,
    'mutation ($input: CreateShareLinkInput!) { createShareLink(input: $input) { url } }',
    { input: { runIds: [run], viewState: 'img=dots&labels=0' } },
  );
  await page.goto(createShareLink.url);
  await expect(page.locator('.disk')).toHaveAttribute('data-drawn', 'true');
  await expectLooks(page, 'shared');
});

test('a run that looks for neighbors', async ({ page }) => {
  const stage = { name: 'Finding neighbors', done: 80, total: POINTS, unit: 'images' };
  await showRunAt(page, run, { status: 'NEIGHBORS', stage, iteration: null });
  await page.goto(`/runs/${run}?img=dots&labels=0`);
  await expect(page.locator('[data-stage="NEIGHBORS"]')).toContainText('80 of 120');
  await expectLooks(page, 'neighbors');
});

test('a query that no point matches', async ({ page }) => {
  await page.goto(`/runs/${run}?img=dots&labels=0&q=radius%3E50`);
  await expect(page.locator('.disk')).toHaveAttribute('data-drawn', 'true');
  await expectLooks(page, 'nothing-matches');
});
