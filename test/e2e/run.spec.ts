import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { APIRequestContext } from '@playwright/test';
import { askApi, expectStatus, hoverAnyPoint, readDisk, startEmojiRun } from './support.ts';

test.describe.configure({ mode: 'serial' });

/** Long enough to be seen moving: the engine does thousands of iterations a second on so few points. */
const POINTS = 1600;
const ITERATIONS = 6_000;
const LAST = String(ITERATIONS);

let runId = '';

async function iterationOf(request: APIRequestContext, id: string): Promise<number> {
  const { run } = await askApi<{ run: { iteration: number } }>(
    request,
    'query ($id: ID!) { run(id: $id) { iteration } }',
    { id },
  );
  return run.iteration;
}

test('a run is watched from its images to a finished layout', async ({ page, request }) => {
  runId = await startEmojiRun(request, { name: 'Watched', limit: POINTS, iterations: ITERATIONS });
  // Paused early, and not only once the page is there, so that the two pictures are of two iterations however slow this
  // browser is.
  const pausing = expect
    .poll(() => iterationOf(request, runId), { timeout: 90_000, intervals: [20] })
    .toBeGreaterThan(0)
    .then(() => askApi(request, 'mutation ($id: ID!) { pauseRun(id: $id) { id } }', { id: runId }));
  await page.goto(`/runs/${runId}`);
  const disk = page.locator('.disk');
  await pausing;
  await expectStatus(page, 'PAUSED');
  await expect(disk).toHaveAttribute('data-frame-count', /[1-9]/);
  const first = await readDisk(page);
  expect(first.colored).toBeGreaterThan(100);
  const frames = Number(await disk.getAttribute('data-frame-count'));
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(async () => Number(await disk.getAttribute('data-frame-count'))).toBeGreaterThan(frames + 2);

  await expectStatus(page, 'DONE');
  await expect(disk).toHaveAttribute('data-iteration', LAST);
  await expect(disk).toHaveAttribute('data-point-count', String(POINTS));
  const last = await readDisk(page);
  expect(last.colored).toBeGreaterThan(1000);
  expect(last.hash).not.toBe(first.hash);
  await expect(page.locator('[data-figure="recallAt15"] dd')).toHaveText(/^\s*0\.\d{3}\s*$/);
});

test('the pointer shows the image of a point, and a click its neighbors on the disk and in the embedding', async ({
  page,
}) => {
  await page.goto(`/runs/${runId}`);
  await expect(page.locator('.disk')).toHaveAttribute('data-iteration', LAST);
  const { x, y } = await hoverAnyPoint(page);
  const card = page.getByTestId('hover-card');
  await expect(card).toBeVisible();
  await expect
    .poll(() => card.locator('img').evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth))
    .toBeGreaterThan(0);

  await page.mouse.click(x, y);
  const inspector = page.getByTestId('inspector');
  await expect(inspector.locator('li')).toHaveCount(30);
  await expect(page.locator('.marks circle')).not.toHaveCount(0);
  await expect(page).toHaveURL(/[?&]p=\d+/);

  // The same lists as the API gives.
  const point = Number(await page.locator('.disk').getAttribute('data-selected'));
  const { neighbors } = await askApi<{ neighbors: { distance: number }[] }>(
    page.request,
    'query ($id: ID!, $point: Int!) { neighbors(runId: $id, point: $point, k: 15) { distance } }',
    { id: runId, point },
  );
  const shown = await inspector.locator('ol').first().locator('.distance').allTextContents();
  expect(shown).toEqual(neighbors.map(({ distance }) => distance.toFixed(3)));
});

test('dragging keeps the point under the pointer, and O leads back to the origin', async ({ page }) => {
  await page.goto(`/runs/${runId}?img=dots`);
  const disk = page.locator('.disk');
  await expect(disk).toHaveAttribute('data-iteration', LAST);
  const { x, y } = await hoverAnyPoint(page);
  const grabbed = await disk.getAttribute('data-hovered');
  const box = (await disk.boundingBox())!;
  const target = { x: box.x + box.width / 2 + 12, y: box.y + box.height / 2 - 8 };
  await page.mouse.down();
  await page.mouse.move((x + target.x) / 2, (y + target.y) / 2, { steps: 4 });
  await page.mouse.move(target.x, target.y, { steps: 4 });
  await page.mouse.up();
  await page.mouse.move(target.x, target.y + 1);
  await expect(disk).toHaveAttribute('data-hovered', grabbed!);
  await expect(page).toHaveURL(/[?&]c=/);
  await page.keyboard.press('o');
  await expect(page).not.toHaveURL(/[?&]c=/);
});

