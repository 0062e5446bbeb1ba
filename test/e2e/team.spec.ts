import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Browser, Page, WebSocket } from '@playwright/test';
import { changeAnswers, expectLooks, hideNotices } from './looks.ts';
import { askApi, expectStatus, readDisk, startEmojiRun } from './support.ts';

test.describe.configure({ mode: 'serial' });

const PASSWORD = 'correct horse battery';
/** Several pages draw by software here, on processors that the tests may have to share. */
const SLOW_DRAWING_MS = 90_000;

let server: ChildProcess;
let setupLink: string;
let origin: string;
let admin: Page;
let editor: Page;
let viewer: Page;
let guest: Page;
let runId: string;
let sharedLink: string;
/** Sites with a page that has the shared view in a frame: one that the server names, and another one. */
let namedSite: Server;
let otherSite: Server;

async function openSite(): Promise<Server> {
  const site = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(`<iframe src="${sharedLink}?embed=1" width="800" height="600"></iframe>`);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  return site;
}

function originOf(site: Server): string {
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
}

/** Starts a server that asks for a login, and reads the link for the first admin from what it prints. */
function startServer(): Promise<string> {
  server = spawn(process.execPath, ['dist/server/cli/main.js', 'serve', '--port', '0'], {
    env: {
      ...process.env,
      // Beyond loopback: every address of this machine, so that a login is needed.
      HOST: '0.0.0.0',
      CIRCLE_LIMIT_HOME: mkdtempSync(join(tmpdir(), 'circle-limit-team-')),
      EMBED_ORIGINS: originOf(namedSite),
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    createInterface({ input: server.stdout! }).on('line', (line) => {
      const link = /http\S+#\S+/.exec(line)?.[0];
      if (link !== undefined) resolve(link);
    });
  });
}

/** In place of when it was, in pictures. */
const THEN = '2026-01-02T03:04:05Z';

async function openPage(browser: Browser, address: string): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: origin })).newPage();
  await hideNotices(page);
  await page.goto(address);
  return page;
}

/** As quickly as a password manager does: whoever the page took us for before is forgotten at once. */
async function makeLogin(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Mail address').fill(`${name.toLowerCase()}@example.org`);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make my login' }).click();
  await expect(page).toHaveURL((url) => url.pathname === '/runs');
}

/** The admin, on the page of members, makes a link for somebody, who makes a login with it. */
async function invite(browser: Browser, name: string, role: string): Promise<Page> {
  await admin.getByLabel('For whom').fill(name);
  await admin.getByLabel('Role', { exact: true }).selectOption(role);
  await admin.getByRole('button', { name: 'Make a link' }).click();
  await expect(admin.getByRole('list', { name: 'Open invitations' })).toContainText(`${role} for ${name}`);
  const page = await openPage(browser, await admin.getByLabel('Invitation link').inputValue());
  await makeLogin(page, name);
  return page;
}

/** What the menu of one's account offers. */
async function menuOf(page: Page, name: string): Promise<string[]> {
  await page.getByRole('button', { name: `Account of ${name}` }).click();
  const items = await page.getByRole('menuitem').allInnerTexts();
  await page.keyboard.press('Escape');
  return items;
}

/** Answers the question that comes after a button `Withdraw` was pressed. */
async function answer(page: Page, action: 'Back' | 'Withdraw'): Promise<void> {
  await expectAccessible(page);
  await page.getByRole('alertdialog').getByRole('button', { name: action }).click();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual(
    [],
  );
}

async function pauseOnceItMoves(): Promise<void> {
  const iteration = async () =>
    (
      await askApi<{ run: { iteration: number } }>(admin.request, 'query ($id: ID!) { run(id: $id) { iteration } }', {
        id: runId,
      })
    ).run.iteration;
  await expect.poll(iteration, { timeout: 90_000, intervals: [20] }).toBeGreaterThan(0);
  await askApi(admin.request, 'mutation ($id: ID!) { pauseRun(id: $id) { id } }', { id: runId });
}

test.beforeAll(async () => {
  [namedSite, otherSite] = [await openSite(), await openSite()];
  setupLink = await startServer();
  ({ origin } = new URL(setupLink));
});

test.afterAll(() => {
  server.removeAllListeners('exit');
  server.kill();
  for (const site of [namedSite, otherSite]) site.close();
});

test('whoever opens the printed link first becomes the admin, once', async ({ browser }) => {
  admin = await openPage(browser, setupLink);
  await expect(admin.getByRole('heading', { name: 'Make your login' })).toBeVisible();
  await expectAccessible(admin);
  await expectLooks(admin, 'join');
  await makeLogin(admin, 'Ada');
  const late = await openPage(browser, setupLink);
  await expect(late.getByRole('heading', { name: 'This invitation does not work' })).toBeVisible();
  await late.goto('/runs');
  await expect(late).toHaveURL(/\/login\?next=\/runs$/);
  await expectAccessible(late);
  await expectLooks(late, 'login');
  await late.context().close();
});

