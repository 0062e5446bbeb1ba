import { expect } from '@playwright/test';
import type { APIRequestContext, Page } from '@playwright/test';

/** Asks the server's GraphQL API. @throws with the server's errors */
export async function askApi<Data>(
  request: APIRequestContext,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const response = await request.post('/graphql', { data: { query, variables } });
  const body = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (body.data === undefined || body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

/** Starts a run on a part of the emoji data set with the built-in model. */
export async function startEmojiRun(
  request: APIRequestContext,
  input: { name: string; limit: number; iterations: number; seed?: number; geometry?: 'POINCARE' | 'EUCLIDEAN' },
): Promise<string> {
  const { startRun } = await askApi<{ startRun: { id: string } }>(
    request,
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input: { dataset: 'emoji', model: 'nano', ...input } },
  );
  return startRun.id;
}

/** Ends whatever works or waits. */
export async function cancelAllRuns(request: APIRequestContext): Promise<void> {
  const { runs } = await askApi<{ runs: { nodes: { id: string; status: string }[] } }>(
    request,
    '{ runs(first: 200) { nodes { id status } } }',
  );
  for (const { id, status } of runs.nodes) {
    if (['DONE', 'FAILED', 'CANCELED'].includes(status)) continue;
    await askApi(request, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id });
  }
}

/** Waits until the server says that the run is done. */
export async function expectDone(request: APIRequestContext, id: string): Promise<void> {
  const query = 'query ($id: ID!) { run(id: $id) { status } }';
  const status = async (): Promise<string> =>
    (await askApi<{ run: { status: string } }>(request, query, { id })).run.status;
  await expect.poll(status, { timeout: 120_000 }).toBe('DONE');
}

/** Waits until the page says that the run has this status. */
export async function expectStatus(page: Page, status: string): Promise<void> {
  await expect(page.locator(`.run-header[data-run-status="${status}"]`)).toBeVisible({ timeout: 90_000 });
}

export interface DrawnDisk {
  /** Pixels inside the disk whose color is a saturated one, as points have and the ground has not. */
  readonly colored: number;
  /** A number that changes with the picture. */
  readonly hash: number;
}

/** Reads what is on the screen inside the circle, from a screenshot: what people see, not what code believes. */
export async function readDisk(page: Page): Promise<DrawnDisk> {
  const picture = (await page.locator('.disk').screenshot()).toString('base64');
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const radius = Math.min(image.width, image.height) / 2 - 26;
    let colored = 0;
    let hash = 0;
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        if (Math.hypot(x - image.width / 2, y - image.height / 2) > radius) continue;
        const at = 4 * (y * image.width + x);
        const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
        if (Math.max(red, green, blue) - Math.min(red, green, blue) < 60) continue;
        colored++;
        hash = (hash * 31 + x * 7 + y * 13) % 1_000_003;
      }
    }
    return { colored, hash };
  }, picture);
}

/**
 * Moves the mouse over the disk until a point is under it that stays the nearest one a few pixels around, so that no
 * rounding of pixels decides between two. Returns where that was.
 */
export async function hoverAnyPoint(page: Page): Promise<{ x: number; y: number }> {
  const box = (await page.locator('.disk').boundingBox())!;
  const radius = Math.min(box.width, box.height) / 2;
  for (let ring = 1; ring < 19; ring++) {
    for (let step = 0; step < 24; step++) {
      const angle = (2 * Math.PI * step) / 24;
      const x = box.x + box.width / 2 + (ring / 20) * radius * Math.cos(angle);
      const y = box.y + box.height / 2 + (ring / 20) * radius * Math.sin(angle);
      const found = await hoveredAt(page, x, y);
      if (found === null) continue;
      const around = [];
      for (const [dx, dy] of [
        [3, 0],
        [-3, 0],
        [0, 3],
        [0, -3],
        [0, 0],
      ] as const) {
        around.push(await hoveredAt(page, x + dx, y + dy));
      }
      if (around.every((point) => point === found)) return { x, y };
    }
  }
  throw new Error('no point was found under the mouse anywhere on the disk');
}

async function hoveredAt(page: Page, x: number, y: number): Promise<string | null> {
  await page.mouse.move(x, y);
  // Hovering is answered in the next animation frame.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return page.locator('.disk').getAttribute('data-hovered');
}
