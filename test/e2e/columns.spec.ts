import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import sharp from 'sharp';
import { expectLooks, hideNotices } from './looks.ts';
import { askApi, expectDone, readDisk } from './support.ts';

// A folder of images with a table of numbers and classes beside them.

const COUNT = 48;
let run = '';

test.beforeAll(async ({ request }) => {
  const folder = join(process.env.E2E_HOME!, 'described');
  await mkdir(folder);
  const lines = ['file_name,brightness,year,camera'];
  for (let index = 0; index < COUNT; index++) {
    const shade = 40 + 4 * index;
    const background = { r: shade, g: shade, b: 255 - shade };
    const file = `${String(index).padStart(2, '0')}.png`;
    await sharp({ create: { width: 32, height: 32, channels: 3, background } })
      .png()
      .toFile(join(folder, file));
    lines.push(`${file},${index % 8 === 0 ? '' : shade / 255},${1990 + (index % 30)},${index % 2 ? 'Leica' : 'Canon'}`);
  }
  await writeFile(join(folder, 'metadata.csv'), `${lines.join('\n')}\n`);
  const { startRun } = await askApi<{ startRun: { id: string } }>(
    request,
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input: { dataset: folder, model: 'nano', iterations: 100, name: 'Described' } },
  );
  run = startRun.id;
  await expectDone(request, run);
});

test.beforeEach(async ({ page }) => {
  await hideNotices(page);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
});

test('numbers of a table color the disk on a scale, are asked for, and are columns of the table', async ({ page }) => {
  await page.goto(`/runs/${run}?img=dots&labels=0`);
  await expect(page.locator('.disk')).toHaveAttribute('data-drawn', 'true');
  const legend = page.getByRole('complementary', { name: 'Colors' });
  await legend.getByRole('combobox').selectOption('brightness');
  await expect(page.getByTestId('scale')).toContainText('A number that the data set has of each image');
  await expect(page).toHaveURL(/color=brightness/);
  expect((await readDisk(page)).colored).toBeGreaterThan(200);
  await expectLooks(page, 'numbers');

  const line = page.getByRole('combobox', { name: 'Search and filter points' });
  await line.fill('brightness>0.6 year<2000');
  const expected = Array.from({ length: COUNT }, (_, index) => index).filter(
    (index) => index % 8 !== 0 && (40 + 4 * index) / 255 > 0.6 && index % 30 < 10,
  );
  await expect(page.getByTestId('selection-count')).toHaveText(`${expected.length} shown of ${COUNT}`);
  await line.press('Enter');
  await page.getByRole('tab', { name: 'Table' }).click();
  const sheet = page.getByTestId('sheet');
  await expect(sheet.getByRole('columnheader', { name: 'year' })).toBeVisible();
  await expect(sheet.getByRole('columnheader', { name: 'camera' })).toBeVisible();
});

test('classes of a table are colors with a legend, and stay in the address', async ({ page }) => {
  await page.goto(`/runs/${run}?img=dots&labels=0&color=camera`);
  await expect(page.locator('.legend .entry')).toHaveText([/Canon\s*24/, /Leica\s*24/]);
  await page.locator('.legend select').selectOption('year');
  await expect(page.getByTestId('scale')).toContainText('2019');
});
