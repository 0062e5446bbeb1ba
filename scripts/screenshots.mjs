// Makes the README's screenshots from a real run: starts the built server on an empty home, lets its first run finish, and
// photographs the dashboard. Usage: node scripts/screenshots.mjs [FOLDER]      (default: docs/images)
// CIFAR10_DIR decides whether the run shows CIFAR-10 or emoji; CHROMIUM_PATH names the browser.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2] ?? join(root, 'docs/images');
const home = mkdtempSync(join(tmpdir(), 'circle-limit-screenshots-'));
const VIEWPORT = { width: 1440, height: 900 };
const RUN_TIMEOUT_MS = 15 * 60_000;

mkdirSync(folder, { recursive: true });
const server = spawn(process.execPath, ['dist/server/cli/main.js', 'serve', '--port', '0'], {
  cwd: root,
  env: { ...process.env, CIRCLE_LIMIT_HOME: home },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const address = await printedAddress(server);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking'],
  });
  for (const colorScheme of ['dark', 'light']) {
    const page = await browser.newPage({ viewport: VIEWPORT, colorScheme });
    await page.goto(address);
    await page.locator('[data-run-status="DONE"]').waitFor({ timeout: RUN_TIMEOUT_MS });
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(folder, `run-${colorScheme}.png`) });
    await page.close();
  }
  await browser.close();
} finally {
  server.kill('SIGTERM');
  rmSync(home, { recursive: true, force: true });
}

/** The address that the server prints on its one line. */
function printedAddress(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const address = /http:\/\/\S+/.exec(output);
      if (address !== null) resolve(address[0]);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with code ${code} before it printed an address`)));
  });
}
