// Makes the pictures of the documentation from emoji, which the product draws itself: the layout as `run` writes it, and the
// dashboard on the run with which it starts. Usage: node scripts/docsPictures.mjs      (CHROMIUM_PATH names the browser)
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import sharp from 'sharp';

const root = fileURLToPath(new URL('..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'circle-limit-pictures-'));
const env = { ...process.env, CIRCLE_LIMIT_HOME: home, CIFAR10_DIR: '', LOG_LEVEL: 'error' };
const main = join(root, 'dist/server/cli/main.js');
const RUN_TIMEOUT_MS = 15 * 60_000;
/** A point in the middle of a group, whose neighbors are worth a look. */
const POINT = 42;

const write = (picture, name) =>
  sharp(picture)
    .resize({ width: 1280, withoutEnlargement: true })
    .webp({ quality: 82 })
    .toFile(join(root, `docs/images/${name}.webp`));

try {
  const folder = join(home, 'disk');
  execFileSync(process.execPath, [main, 'run', '--dataset', 'emoji', '--limit', '400', '--out', folder], { env });
  await write(join(folder, 'layout.png'), 'emoji-layout');
  await photographDashboard();
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function photographDashboard() {
  const server = spawn(process.execPath, [main, 'serve', '--port', '0'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking'],
  });
  try {
    const [line] = await new Promise((resolve) => server.stdout.once('data', (chunk) => resolve([String(chunk)])));
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
    await page.goto(/http:\/\/\S+/.exec(line)[0]);
    await page.locator('[data-run-status="DONE"]').first().waitFor({ timeout: RUN_TIMEOUT_MS });
    if (!/\/runs\/./.test(page.url())) await page.locator('a[href^="/runs/"]').first().click();
    await page.locator('.run-header[data-run-status="DONE"]').waitFor();
    await page.waitForLoadState('networkidle');
    await write(await page.screenshot(), 'emoji-run');
    await page.goto(`${page.url().split('?')[0]}?p=${POINT}&z=1.6`);
    await page.waitForLoadState('networkidle');
    await write(await page.screenshot(), 'emoji-neighbors');
  } finally {
    await browser.close();
    server.kill('SIGTERM');
  }
}
