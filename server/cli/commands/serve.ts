import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import * as parse from '../options.ts';
import { untilAborted } from '../untilAborted.ts';

export function addServeCommand(program: Command, signal: AbortSignal): void {
  program
    .command('serve')
    .description('start the server and the dashboard')
    .option('--port <number>', 'port (default: PORT or 4000)', parse.integer(0))
    .option('--host <address>', 'address to listen on (default: HOST or 127.0.0.1)')
    .option(
      '--concurrency <number>',
      'runs that work here at the same time; 0 leaves them to workers',
      parse.integer(0),
      1,
    )
    .action(async (options: { readonly port?: number; readonly host?: string; readonly concurrency: number }) => {
      const config = readConfig({
        ...process.env,
        ...(options.port === undefined ? {} : { PORT: String(options.port) }),
        ...(options.host === undefined ? {} : { HOST: options.host }),
      });
      const { startServer } = await import('../../main.ts');
      const server = await startServer(config, {
        concurrency: options.concurrency,
        onNotice: (line) => process.stderr.write(`${line}\n`),
        onSetupLink: (address) =>
          process.stdout.write(
            `Nobody has a login yet. Whoever opens this link first becomes the admin (once, within a day):\n  ${address}\n`,
          ),
      });
      process.stdout.write(`Circle Limit is at ${server.url}\n`);
      try {
        // A store that cannot be opened ends the command; until then the page says that the server is starting.
        await server.ready;
        await untilAborted(signal);
      } finally {
        await server.close();
      }
    });
}
