import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { BadInputError } from '../../errors.ts';
import * as parse from '../options.ts';
import { untilAborted } from '../untilAborted.ts';

export function addWorkerCommand(program: Command, signal: AbortSignal): void {
  program
    .command('worker')
    .description('take runs and extractions from the queue of a database that a server shares (DATABASE_URL)')
    .option('--concurrency <number>', 'runs that work here at the same time', parse.integer(1), 1)
    .action(async ({ concurrency }: { readonly concurrency: number }) => {
      const config = readConfig();
      if (config.databaseUrl === undefined) {
        throw new BadInputError(
          'DATABASE_URL: a worker needs the database of the server it works for; the embedded store has one process',
        );
      }
      const { startWorker } = await import('../../worker.ts');
      const worker = await startWorker(config, concurrency);
      process.stdout.write(`Circle Limit works on the runs of ${new URL(config.databaseUrl).host}\n`);
      try {
        await untilAborted(signal);
      } finally {
        await worker.close();
      }
    });
}