test('the legend hides a class, and the address keeps that', async ({ page }) => {
  await page.goto(`/runs/${runId}?img=dots`);
  await expect(page.locator('.disk')).toHaveAttribute('data-iteration', LAST);
  const before = await readDisk(page);
  const entry = page.locator('.legend .entry').first();
  await entry.click();
  await expect(entry).toHaveAttribute('aria-pressed', 'false');
  await expect(page).toHaveURL(/[?&]hide=/);
  await expect.poll(async () => (await readDisk(page)).colored).toBeLessThan(before.colored);
  await page.reload();
  await expect(entry).toHaveAttribute('aria-pressed', 'false');
});

test('the arrow keys go from point to point and read them out', async ({ page }) => {
  await page.goto(`/runs/${runId}`);
  const disk = page.locator('.disk');
  await expect(disk).toHaveAttribute('data-iteration', LAST);
  await disk.focus();
  await page.keyboard.press('ArrowRight');
  await expect(disk).toHaveAttribute('data-selected', /\d+/);
  await expect(disk.locator('[aria-live="polite"]')).toHaveText(
    /distance \d\.\d\d from the origin; nearest: .+, .+, .+, .+, .+/,
  );
  const first = await disk.getAttribute('data-selected');
  await page.keyboard.press('ArrowUp');
  await expect(disk).not.toHaveAttribute('data-selected', first!);
});

