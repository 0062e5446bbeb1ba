import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expectStatus, hoverAnyPoint, startEmojiRun } from './support.ts';

const POINTS = 200;
let run = '';

test.beforeAll(async ({ request }) => {
  run = await startEmojiRun(request, { name: 'To select from', limit: POINTS, iterations: 80 });
});

const count = (page: Page) => page.getByTestId('selection-count');

async function open(page: Page, query = ''): Promise<void> {
  await page.goto(`/runs/${run}${query}`);
  await expectStatus(page, 'DONE');
  await expect(page.locator('.disk')).toHaveAttribute('data-point-count', String(POINTS));
  await expect(count(page)).toHaveText(query.includes('q=') ? /shown of\s+200/ : '200 points');
}

/** Drags over the whole disk, or a half of it. */
async function dragAround(page: Page, share: number, tool: 'lasso' | 'box' = 'lasso'): Promise<void> {
  const box = (await page.locator('.disk').boundingBox())!;
  await page.mouse.move(box.x + 3, box.y + 3);
  await page.mouse.down();
  for (const [x, y] of [[share, 0], [share, 1], ...(tool === 'lasso' ? [[0, 1]] : [])]) {
    await page.mouse.move(box.x + 3 + x! * (box.width - 6), box.y + 3 + y! * (box.height - 6), { steps: 4 });
  }
  await page.mouse.up();
}

async function selectedCount(page: Page): Promise<number> {
  const text = await count(page).innerText();
  return text.includes('selected') ? Number.parseInt(text, 10) : 0;
}

async function expectAccessible(page: Page, part = 'html'): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found).toEqual([]);
}

test('a lasso selects, Shift adds, Ctrl removes, and undo takes each back', async ({ page }) => {
  await open(page);
  await page.keyboard.press('l');
  await dragAround(page, 0.5);
  await expect(count(page)).toContainText('selected');
  const half = await selectedCount(page);
  expect(half).toBeGreaterThan(10);
  // The legend tells how many of each class are selected.
  const counts = await page.locator('.legend .entry .count').allInnerTexts();
  expect(counts.reduce((sum, text) => sum + Number.parseInt(text, 10), 0)).toBe(half);
  expect(counts[0]).toMatch(/^\d+ \/ \d+$/);
  expect(half).toBeLessThan(POINTS - 10);

  await page.keyboard.down('Shift');
  await dragAround(page, 1);
  await page.keyboard.up('Shift');
  await expect.poll(() => selectedCount(page)).toBe(POINTS);

  await page.keyboard.down('Control');
  await dragAround(page, 0.5);
  await page.keyboard.up('Control');
  // The images have made the disk smaller, so its half is another one.
  await expect.poll(() => selectedCount(page)).toBeLessThan(POINTS);

  await page.keyboard.press('Control+z');
  await expect.poll(() => selectedCount(page)).toBe(POINTS);
  await page.keyboard.press('Control+z');
  await expect.poll(() => selectedCount(page)).toBe(half);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => selectedCount(page)).toBe(POINTS);
  // One level at a time: the tool, then the selection.
  await page.keyboard.press('Escape');
  await expect.poll(() => selectedCount(page)).toBe(POINTS);
  await page.keyboard.press('Escape');
  await expect.poll(() => selectedCount(page)).toBe(0);
});

test('the selection is in images and table, sorted, and in the address', async ({ page }) => {
  await open(page);
  await page.keyboard.press('b');
  await dragAround(page, 0.5, 'box');
  const sheet = page.getByTestId('sheet');
  await expect(sheet.getByRole('button', { name: /Selected/ })).toHaveAttribute('aria-pressed', 'true');
  await expect(sheet.locator('.cell').first()).toBeVisible();
  const chosen = await selectedCount(page);

  await sheet.getByRole('tab', { name: 'Table' }).click();
  await expect(sheet.getByRole('table')).toHaveAttribute('aria-rowcount', String(chosen + 1));
  await sheet.getByRole('button', { name: 'radius' }).click();
  await expect(sheet.getByRole('columnheader', { name: 'radius' })).toHaveAttribute('aria-sort', 'ascending');
  const radii = await sheet.locator('tbody tr td:nth-child(5)').allInnerTexts();
  const numbers = radii.map(Number);
  expect(numbers.length).toBeGreaterThan(3);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  await expectAccessible(page);

  await sheet.locator('tbody tr .point').first().click();
  await expect(page.getByTestId('inspector')).toBeVisible();
  await expect(page).toHaveURL(/sel=/);
  await page.reload();
  await expect.poll(() => selectedCount(page)).toBe(chosen);
});

