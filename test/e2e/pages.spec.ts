import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { askApi, expectDone, expectStatus, startEmojiRun } from './support.ts';

test.describe.configure({ mode: 'serial' });

let left = '';
let right = '';

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found).toEqual([]);
}

test.beforeAll(async ({ request }) => {
  left = await startEmojiRun(request, { name: 'Left', limit: 120, iterations: 60 });
  right = await startEmojiRun(request, { name: 'Right', limit: 120, iterations: 60, geometry: 'EUCLIDEAN' });
});

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('the page of a run has no accessibility problem', async ({ page }) => {
      await page.goto(`/runs/${right}`);
      await expectStatus(page, 'DONE');
      await page.goto(`/runs/${left}?p=3`);
      await expectStatus(page, 'DONE');
      await expect(page.getByTestId('inspector').locator('li')).toHaveCount(30);
      await expectAccessible(page);
    });

    for (const path of ['/runs', '/datasets', '/models', '/s/no-such-token', '/runs/no-such-run']) {
      test(`${path} has no accessibility problem`, async ({ page }) => {
        await page.goto(path);
        await expect(page.getByRole('heading').first()).toBeVisible();
        await page.waitForLoadState('networkidle');
        await expectAccessible(page);
      });
    }
  });
}

test('the first page leads to the newest run', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveURL(/\/runs\/[^/]+$/);
});

test('a run is started from the form', async ({ page, request }) => {
  await expectDone(request, right);
  await page.goto('/runs');
  await page.getByRole('button', { name: 'Start a run' }).click();
  const form = page.getByRole('dialog');
  await expectAccessible(page);
  await form.getByLabel('Data set').fill('emoji');
  await form.getByLabel('Images').fill('60');
  await form.getByLabel('Iterations').fill('30');
  await form.getByText('Advanced choices').click();
  await form.getByLabel('Perplexities beside it').fill('5, 15');
  await form.getByLabel('Start from').selectOption('RANDOM');
  await expectAccessible(page);
  // A run was measured, so the time is known; and these choices can be kept.
  await expect(form.getByTestId('estimate')).toContainText(/About \d+ s/);
  await form.getByRole('button', { name: 'Save these choices' }).click();
  await form.getByLabel('Name of the preset').fill('Mine');
  await form.getByLabel('Name of the preset').press('Enter');
  await form.getByRole('button', { name: 'Standard' }).click();
  await expect(form.getByLabel('Start from')).toHaveValue('PCA');
  await form.getByRole('button', { name: 'Mine', exact: true }).click();
  await form.getByLabel('Name', { exact: true }).fill('From the form');
  await form.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page).toHaveURL(/\/runs\/(?!no-such)/);
  await expectStatus(page, 'DONE');
  await expect(page.getByLabel('Name of the run')).toHaveValue('From the form');
  const { run } = await askApi<{ run: { parameters: object } }>(
    page.request,
    'query ($id: ID!) { run(id: $id) { parameters { furtherPerplexities initialization limit } } }',
    { id: new URL(page.url()).pathname.split('/').at(-1)! },
  );
  expect(run.parameters).toEqual({ furtherPerplexities: [5, 15], initialization: 'RANDOM', limit: 60 });

  await page.getByRole('button', { name: 'Again with changes' }).click();
  await expect(form.getByLabel('Perplexities beside it')).toHaveValue('5, 15');
  await expect(form.getByLabel('Images')).toHaveValue('60');
});