test('the admin invites a viewer and an editor, who make their logins', async ({ browser }) => {
  await admin.getByRole('button', { name: 'Account of Ada' }).click();
  await admin.getByRole('menuitem', { name: 'Members' }).click();
  viewer = await invite(browser, 'Grace', 'Viewer');
  editor = await invite(browser, 'Emmy', 'Editor');
  await expectAccessible(admin);
  await changeAnswers<{ members: object[]; invitations: object[] }>(admin, 'Members', (data) => {
    for (const member of data.members) Object.assign(member, { createdAt: THEN });
    data.invitations = [];
  });
  await admin.reload();
  await expect(admin.getByRole('row', { name: /Emmy/ })).toBeVisible();
  await expectLooks(admin, 'members');
  await admin.unrouteAll();
  expect(await menuOf(admin, 'Ada')).toEqual(['Account and tokens', 'Members', 'Audit log', 'Log out']);
  expect(await menuOf(editor, 'Emmy')).toEqual(['Account and tokens', 'Log out']);
  expect(await menuOf(viewer, 'Grace')).toEqual(['Account and tokens', 'Log out']);
});

test('an invitation is withdrawn only when the question was answered, and its link makes no login then', async ({
  browser,
}) => {
  await admin.getByLabel('For whom').fill('Nobody');
  await admin.getByRole('button', { name: 'Make a link' }).click();
  const open = admin.getByRole('list', { name: 'Open invitations' });
  await expect(open).toContainText('for Nobody');
  const link = await admin.getByLabel('Invitation link').inputValue();
  await admin.getByRole('button', { name: 'Withdraw the invitation for Nobody' }).click();
  await answer(admin, 'Back');
  await expect(open).toContainText('for Nobody');
  await admin.getByRole('button', { name: 'Withdraw the invitation for Nobody' }).click();
  await answer(admin, 'Withdraw');
  await expect(open).toHaveCount(0);
  const late = await openPage(browser, link);
  await expect(late.getByRole('heading', { name: 'This invitation does not work' })).toBeVisible();
  await late.context().close();
});

test('the viewer watches the run and finds nothing to change it with', async () => {
  runId = await startEmojiRun(admin.request, { name: 'Watched', limit: 800, iterations: 100_000 });
  // Paused while the page loads: drawing without a GPU and optimizing share the processor here, and it is to be
  // unfinished to the end of these tests.
  const pausing = pauseOnceItMoves();
  await viewer.goto(`/runs/${runId}`);
  await pausing;
  await expectStatus(viewer, 'PAUSED');
  await expect.poll(async () => (await readDisk(viewer)).colored).toBeGreaterThan(50);
  await expect(viewer.getByRole('button', { name: 'Resume' })).toHaveCount(0);
  await expect(viewer.getByRole('button', { name: 'Share' })).toHaveCount(0);
  await viewer.goto('/members');
  await expect(viewer.getByRole('alert')).toContainText('needs the role admin');
  await viewer.goto('/account');
  await expectLooks(viewer, 'account');
  await viewer.getByLabel('What for').fill('a script');
  await viewer.getByRole('button', { name: 'Make a token' }).click();
  await expect(viewer.getByLabel('Token', { exact: true })).toHaveValue(/^clt_/);
  await expectAccessible(viewer);
  const token = viewer.getByRole('row', { name: /a script/ });
  await token.getByRole('button', { name: 'Withdraw the token “a script”' }).click();
  await answer(viewer, 'Back');
  await expect(token).toContainText('until');
  await token.getByRole('button', { name: 'Withdraw the token “a script”' }).click();
  await answer(viewer, 'Withdraw');
  await expect(token).toContainText('withdrawn');
  await viewer.goto(`/runs/${runId}`);
  await expectStatus(viewer, 'PAUSED');
});

test('the editor finds everything that changes a run, and nothing that changes the team', async () => {
  await editor.goto(`/runs/${runId}`);
  await expectStatus(editor, 'PAUSED');
  for (const name of ['Resume', 'Share']) {
    await expect(editor.getByRole('button', { name })).toBeVisible();
  }
  await editor.goto('/audit');
  await expect(editor.getByRole('alert')).toContainText('needs the role admin');
  const refused = askApi(editor.request, 'mutation { inviteMember(input: { role: ADMIN, note: "", days: 1 }) { id } }');
  await expect(refused).rejects.toThrow('FORBIDDEN');
  const renaming = 'mutation ($id: ID!) { updateRun(id: $id, name: "Watched by Emmy") { name } }';
  await askApi(editor.request, renaming, { id: runId });
  await expect(viewer.getByRole('heading', { name: 'Watched by Emmy' })).toBeVisible();
  await expect(askApi(viewer.request, renaming, { id: runId })).rejects.toThrow('FORBIDDEN');
  await editor.context().close();
});