test('a selection is explained and exported with names', async ({ page }) => {
  await open(page, '?q=label%3A"Food+%26+Drink"');
  const line = page.getByRole('combobox', { name: 'Search and filter points' });
  await line.press('Enter');
  await expect(count(page)).toContainText('selected');
  const sheet = page.getByTestId('sheet');
  await sheet.getByRole('tab', { name: 'Explain' }).click();
  await expect(sheet.getByRole('row').nth(1)).toContainText('100 %');
  await expectAccessible(page);

  const download = page.waitForEvent('download');
  await sheet.getByRole('button', { name: 'Export these points' }).click();
  await page.getByRole('menuitem', { name: 'csv' }).click();
  const rows = (await readFile(await (await download).path(), 'utf8')).trim().split('\n');
  expect(rows[0]).toContain('index,label');
  expect(rows[0]).toContain('file');
  expect(rows).toHaveLength((await selectedCount(page)) + 1);

  // The places are those of the run's own file, not rounded ones of the stream.
  const layout = (await (await page.request.get(`/exports/${run}/layout.csv`)).text()).trim().split('\n').slice(1);
  for (const row of rows.slice(1)) {
    const [point] = row.split(',');
    const [, x, y] = layout[Number(point)]!.split(',').map(Number);
    const [u, v] = row.split(',').slice(-2).map(Number);
    expect(Math.hypot(u! - x!, v! - y!), row).toBeLessThan(1e-7);
  }
});

test('a layout is taken away as a picture of the size that was chosen, without ground', async ({ page }) => {
  await open(page);
  await page.keyboard.press('e');
  await expect(page.getByRole('menuitemradio', { name: '2 ×' })).toBeChecked();
  await page.getByRole('menuitemradio', { name: '3 ×' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Without ground' }).click();
  await expectAccessible(page, '[role=menu]');
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'png, 3 ×' }).click();
  const png = sharp(await (await download).path());
  expect((await png.metadata()).height).toBe(3120);
  const [, , , alpha] = await png.extract({ left: 0, top: 0, width: 1, height: 1 }).raw().toBuffer();
  expect(alpha).toBe(0);
});

test('the query line completes, filters, says what is wrong and what removes most', async ({ page }) => {
  await open(page);
  await page.keyboard.press('/');
  const line = page.getByRole('combobox', { name: 'Search and filter points' });
  await expect(line).toBeFocused();
  await line.pressSequentially('rad');
  await expect(page.getByRole('option').first()).toContainText('radius');
  await line.press('ArrowDown');
  await line.press('Enter');
  await expect(line).toHaveValue('radius<');
  await line.pressSequentially('2');
  await expect(count(page)).toContainText('shown of');
  const [shown] = (await count(page).innerText()).split(' ');
  await expect(page.locator('.legend')).toContainText(`${shown} of 200 shown`);
  await line.fill('colour:red');
  await expect(page.getByText('There is no field "colour"')).toBeVisible();
  await line.fill('radius<90 radius<0');
  await expect(page.getByText('radius<0 alone leaves 0')).toBeVisible();
  await expectAccessible(page);
  await line.fill('');
  await expect(count(page)).toHaveText('200 points');
});

test('both lists of neighbors are joined, misses are marked, and a radius is drawn', async ({ page }) => {
  await open(page, '?p=3');
  const inspector = page.getByTestId('inspector');
  await expect(inspector.locator('li')).toHaveCount(30);
  const [kept, all] = (await inspector.getByTestId('kept').innerText()).match(/\d+/g)!.map(Number);
  expect(all).toBe(15);
  await expect(inspector.locator('.pair path')).toHaveCount(kept!);
  await expect(inspector.locator('.missed')).toHaveCount(all! - kept!);
  await page.keyboard.press(']');
  await expect(inspector.locator('li')).toHaveCount(60);
  await inspector.getByLabel('on the disk within a distance').check();
  await expect(page.locator('.ball')).toBeVisible();
  await expectAccessible(page);
});

test('a place on the disk has neighbors, which can be selected', async ({ page }) => {
  await open(page);
  const at = await hoverAnyPoint(page);
  await page.keyboard.press('p');
  await page.mouse.click(at.x + 5, at.y);
  const inspector = page.getByTestId('place-inspector');
  await expect(inspector.locator('li')).toHaveCount(15);
  await inspector.getByRole('button', { name: 'Select these 15' }).click();
  await expect.poll(() => selectedCount(page)).toBe(15);
});
