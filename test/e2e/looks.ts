import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

const STEADY = join(import.meta.dirname, 'steady.css');

/** Compares the page with the picture of that name; what time, machine or data decide is not seen. */
export async function expectLooks(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await expect(page).toHaveScreenshot(`${name}.png`, { stylePath: STEADY, maxDiffPixelRatio: 0.01 });
}

/**
 * Leaves out what is told only where CIFAR-10 is missing, from the start of every page: a page that grows while its
 * picture is taken is drawn too late.
 */
export async function hideNotices(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.notices { display: none !important }');
    document.adoptedStyleSheets = [sheet];
  });
}

/** Lets the server's answers to a query pass with these fields changed. */
export async function changeAnswers<Data>(page: Page, query: string, edit: (data: Data) => void): Promise<void> {
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes(`query ${query}`)) return route.fallback();
    const response = await route.fetch();
    const answer = (await response.json()) as { data: Data };
    edit(answer.data);
    return route.fulfill({ response, json: answer });
  });
}

/** What a page still asks when its test has ended is nobody's failure. */
export async function endRoutes(page: Page): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
}
