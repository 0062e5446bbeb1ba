// Lets Node run the TypeScript sources: `node --import ./scripts/typescriptLoader.mjs server/cli/main.ts`. Used by
// development, benchmarks, and by tests for the worker threads that the product starts. Types are only stripped; what is
// imported has its full name with extension, so nothing needs to be resolved.
import { register } from 'node:module';

register('./typescriptHooks.mjs', import.meta.url);
