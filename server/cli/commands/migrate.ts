import type { Command } from 'commander';
import { readConfig } from '../../config.ts';

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the schema of the store up to date (starting the server does the same)')
    .action(async () => {
      const { withStore } = await import('../work/localStore.ts');
      // Opening a store applies what is missing and fails where a migration was changed or half applied.
      await withStore(readConfig(), async (store) => {
        process.stdout.write(`the ${store.kind} store is up to date\n`);
      });
    });
}
