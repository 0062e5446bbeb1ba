import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page, WebSocketRoute } from '@playwright/test';
import sharp from 'sharp';
import { expectLooks, hideNotices } from './looks.ts';
import { askApi, cancelAllRuns, expectDone, expectStatus, startEmojiRun } from './support.ts';

// The states of a run that are no plain layout, each looked at. What time and machine decide is masked or left out.

test.describe.configure({ mode: 'serial' });
test.use({ contextOptions: { reducedMotion: 'reduce' } });

test.beforeEach(({ page }) => hideNotices(page));

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found).toEqual([]);
}

async function makeImages(folder: string, count = 12): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < count; index++) {
    const background = { r: (20 * index) % 256, g: 90, b: (255 + 236 * index) % 256 };
    await sharp({ create: { width: 32, height: 32, channels: 3, background } })
      .png()
      .toFile(join(folder, `${index}.png`));
  }
}

// Also on a server that has just started its first run.
test.beforeAll(({ request }) => cancelAllRuns(request));

test('a run waits its turn, and one whose images are gone fails, says why and starts again', async ({
  page,
  request,
}) => {
  const folder = join(process.env.E2E_HOME!, 'vanishing');
  await makeImages(folder);
  const ahead = await startEmojiRun(request, { name: 'Ahead', limit: 400, iterations: 100_000 });
  const input = { dataset: folder, model: 'nano', iterations: 20, name: 'Vanishing' };
  const { startRun } = await askApi<{ startRun: { id: string } }>(
    request,
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input },
  );
  await page.goto(`/runs/${startRun.id}`);
  await expectStatus(page, 'QUEUED');
  await expect(page.locator('[data-stage="QUEUED"]')).toContainText('One run is before it: Ahead');
  await expectAccessible(page);
  await expectLooks(page, 'queued');

  await rm(folder, { recursive: true });
  await askApi(request, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id: ahead });
  await expectStatus(page, 'FAILED');
  await expect(page.getByRole('alert')).toContainText('no such data set or folder');
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: 'light' });
  await expectAccessible(page);
  await expectLooks(page, 'failed');
  await page.getByRole('button', { name: 'Run again' }).click();
  await expect(page.getByRole('dialog').getByLabel('Data set')).toHaveValue(folder);
});

test('a page that waits for its run shows the outline of what will come', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  // Neither socket nor request says anything of the run; who looks at it is known.
  await page.routeWebSocket('**/graphql', () => undefined);
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('run(') ? undefined : route.continue(),
  );
  await page.goto('/runs/run_waitedfor');
  await expect(page.getByLabel('The run is loading')).toBeVisible();
  await expectLooks(page, 'loading');
});

test('a run that reads its images says how many are done', async ({ page, request }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  const folder = join(process.env.E2E_HOME!, 'read');
  await makeImages(folder, 300);
  const ahead = await startEmojiRun(request, { name: 'Before the reader', limit: 400, iterations: 100_000 });
  const input = { dataset: folder, model: 'nano', iterations: 20, name: 'Reader' };
  const { startRun } = await askApi<{ startRun: { id: string } }>(
    request,
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input },
  );
  // The page hears nothing after the first word of the stage, so that it can be looked at in peace.
  let held = false;
  await page.routeWebSocket('**/graphql', (socket) => {
    socket.connectToServer().onMessage((message) => {
      if (!held) socket.send(message);
      held ||= String(message).includes('"status":"EXTRACTING"');
    });
  });
  await page.goto(`/runs/${startRun.id}`);
  await expectStatus(page, 'QUEUED');
  await askApi(request, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id: ahead });
  await expect(page.locator('[data-stage="EXTRACTING"]')).toContainText('Images');
  await expectAccessible(page);
  await expect(page.locator('[data-stage="EXTRACTING"]').getByRole('progressbar')).toBeVisible();
  // The curve keeps the room of its numbers while there are none, so that the 0 below it is whole.
  const plot = await page.locator('.chart .u-over').boundingBox();
  const chart = await page.locator('.chart').boundingBox();
  expect(plot!.x - chart!.x).toBe(38);
  expect(chart!.x + chart!.width - plot!.x - plot!.width).toBeCloseTo(38, 0);
  await expectDone(request, startRun.id);
});

test('a live run that is looked at in the past says how far it has gone on', async ({ page, request }) => {
  const id = await startEmojiRun(request, { name: 'Gone on', limit: 1600, iterations: 100_000 });
  await page.goto(`/runs/${id}?i=0&sparkle=1`);
  await expect(page.getByText(/The run continues, [\d,]+ iterations ahead/)).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'left out: sparkle' })).toBeVisible();
  await expect(page.locator('.disk')).toHaveAttribute('data-iteration', '0', { timeout: 120_000 });
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Close this notice' }).click();
  await page.getByRole('button', { name: 'Live' }).click();
  await expect(page).not.toHaveURL(/[?&]i=/);
  await expect(page.locator('.disk')).toHaveAttribute('data-iteration', /[1-9]/);
  await page.goBack();
  await expect(page).toHaveURL(/[?&]i=0/);
  await expect(page.locator('.disk')).toHaveAttribute('data-iteration', '0');
  // A slow browser may take longer than the run.
  await askApi(request, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id }).catch(() => undefined);
});

test('a link that has expired says whom to ask', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/s/expired');
  await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
  await expectLooks(page, 'expired');
});

