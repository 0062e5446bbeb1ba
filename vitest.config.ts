import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Worker threads that the product starts from TypeScript sources need a loader, which they inherit from the test process.
const execArgv = ['--import', fileURLToPath(new URL('scripts/typescriptLoader.mjs', import.meta.url))];

export default defineConfig({
  // Node takes graphql's CommonJS files, Vite would take its modules: two copies, which refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    pool: 'forks',
    // Two at least: many tests wait for processes that start, for disks and for leases that run out.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    execArgv,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
