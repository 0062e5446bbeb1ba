import { Option, type Command } from 'commander';
import type { RunStateFragment } from '../../client/index.ts';
import { readConfig } from '../../config.ts';
import { BadInputError } from '../../errors.ts';
import * as parse from '../options.ts';
import { serverOption } from '../remote.ts';
import { Reporter } from '../reporter.ts';
import type { RemoteServer } from '../work/remoteServer.ts';

interface CommonOptions {
  readonly server: string;
  readonly json: boolean;
}

interface StartOptions extends CommonOptions {
  readonly dataset: string;
  readonly model: string;
  readonly name?: string;
  readonly limit?: number;
  readonly seed?: number;
  readonly iterations?: number;
  readonly perplexity?: number;
}

const PAGE = 200;

/** `run start`, `run list`, `run watch`: the runs of a server elsewhere. */
export function addRemoteRunCommands(group: Command, signal: AbortSignal): void {
  const add = (name: string, description: string): Command =>
    group
      .command(name)
      .description(`${description} of a server`)
      .addOption(serverOption().makeOptionMandatory())
      .addOption(new Option('--json', 'print one JSON object').default(false));
  add('start', 'start a run')
    .requiredOption('--dataset <name>', parse.DATASET_ARGUMENT)
    .requiredOption('--model <name>', 'a name of the page of models')
    .option('--name <name>', 'a name for people')
    .option('--limit <n>', 'number of images, spread evenly over the data set', parse.integer(1))
    .option('--seed <n>', 'seed of every random number', parse.integer(0))
    .option('--iterations <n>', 'iterations of the layout', parse.integer(1))
    .option('--perplexity <p>', 'effective number of neighbors', parse.positiveNumber)
    .action(async (options: StartOptions) => start(await connect(options, signal), options));
  add('list', 'list the runs').action(async (options: CommonOptions) => list(await connect(options, signal), options));
  add('watch', 'follow a run')
    .argument('<run>', 'id of the run')
    .action(async (id: string, options: CommonOptions) => watch(await connect(options, signal), id, options));
}

async function connect({ server }: CommonOptions, signal: AbortSignal): Promise<RemoteServer> {
  const { RemoteServer } = await import('../work/remoteServer.ts');
  return new RemoteServer(server, readConfig().apiToken, signal);
}

async function start(remote: RemoteServer, { server: _server, json, ...input }: StartOptions): Promise<void> {
  const run = await remote.ask((client) => client.startRun(input));
  new Reporter({ json }).result(run, [run.id]);
}

async function list(remote: RemoteServer, { json }: CommonOptions): Promise<void> {
  const runs: RunStateFragment[] = [];
  let after: string | null = null;
  do {
    const { nodes, pageInfo } = await remote.ask((client) => client.runs({ first: PAGE, ...(after && { after }) }));
    runs.push(...nodes);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  const lines = runs.map(({ id, name, status, quality }) => {
    const recall = quality === null ? '' : `recall ${quality.recallAt15.toFixed(3)}`;
    return `${id}  ${status.padEnd(10)}  ${recall.padEnd(12)}  ${name}`;
  });
  new Reporter({ json }).result({ runs }, lines);
}

async function watch(remote: RemoteServer, id: string, { json }: CommonOptions): Promise<void> {
  const reporter = new Reporter({ json });
  let last: RunStateFragment | null = null;
  for await (const { run } of remote.follow((client) => client.watch(id, { maxFramesPerSecond: 1 }))) {
    last = run;
    if (run.stage.total > 0) reporter.progress(run.stage.name, run.stage);
  }
  if (last === null) throw new BadInputError(`there is nothing to watch of ${id}`);
  const reason = last.error === null ? '' : `: ${last.error.message}`;
  reporter.result(last, [`${last.status.toLowerCase()}${reason}`]);
  if (last.status !== 'DONE') process.exitCode = 1;
}
