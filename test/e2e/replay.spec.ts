import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { expectDone, readDisk, startEmojiRun } from './support.ts';

test('a run in one file is replayed from the disk, with its pictures and without any request', async ({
  page,
  request,
}) => {
  const id = await startEmojiRun(request, { name: 'In one file', limit: 150, iterations: 60 });
  await expectDone(request, id);
  const response = await request.get(`/exports/${id}/replay.html`);
  expect(response.headers()['content-disposition']).toContain('attachment');
  const file = join(process.env.E2E_HOME!, 'replay.html');
  await writeFile(file, await response.body());

  const asked: string[] = [];
  page.on('request', (sent) => {
    if (/^(http|ws)/.test(sent.url())) asked.push(sent.url());
  });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(pathToFileURL(file).href);
  const disk = page.locator('.disk');
  await expect(disk).toHaveAttribute('data-point-count', '150');
  await expect(disk).toHaveAttribute('data-iteration', '60');
  await expect(page.getByRole('heading', { name: 'In one file' })).toBeVisible();
  await expect.poll(async () => (await readDisk(page)).colored).toBeGreaterThan(200);
  const last = await readDisk(page);
  await page.getByRole('slider', { name: 'Stored layout' }).fill('0');
  await expect(disk).toHaveAttribute('data-iteration', '0');
  await expect.poll(async () => (await readDisk(page)).hash).not.toBe(last.hash);
  await disk.focus();
  await page.keyboard.press('ArrowRight');
  await expect(disk).toHaveAttribute('data-selected', /\d+/);
  // The picture of a point is cut from the file's own pages.
  await expect(page.locator('figure img')).toHaveAttribute('src', /^data:image\/png/);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => found.id)).toEqual([]);
  expect(asked).toEqual([]);
});