test('letters share, export and hide arcs, the question mark lists them, and they can be switched off', async ({
  page,
}) => {
  await page.goto(`/runs/${runId}?img=dots&p=3`);
  await expect(page.locator('.disk')).toHaveAttribute('data-iteration', LAST);
  const marks = page.locator('.marks circle:not(.selected, .hovered)');
  await expect(marks).not.toHaveCount(0);
  await page.keyboard.press('n');
  await expect(marks).toHaveCount(0);
  await page.keyboard.press('s');
  await expect(page.getByRole('dialog', { name: 'Share this view' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await expect(page.getByRole('menuitem', { name: /Vector picture/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);

  await page.keyboard.press('?');
  const list = page.getByRole('dialog', { name: 'Keys' });
  await expect(list).toContainText('arcs to the neighbors');
  await list.getByLabel('Single letters and signs are keys').uncheck();
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await page.keyboard.press('n');
  await page.keyboard.press('?');
  await expect(list).toBeVisible();
  await expect(marks).toHaveCount(0);
  await list.getByLabel('Single letters and signs are keys').check();
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await expect(marks).not.toHaveCount(0);
});

test('a stored layout is replayed and the newest comes back', async ({ page }) => {
  await page.goto(`/runs/${runId}`);
  const disk = page.locator('.disk');
  await expect(disk).toHaveAttribute('data-iteration', LAST);
  await page.getByRole('button', { name: 'One stored layout back' }).click();
  await expect(disk).not.toHaveAttribute('data-iteration', LAST);
  await expect(page).toHaveURL(/[?&]i=\d+/);
  await page.keyboard.press('j');
  await expect(disk).toHaveAttribute('data-iteration', LAST);
});

test('a model that is fetched later runs the same data set again after one click', async ({ page, request }) => {
  await page.goto(`/runs/${runId}`);
  const note = page.getByRole('note');
  await expect(note).toContainText('npm run cli -- models fetch dinov3-vits16');
  // As if fetched: any checkpoint in that folder is a model of that name.
  const folder = join(process.env.E2E_HOME!, 'models', 'dinov3-vits16');
  await cp(join(import.meta.dirname, '../../models/nano'), folder, { recursive: true });
  try {
    await note.getByRole('button', { name: 'Run again with dinov3-vits16' }).click();
    await expect(page).not.toHaveURL(new RegExp(runId));
    await expect(page.locator('.run-header')).toContainText('dinov3-vits16');
    const again = new URL(page.url()).pathname.split('/').at(-1)!;
    const { run } = await askApi<{ run: object }>(
      request,
      'query ($id: ID!) { run(id: $id) { datasetName modelName iterations parameters { limit } } }',
      { id: again },
    );
    const expected = { datasetName: 'emoji', modelName: 'dinov3-vits16', iterations: ITERATIONS };
    expect(run).toMatchObject({ ...expected, parameters: { limit: POINTS } });
    await askApi(request, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id: again });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the buttons pause, resume and cancel a run that works, by the keyboard', async ({ page, request }) => {
  const id = await startEmojiRun(request, { name: 'Stopped', limit: POINTS, iterations: 100_000 });
  await page.goto(`/runs/${id}`);
  // Keys, because a click waits for frames, and a machine that draws in software may finish the run meanwhile.
  await expect.poll(() => iterationOf(request, id), { timeout: 90_000 }).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Pause', exact: true }).press('Enter');
  await expectStatus(page, 'PAUSED');
  const resting = await iterationOf(request, id);
  await page.getByRole('button', { name: 'Resume', exact: true }).press('Enter');
  await expect.poll(() => iterationOf(request, id), { timeout: 30_000 }).toBeGreaterThan(resting);
  await page.getByRole('button', { name: 'Cancel', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'Cancel the run' }).press('Enter');
  await expectStatus(page, 'CANCELED');
  expect(await iterationOf(request, id)).toBeLessThan(100_000);
});

test('a run that waits its turn is paused, canceled and deleted by its buttons', async ({ page, request }) => {
  // Something to wait for: one run works at a time.
  const ahead = await startEmojiRun(request, { name: 'Ahead', limit: POINTS, iterations: 50_000 });
  const id = await startEmojiRun(request, { name: 'Behind', limit: 300, iterations: 400 });
  await page.goto(`/runs/${id}`);
  await expectStatus(page, 'QUEUED');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expectStatus(page, 'PAUSED');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByRole('button', { name: 'Cancel the run' }).click();
  await expectStatus(page, 'CANCELED');
  await page.getByRole('button', { name: 'Delete the run' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page).toHaveURL(/\/runs$/);
  await expect(page.getByText('Behind')).toHaveCount(0);
  await askApi(request, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id: ahead });
});

test('a shared link shows the same view and offers no changes', async ({ page, request }) => {
  const { createShareLink } = await askApi<{ createShareLink: { url: string } }>(
    request,
    'mutation ($input: CreateShareLinkInput!) { createShareLink(input: $input) { url } }',
    { input: { runIds: [runId], viewState: 'c=0.3,0.2' } },
  );
  await page.goto(createShareLink.url);
  await expectStatus(page, 'DONE');
  await expect(page).toHaveURL(/c=0\.3,0\.2|c=0\.3%2C0\.2/);
  await expect(page.getByRole('button', { name: 'Delete the run' })).toHaveCount(0);
});

test('names of regions, density lines and pictures are switched by keys and kept in the address', async ({ page }) => {
  await page.goto(`/runs/${runId}`);
  await expect(page.locator('.disk')).toHaveAttribute('data-iteration', LAST);
  await expect(page.locator('.labels text').first()).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.locator('.labels text')).toHaveCount(0);
  await expect(page).toHaveURL(/[?&]labels=0/);
  await page.keyboard.press('d');
  await expect(page.getByRole('button', { name: 'Density lines' })).toHaveAttribute('aria-pressed', 'true');
  const dense = await readDisk(page);
  await page.keyboard.press('i');
  await expect(page).toHaveURL(/[?&]img=images/);
  await expect.poll(async () => (await readDisk(page)).hash).not.toBe(dense.hash);
});

test('the ruler tells the geodesic distance between two places', async ({ page }) => {
  await page.goto(`/runs/${runId}?img=dots`);
  const disk = page.locator('.disk');
  await expect(disk).toHaveAttribute('data-iteration', LAST);
  await page.keyboard.press('y');
  const box = (await disk.boundingBox())!;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  // Half of the disk's radius, which leaves 22 pixels for the rim: 2 atanh(1/2) = 1.0986.
  const half = (Math.min(box.width, box.height) / 2 - 22) / 2;
  await page.mouse.click(middle.x, middle.y);
  await page.mouse.click(middle.x + half, middle.y);
  await expect(page.getByTestId('ruler-distance')).toHaveText(/^1\.(09|10)/);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('ruler-distance')).toHaveCount(0);
});

test('colors by hyperbolic radius come with a scale', async ({ page }) => {
  await page.goto(`/runs/${runId}?img=dots&color=radius`);
  await expect(page.locator('.disk')).toHaveAttribute('data-iteration', LAST);
  await expect(page.getByTestId('scale')).toContainText('Geodesic distance from the origin');
});

test('a press on the curve goes to the nearest stored layout', async ({ page }) => {
  await page.goto(`/runs/${runId}?img=dots`);
  const disk = page.locator('.disk');
  await expect(disk).toHaveAttribute('data-iteration', LAST);
  const over = (await page.locator('.chart .u-over').boundingBox())!;
  await page.mouse.click(over.x + 2, over.y + over.height / 2);
  await expect(page).toHaveURL(/[?&]i=\d+/);
  await expect(disk).not.toHaveAttribute('data-iteration', LAST);
});

test('a run that works is steered from its page', async ({ page, request }) => {
  const id = await startEmojiRun(request, { name: 'Steered', limit: POINTS, iterations: 100_000 });
  await page.goto(`/runs/${id}?img=dots&labels=0`);
  const steer = page.getByTestId('steer');
  await steer.getByLabel('Exaggeration', { exact: true }).fill('2');
  await steer.getByRole('button', { name: 'Set' }).first().press('Enter');
  await expect(steer.getByRole('status')).toHaveText('Exaggeration is 2 from the next iteration on.');
  await askApi(request, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id });
});
