import { expect, test } from '@playwright/test';
import type { CDPSession, Page } from '@playwright/test';
import { askApi, cancelAllRuns, expectDone, hoverAnyPoint, startEmojiRun } from './support.ts';

// Fingers, compass, the limit of precision, and a connection that is too slow.

test.describe.configure({ mode: 'serial' });
test.use({ contextOptions: { reducedMotion: 'reduce' }, hasTouch: true });

interface Place {
  readonly x: number;
  readonly y: number;
}

let run = '';

test.beforeAll(async ({ request }) => {
  await cancelAllRuns(request);
  run = await startEmojiRun(request, { name: 'For fingers', limit: 120, iterations: 60 });
  await expectDone(request, run);
});

async function open(page: Page, query = ''): Promise<Place> {
  await page.goto(`/runs/${run}?img=dots&labels=0${query}`);
  await expect(page.locator('.disk')).toHaveAttribute('data-drawn', 'true');
  const box = (await page.locator('.disk').boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Moves fingers from their first places to their last ones; each has one of either. */
async function moveFingers(session: CDPSession, from: readonly Place[], to: readonly Place[]): Promise<void> {
  const steps = 6;
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', share: number): Promise<unknown> =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: from.map(({ x, y }, id) => ({ id, x: x + share * (to[id]!.x - x), y: y + share * (to[id]!.y - y) })),
    });
  await send('touchStart', 0);
  for (let step = 1; step <= steps; step++) await send('touchMove', step / steps);
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

const zoomOf = (page: Page): number => Number(new URL(page.url()).searchParams.get('z') ?? 1);

/** The middle of the mark around the point under the mouse: nearer to it than the mouse has to be. */
async function hoveredPlace(page: Page): Promise<Place> {
  const box = (await page.locator('.marks .hovered').boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Waits until this point is here, to the pixel. */
async function expectPointAt(page: Page, point: string, { x, y }: Place): Promise<void> {
  await page.mouse.move(x, y + 1);
  await page.mouse.move(x, y);
  await expect(page.locator('.disk')).toHaveAttribute('data-hovered', point);
  await expect
    .poll(async () => {
      const place = await hoveredPlace(page);
      return Math.hypot(place.x - x, place.y - y);
    })
    .toBeLessThan(2);
}

test('a finger pans the point that it holds; two pan and zoom around the middle between them', async ({ page }) => {
  const middle = await open(page);
  const session = await page.context().newCDPSession(page);
  await hoverAnyPoint(page);
  const point = (await page.locator('.disk').getAttribute('data-hovered'))!;
  const target = { x: middle.x + 14, y: middle.y - 10 };
  await moveFingers(session, [await hoveredPlace(page)], [target]);
  await expect(page).toHaveURL(/[?&]c=/);
  await expectPointAt(page, point, target);

  expect(zoomOf(page)).toBe(1);
  const around = ({ x, y }: Place, apart: number): Place[] => [
    { x: x - apart, y },
    { x: x + apart, y },
  ];
  const second = { x: target.x - 50, y: target.y + 30 };
  await moveFingers(session, around(target, 40), around(second, 100));
  await expect.poll(() => zoomOf(page)).toBeCloseTo(2.5, 1);
  await expectPointAt(page, point, second);
  await moveFingers(session, around(second, 100), around(second, 50));
  await expect.poll(() => zoomOf(page)).toBeCloseTo(1.25, 1);
  await expectPointAt(page, point, second);
});

test('panning around a loop turns the picture, and the compass turns it upright', async ({ page }) => {
  const middle = await open(page);
  const compass = page.getByRole('button', { name: /turn upright \(R\)$/ });
  await expect(compass).toHaveAccessibleName('Turned by 0°; turn upright (R)');
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down();
  for (const [dx, dy] of [
    [160, 0],
    [160, 160],
    [0, 160],
    [0, 0],
  ] as const) {
    await page.mouse.move(middle.x + dx, middle.y + dy, { steps: 6 });
  }
  await page.mouse.up();
  // In the flat plane nothing would have changed.
  await expect(compass).toHaveAccessibleName(/^Turned by -?[1-9]\d*°/);
  await expect(page).toHaveURL(/[?&]rot=/);
  await compass.click();
  await expect(compass).toHaveAccessibleName(/^Turned by -?0°/);
  await expect(page).not.toHaveURL(/[?&]rot=/);
});

test('the view stops where the picture is not precise any more, and says so', async ({ page }) => {
  await open(page, '&c=0.9999,0');
  const limit = page.getByText('As far as the picture is precise: distance 10');
  await expect(limit).toBeHidden();
  await page.locator('.disk').focus();
  for (let press = 0; press < 3; press++) await page.keyboard.press('Shift+ArrowRight');
  await expect(limit).toBeVisible();
  await page.keyboard.press('o');
  await expect(limit).toBeHidden();
});

test('a connection that is too slow is told how many frames it has skipped', async ({ page, request }) => {
  // The server counts them for each watcher; here it counts 1,234.
  await page.routeWebSocket('**/graphql', (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => server.send(message));
    server.onMessage((message) => socket.send(String(message).replace(/"skippedFrames":\d+/, '"skippedFrames":1234')));
  });
  const id = await startEmojiRun(request, { name: 'Too fast', limit: 400, iterations: 100_000 });
  await page.goto(`/runs/${id}`);
  await expect(page.getByText('Slow connection: 1,234 frames skipped')).toBeVisible({ timeout: 90_000 });
  await askApi(request, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id });
  await expect(page.getByText('Slow connection')).toBeHidden();
});