test('the admin shares what is seen, and somebody without a login sees it', async ({ browser }) => {
  await admin.goto(`/runs/${runId}?c=0.3,-0.2&z=1.5&rot=40`);
  await expectStatus(admin, 'PAUSED');
  await admin.getByRole('button', { name: 'Share' }).click();
  await admin.getByRole('button', { name: 'Make a link' }).click();
  sharedLink = await admin.getByLabel('Link', { exact: true }).inputValue();
  await expect(admin.getByText('never opened')).toBeVisible();
  await expectAccessible(admin);
  const started = Date.now();
  guest = await openPage(browser, sharedLink);
  await expect(guest.getByText(/^Shared by Ada on /)).toBeVisible();
  await expect
    .poll(async () => (await readDisk(guest)).colored, { intervals: [50], timeout: SLOW_DRAWING_MS })
    .toBeGreaterThan(50);
  console.log(`  a share link showed its first disk after ${Date.now() - started} ms`);
  await expect(guest).toHaveURL(/c=0\.3%2C-0\.2|c=0\.3,-0\.2/);
  await expect(guest.getByRole('button', { name: 'Resume' })).toHaveCount(0);
  await expect(guest.getByText('Export')).toHaveCount(0);
  await expectAccessible(guest);
  // Nothing but what was shared.
  expect((await guest.request.get(`/exports/${runId}/layout.csv`)).status()).toBe(401);
});

test('a frame of a site that is named may show it, without header', async ({ browser }) => {
  const response = await admin.request.get(`${sharedLink}?embed=1`);
  expect(response.headers()['content-security-policy']).toContain(`frame-ancestors ${originOf(namedSite)}`);
  expect((await admin.request.get('/runs')).headers()['content-security-policy']).toContain("frame-ancestors 'none'");
  const framed = await openPage(browser, `${sharedLink}?embed=1`);
  await expect.poll(async () => (await readDisk(framed)).colored, { timeout: SLOW_DRAWING_MS }).toBeGreaterThan(50);
  await expect(framed.locator('header')).toHaveCount(0);
  await framed.context().close();
});

test('a frame on a page of a site that is not named stays empty', async ({ browser }) => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(originOf(namedSite));
  await expect(page.frameLocator('iframe').locator('.disk')).toHaveAttribute('data-point-count', '800', {
    timeout: SLOW_DRAWING_MS,
  });
  const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  await page.goto(originOf(otherSite));
  await refused;
  await expect(page.frameLocator('iframe').locator('.disk')).toHaveCount(0);
  await page.context().close();
});

test('a link that is withdrawn, when the question was answered, closes the pages that show it', async () => {
  const withdraw = admin.getByRole('button', { name: 'Withdraw the link' }).first();
  await withdraw.click();
  await answer(admin, 'Back');
  await expect(withdraw).toBeVisible();
  await expect(guest.getByText(/^Shared by Ada on /)).toBeVisible();
  await withdraw.click();
  await answer(admin, 'Withdraw');
  await expect(guest.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
  await guest.reload();
  await expect(guest.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
});

test('somebody whose access is taken away is led to the login while watching', async () => {
  const sockets: WebSocket[] = [];
  viewer.on('websocket', (socket) => sockets.push(socket));
  await viewer.reload();
  await expectStatus(viewer, 'PAUSED');
  await expect.poll(() => sockets.length).toBeGreaterThan(0);
  const open = [...sockets];
  await admin.goto('/members');
  await admin.getByRole('row', { name: /Grace/ }).getByRole('button', { name: 'Take access away' }).click();
  await expect(viewer).toHaveURL(/\/login\?next=/);
  await expect.poll(() => open.every((socket) => socket.isClosed())).toBe(true);
  await viewer.getByLabel('Mail address').fill('grace@example.org');
  await viewer.getByLabel('Password').fill(PASSWORD);
  await viewer.getByRole('button', { name: 'Log in' }).click();
  await expect(viewer.getByRole('alert')).toContainText('this login was withdrawn');
});

test('the audit log says who did it', async () => {
  await admin.goto('/audit');
  await expect(admin.getByRole('row', { name: /Ada.*revoke share link/ })).toBeVisible();
  await expect(admin.getByRole('row', { name: /Ada.*start run/ })).toBeVisible();
  await expect(admin.getByRole('row', { name: /Ada.*change member/ })).toBeVisible();
  await expectAccessible(admin);
  await changeAnswers<{ auditLog: { nodes: { action: string }[]; totalCount: number } }>(admin, 'AuditLog', (data) => {
    const kinds = ['revokeShareLink', 'startRun', 'changeMember'];
    const { nodes } = data.auditLog;
    const shown = kinds.flatMap((kind) => nodes.find(({ action }) => action === kind) ?? []);
    data.auditLog.nodes = shown.map((entry) => ({ ...entry, at: THEN, subject: 'its id', detail: '{}' }));
    data.auditLog.totalCount = shown.length;
  });
  await admin.reload();
  await expect(admin.getByRole('row', { name: /its id/ }).first()).toBeVisible();
  await expectLooks(admin, 'audit');
  await admin.unrouteAll();
  await admin.getByRole('button', { name: 'Account of Ada' }).click();
  await admin.getByRole('menuitem', { name: 'Log out' }).click();
  await expect(admin).toHaveURL(/\/login$/);
  await admin.goto('/runs');
  await expect(admin).toHaveURL(/\/login\?next=\/runs$/);
});