test('a bad data set is refused in one sentence', async ({ page }) => {
  await page.goto('/runs');
  await page.getByRole('button', { name: 'Start a run' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Data set').fill('emoji');
  await form.getByLabel('Perplexity').evaluate((field: HTMLInputElement) => field.removeAttribute('max'));
  await form.getByLabel('Perplexity').fill('100000');
  await form.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(form.getByRole('alert')).toContainText('perplexity');
  await form.getByLabel('Perplexity').fill('30');
  await form.getByLabel('Data set').fill('no such thing');
  await form.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(form.getByRole('alert')).toContainText('no such data set or folder');
});

test('a data set shows its labels and images', async ({ page, request }) => {
  const { datasets } = await askApi<{ datasets: { id: string; name: string }[] }>(request, '{ datasets { id name } }');
  const emoji = datasets.find(({ name }) => name === 'emoji')!;
  await page.goto(`/datasets/${emoji.id}`);
  await expect(page.getByRole('heading', { name: 'emoji' })).toBeVisible();
  await expect(page.locator('.histogram li')).not.toHaveCount(0);
  await expect(page.locator('.grid img')).toHaveCount(120);
  await expect(page.getByRole('region', { name: 'Embeddings' })).toContainText('nano');
  await expect(page.getByRole('region', { name: 'Runs made from it' })).toContainText('Left');
  const bar = page.locator('.histogram button').first();
  const count = Number((await bar.locator('.count').innerText()).replace(',', ''));
  await bar.click();
  await expect(page.locator('#images-title')).toContainText(`of ${count.toLocaleString('en-US')}`);
  await expectAccessible(page);
});

test('two runs are compared side by side', async ({ page }) => {
  await page.goto(`/compare/${left}/${right}`);
  await expect(page.locator('.disk')).toHaveCount(2);
  for (const disk of await page.locator('.disk').all()) await expect(disk).toHaveAttribute('data-point-count', '120');
  await expect(page.getByText('Neighborhoods kept')).toBeVisible();
  // Moving one disk moves the other along.
  const before = await page.locator('.disk').nth(1).screenshot();
  const box = (await page.locator('.disk').first().boundingBox())!;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down();
  await page.mouse.move(middle.x + 60, middle.y + 20, { steps: 4 });
  await page.mouse.up();
  await page.mouse.move(middle.x, box.y + box.height + 20);
  await expect.poll(async () => (await page.locator('.disk').nth(1).screenshot()).equals(before)).toBe(false);
  // All disks are one canvas; what is pointed at in the list is marked on both.
  await expect(page.locator('canvas')).toHaveCount(2);
  await expect(page.getByText('Images that match')).toBeVisible();
  await page.getByRole('region', { name: 'Changed most' }).getByRole('button').first().click();
  const chosen = await page.locator('.disk').first().getAttribute('data-selected');
  expect(chosen).toMatch(/^\d+$/);
  await expect(page.locator('.disk').nth(1)).toHaveAttribute('data-selected', chosen!);
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await expect(page.getByText('Neighbors that differ')).toBeVisible();
  await page.getByRole('slider', { name: 'Morph to the places in A' }).fill('0.5');
  await page.getByRole('button', { name: 'None' }).click();
  await expect(page.getByText('Neighborhoods kept')).toBeVisible();
  await expectAccessible(page);
});

test('on a phone a button opens the choices of a comparison, and both disks are seen at once', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/compare/${left}/${right}`);
  for (const disk of await page.locator('.disk').all()) await expect(disk).toBeInViewport({ ratio: 1 });
  await expect(page.getByText('Neighborhoods kept')).toBeVisible();
  const lens = page.getByRole('button', { name: 'Change', exact: true });
  await expect(lens).toBeHidden();
  await page.getByRole('button', { name: 'View', exact: true }).click();
  await lens.click();
  await expect(page.getByText('Neighbors that differ')).toBeVisible();
  await expectAccessible(page);
});

test('the question mark lists the keys', async ({ page }) => {
  await page.goto('/runs');
  await expect(page.getByRole('button', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('without WebGL the picture of the server stands in', async ({ page }) => {
  await page.addInitScript(() => {
    const original = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return kind === 'webgl2' ? null : Reflect.apply(original, this, [kind, ...rest]);
    } as typeof original;
  });
  await page.goto(`/runs/${left}`);
  await expect(page.getByText('This browser offers no WebGL 2')).toBeVisible();
  const picture = page.getByAltText('Layout of the run on the disk');
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
});
