import { Option, type Command } from 'commander';
import { readConfig } from '../../config.ts';
import * as parse from '../options.ts';
import { serverOption } from '../remote.ts';
import { Reporter } from '../reporter.ts';

interface ShareOptions {
  readonly server: string;
  readonly days?: number;
  readonly download: boolean;
  readonly view: string;
  readonly json: boolean;
}

const DAY_MS = 86_400_000;

export function addShareCommand(program: Command, signal: AbortSignal): void {
  program
    .command('share')
    .description('make a link with which anybody can look at runs of a server; it is shown once')
    .argument('<run...>', 'ids of one to six runs')
    .addOption(serverOption().makeOptionMandatory())
    .option('--days <n>', 'how long the link works; by default until it is withdrawn', parse.positiveNumber)
    .option('--download', 'whoever has it may take the layouts away as files', false)
    .option('--view <query>', 'the view, as the query string of a page has it', '')
    .addOption(new Option('--json', 'print one JSON object').default(false))
    .addHelpText('after', '\nExample:\n  circle-limit share run_3kq… --server https://disk.example.org --days 7')
    .action(async (runIds: string[], options: ShareOptions) => {
      const { RemoteServer } = await import('../work/remoteServer.ts');
      const remote = new RemoteServer(options.server, readConfig().apiToken, signal);
      const expiresAt = options.days === undefined ? null : new Date(Date.now() + options.days * DAY_MS).toISOString();
      const input = { runIds, viewState: options.view, expiresAt, allowDownload: options.download };
      const { id, url } = await remote.ask((client) => client.share(input));
      new Reporter(options).result({ id, url, expiresAt }, [url]);
    });
}
