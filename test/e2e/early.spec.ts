import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { changeAnswers, endRoutes, expectLooks, hideNotices } from './looks.ts';
import { askApi, expectDone, startEmojiRun } from './support.ts';

// What is seen of a run before the scripts of its page have run.

let run = '';
let link = '';

test.beforeAll(async ({ request }) => {
  run = await startEmojiRun(request, { name: 'Soon', limit: 400, iterations: 100 });
  await expectDone(request, run);
  const { createShareLink } = await askApi<{ createShareLink: { url: string } }>(
    request,
    'mutation ($id: ID!) { createShareLink(input: { runIds: [$id], viewState: "c=0.3,-0.2&z=1.4" }) { url } }',
    { id: run },
  );
  link = createShareLink.url;
});

test.beforeEach(async ({ page }) => {
  await hideNotices(page);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await changeAnswers<{ server: { notices: string[] } }>(page, 'Server', ({ server }) => (server.notices = []));
});

test.afterEach(({ page }) => endRoutes(page));

/** Opens a page whose scripts wait until they are let go. */
async function openHeld(page: Page, address: string): Promise<() => void> {
  let letGo = (): void => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  await page.route('**/assets/app-*.js', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(address, { waitUntil: 'commit' });
  return letGo;
}

async function expectTakenOver(page: Page, letGo: () => void): Promise<void> {
  const early = page.locator('.early-disk');
  await expect(early.locator('canvas')).toBeVisible();
  expect(await page.locator('#app').locator('*').count()).toBe(0);
  const box = await early.boundingBox();
  letGo();
  await expect(page.locator('.disk')).toHaveAttribute('data-drawn', 'true');
  await expect(early).toHaveCount(0);
  expect(await page.locator('.disk').boundingBox()).toEqual(box);
}

test('the layout is seen before the page, and as the page will show it', async ({ page }) => {
  const letGo = await openHeld(page, `/runs/${run}?img=dots&labels=0`);
  await expect(page.locator('.early-disk canvas')).toBeVisible();
  await expectLooks(page, 'early');
  await expectTakenOver(page, letGo);
});

for (const [width, height] of [
  [1920, 1080],
  [1000, 640],
] as const) {
  test(`a shared layout lies where its page will have it (${width} × ${height})`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await expectTakenOver(page, await openHeld(page, link));
  });

  test(`so does one in a frame of another page (${width} × ${height})`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await expectTakenOver(page, await openHeld(page, `${link}?embed=1`));
  });
}

test('a theme that was chosen holds from the first moment on', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('circle-limit.theme', 'light'));
  const letGo = await openHeld(page, `/runs/${run}`);
  await expect(page.locator('.early-disk canvas')).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await expectTakenOver(page, letGo);
});

test('a layout that cannot be sketched keeps no page from coming', async ({ page }) => {
  await changeAnswers<{ run: { layout: { coordinates: string } } }>(page, 'RunSketch', ({ run: { layout } }) => {
    layout.coordinates = 'no base64!';
  });
  await page.goto(`/runs/${run}`);
  await expect(page.locator('.disk')).toHaveAttribute('data-drawn', 'true');
});

test('what only the page can show waits for the page', async ({ page }) => {
  const answered = page.waitForResponse((response) => response.request().postData()?.includes('RunPoints') === true);
  const letGo = await openHeld(page, `/runs/${run}?q=label:people`);
  await (await answered).finished();
  await expect(page.locator('.early-disk')).toHaveCount(0);
  letGo();
  await expect(page.locator('.disk')).toHaveAttribute('data-drawn', 'true');
  await expect(page.locator('.early-disk')).toHaveCount(0);
});
