import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { askApi } from './support.ts';

// The table of runs: a sweep is started, found, sorted, grouped, compared with a baseline, tagged and put away.

test.describe.configure({ mode: 'serial' });

const SWEEP = `Table ${Date.now().toString(36)}`;

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found).toEqual([]);
}

const runRows = (page: Page) => page.locator('tr[data-run-status]');

test('a sweep is started as one group, whose runs come alive in the table', async ({ page, request }) => {
  await page.goto('/runs');
  await page.getByRole('button', { name: 'Start a sweep' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Seeds').fill('1');
  await expect(form.getByTestId('sweep-count')).toContainText('One run: give more');
  await expect(form.getByRole('button', { name: 'Start the sweep' })).toBeDisabled();
  await form.getByLabel('Seeds').fill('1-2');
  await form.getByLabel('Perplexities').fill('5, 15');
  await form.getByLabel('Images').fill('60');
  await form.getByLabel('Iterations').fill('20');
  await form.getByLabel('Name').fill(SWEEP);
  await expect(form.getByTestId('sweep-count')).toHaveText('4 runs, as one group');
  await expectAccessible(page);
  await form.getByRole('button', { name: 'Start the sweep' }).click();
  await expect(form).toHaveCount(0);
  await expect(page).toHaveURL(/group=1/);
  await expect(page.locator('tr.group')).toHaveCount(2);
  for (const opener of await page.locator('tr.group .opener').all()) await opener.click();
  await expect(runRows(page)).toHaveCount(4);
  await expect(page.locator('tr[data-run-status="DONE"]')).toHaveCount(4, { timeout: 90_000 });
  await expect(page.locator('tr.group td.recall').first()).toHaveText(/0\.\d{3} ± 0\.\d{3}/);
  await expectAccessible(page);
  const { runs } = await askApi<{ runs: { nodes: { group: string }[] } }>(
    request,
    'query ($search: String!) { runs(first: 10, filter: { search: $search }) { nodes { group } } }',
    { search: SWEEP },
  );
  expect(new Set(runs.nodes.map(({ group }) => group)).size).toBe(1);
});

test('the query line completes, columns sort, and settings that do not differ go away', async ({ page }) => {
  await page.goto('/runs');
  const line = page.getByRole('combobox', { name: 'Search and filter runs' });
  await line.fill('perplexity<0');
  await expect(page.getByText('No run matches').first()).toBeVisible();
  await line.fill('nonsense:1');
  await expect(page.getByText('There is no field "nonsense"')).toBeVisible();
  await line.fill('stat');
  await page.getByRole('option', { name: /^status Where/ }).click();
  await line.press('Escape');
  await line.fill(`name:"${SWEEP}" seed:1`);
  await line.press('Enter');
  await expect(runRows(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Perplexity', exact: true }).click();
  await expect(page.getByRole('columnheader', { name: 'Perplexity' })).toHaveAttribute('aria-sort', 'descending');
  await expect(page.locator('td.perplexity')).toHaveText(['15', '5']);
  await page.getByRole('button', { name: 'Perplexity', exact: true }).click();
  await expect(page.locator('td.perplexity')).toHaveText(['5', '15']);
  await page.getByLabel('Only settings that differ').check();
  await expect(page.getByRole('columnheader', { name: 'Data set' })).toHaveCount(0);
  await expect(page.locator('td.perplexity')).toHaveCount(2);
  // All of it is in the address.
  await expect(page).toHaveURL(/differ=1/);
  await page.reload();
  await expect(page.locator('td.perplexity')).toHaveText(['5', '15']);
});

test('figures are read against a baseline, runs are tagged, put away and taken back', async ({ page }) => {
  await page.goto(`/runs?q=${encodeURIComponent(`name:"${SWEEP}"`)}&sort=name`);
  await expect(runRows(page)).toHaveCount(4);
  await page
    .getByRole('button', { name: /seed 1 as the baseline/ })
    .first()
    .click();
  await expect(page.locator('tr.baseline')).toHaveCount(1);
  await expect(page.locator('td.recall .delta').first()).toHaveText(/[+−]0\.\d{3}/);
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Notes' }).click();
  await page.keyboard.press('Escape');
  await page
    .getByRole('button', { name: /Name, tags and notes of .*5 · seed 2/ })
    .first()
    .click();
  await page.getByRole('dialog').getByLabel('Notes').fill('the odd one');
  await expectAccessible(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('td.notes').filter({ hasText: 'the odd one' })).toHaveCount(1);

  await page
    .getByRole('checkbox', { name: /^Choose Table.*seed 2/ })
    .first()
    .check();
  await page
    .getByRole('checkbox', { name: /^Choose Table.*seed 1/ })
    .first()
    .check();
  const bar = page.getByRole('region', { name: 'Chosen runs' });
  await expect(bar.getByRole('link', { name: 'Compare' })).toHaveAttribute('href', /^\/compare\/run_[^/]+\/run_[^/]+$/);
  await bar.getByLabel('Tags to add').fill('keep, paper');
  await bar.getByRole('button', { name: 'Add' }).click();
  await expect(page.locator('td.tags .tag')).toHaveText(['keep', 'paper', 'keep', 'paper']);
  await expectAccessible(page);
  await bar.getByRole('button', { name: 'Archive' }).click();
  await expect(runRows(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(runRows(page)).toHaveCount(4);
});
