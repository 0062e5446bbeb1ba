import { defineConfig } from 'vitest/config';

// Worker threads that the product starts from TypeScript sources need a loader, which they inherit from the test process.
const execArgv = ['--import', '@swc-node/register/esm-register'];

export default defineConfig({
  test: {
    pool: 'forks',
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