test('the page of a finished run closes when its link is withdrawn, though no socket tells it', async ({
  page,
  request,
}) => {
  await page.clock.install();
  const id = await startEmojiRun(request, { name: 'Shared', limit: 60, iterations: 20 });
  await expectDone(request, id);
  const { createShareLink: link } = await askApi<{ createShareLink: { id: string; url: string } }>(
    request,
    'mutation ($id: ID!) { createShareLink(input: { runIds: [$id], viewState: "" }) { id url } }',
    { id },
  );
  await page.goto(link.url);
  await expect(page.locator('.disk')).toHaveAttribute('data-drawn', 'true');
  await askApi(request, 'mutation ($id: ID!) { revokeShareLink(id: $id) { id } }', { id: link.id });
  await page.clock.fastForward('00:21');
  await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
});

test('a page that was opened before the images were known has their classes all the same, and sketches them', async ({
  page,
  request,
}) => {
  const id = await startEmojiRun(request, { name: 'Early', limit: 60, iterations: 20 });
  await expectDone(request, id);
  let asked = 0;
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('query RunPoints') || asked++ > 0) return route.continue();
    const response = await route.fetch();
    const answer = (await response.json()) as { data: { run: { points: Record<string, unknown> } } };
    Object.assign(answer.data.run.points, { labelNames: [], labelCodes: [], imageIndices: [], columns: [] });
    return route.fulfill({ response, json: answer });
  });
  await page.goto(`/runs/${id}`);
  await expect(page.locator('.legend .entry').first()).toBeVisible();
  expect(asked).toBe(2);

  // The processor sketches the points before the GPU is asked for anything; then the sketch goes.
  await page.addInitScript(() => {
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (image: ImageData, x: number, y: number) {
      const painted = new Uint32Array(image.data.buffer).filter((pixel) => pixel !== 0).length;
      document.documentElement.dataset.sketchedPixels ??= String(painted);
      (put as (image: ImageData, x: number, y: number) => void).call(this, image, x, y);
    };
  });
  await page.reload();
  await expect(page.locator('.disk')).toHaveAttribute('data-drawn', 'true');
  expect(Number(await page.locator('html').getAttribute('data-sketched-pixels'))).toBeGreaterThan(60 * 20);
  await expect(page.locator('.disk .holder canvas')).toHaveCount(1);
});

test('two browsers watch one run; one is cut off, is told, and catches up', async ({ page, browser, request }) => {
  const sockets: WebSocketRoute[] = [];
  let cut = false;
  await page.routeWebSocket('**/graphql', (socket) => {
    if (cut) void socket.close({ code: 1012 });
    else {
      socket.connectToServer();
      sockets.push(socket);
    }
  });
  const id = await startEmojiRun(request, { name: 'For two', limit: 1600, iterations: 100_000 });
  const other = await (await browser.newContext()).newPage();
  await Promise.all([page.goto(`/runs/${id}`), other.goto(`/runs/${id}`)]);
  const disks = [page, other].map((each) => each.locator('.disk'));
  for (const disk of disks) await expect(disk).toHaveAttribute('data-frame-count', /[1-9]/);

  cut = true;
  for (const socket of sockets) await socket.close({ code: 1012 });
  const banner = page.getByText('Connection lost. The disk shows what arrived last');
  await expect(banner).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'Connection lost, trying again' })).toBeVisible();
  const seen = await disks[0]!.getAttribute('data-iteration');
  await askApi(request, 'mutation ($id: ID!) { pauseRun(id: $id) { id } }', { id });
  await expectStatus(other, 'PAUSED');
  await expect(disks[0]!).toHaveAttribute('data-iteration', seen!);
  await expectStatus(page, 'OPTIMIZING');
  cut = false;
  await expect(banner).toBeHidden();
  await expectStatus(page, 'PAUSED');
  const query = 'query ($id: ID!) { run(id: $id) { iteration } }';
  const { run } = await askApi<{ run: { iteration: number } }>(request, query, { id });
  for (const disk of disks) await expect(disk).toHaveAttribute('data-iteration', String(run.iteration));
  await askApi(request, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id });
  await other.context().close();
});

test('an image from elsewhere is placed on the disk with both lists of neighbors', async ({ page, request }) => {
  const id = await startEmojiRun(request, { name: 'Place here', limit: 120, iterations: 60 });
  await page.goto(`/runs/${id}`);
  await expectStatus(page, 'DONE');
  const folder = join(process.env.E2E_HOME!, 'elsewhere');
  await makeImages(folder);
  await copyFile(join(folder, '3.png'), join(folder, 'blue.png'));
  await page.locator('input[type=file]').setInputFiles(join(folder, 'blue.png'));
  const inspector = page.getByTestId('placed-inspector');
  await expect(inspector).toContainText('blue.png', { timeout: 60_000 });
  await expect(inspector.locator('li')).toHaveCount(30);
  await expect(page.getByAltText('Your image')).toBeVisible();
  await expectAccessible(page);
  await inspector.getByRole('button', { name: 'Select the 15 nearest on the disk' }).click();
  await expect(page.getByTestId('selection-count')).toContainText('15 selected');

  // What is no image is refused in the server's words, and nothing is left of the one before.
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['nothing'], 'broken.png', { type: 'image/png' }));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true }));
  });
  await expect(page.getByRole('alert')).toContainText('image');
  await expect(inspector).toHaveCount(0);
});

test('Ctrl+K finds commands, runs and data sets', async ({ page }) => {
  // So low that the list has to scroll.
  await page.setViewportSize({ width: 1280, height: 480 });
  await page.goto('/models');
  await expect(page.getByRole('region', { name: 'Engines' })).toContainText('onnx');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Commands' });
  await expect(palette.getByRole('option', { name: 'Place here' }).first()).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.type('place here');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Name of the run')).toHaveValue('Place here');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('density');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/[?&]density=1/);
});
