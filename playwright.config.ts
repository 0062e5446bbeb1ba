import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './test/support/chromium.ts';

const PORT = Number(process.env.E2E_PORT ?? 4173);
/** One empty home a run of the tests; the workers, which read this file again, get it through the environment. */
const home = (process.env.E2E_HOME ??= mkdtempSync(join(tmpdir(), 'circle-limit-e2e-')));

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/e2e',
  fullyParallel: false,
  // The tests share one server and its runs.
  workers: 1,
  retries: process.env.CI ? 2 : 0,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: CHROMIUM,
  },
  webServer: {
    command: `node dist/server/cli/main.js serve --port ${PORT}`,
    url: `http://127.0.0.1:${PORT}/readyz`,
    timeout: 60_000,
    env: { ...(process.env as Record<string, string>), CIRCLE_LIMIT_HOME: home, LOG_LEVEL: 'warn' },
  },
});
