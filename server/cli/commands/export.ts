import { join } from 'node:path';
import type { Command } from 'commander';
import { readConfig, type Config } from '../../config.ts';
import { BadInputError, ConflictError, UnavailableError } from '../../errors.ts';
import type { LayoutFormat } from '../../export/layoutExport.ts';
import { PIXELS_PER_SCALE } from '../../export/pictureLayout.ts';
import type { Store } from '../../storage/store.ts';
import * as parse from '../options.ts';
import { serverOption, UnreachableError } from '../remote.ts';

type ExportFormat = LayoutFormat | 'html';

interface ExportOptions {
  readonly format: ExportFormat;
  readonly out: string;
  readonly scale?: string;
  readonly transparent?: boolean;
  readonly server?: string;
}

export function addExportCommand(program: Command, signal: AbortSignal): void {
  program
    .command('export')
    .description('write the layout of a stored run to a file')
    .argument('<run>', 'id of the run')
    .requiredOption(
      '--format <name>',
      'npy, csv, parquet, json, png, svg (vectors up to 20,000 points, beyond that one picture) or html (replays the run without a server)',
      parse.exportFormat,
    )
    .requiredOption('--out <file>', 'file to write')
    .option('--scale <number>', 'of a png: 1 to 4 times 1040 pixels (default: 2)', parse.pictureScale)
    .option('--transparent', 'a png without ground')
    .addOption(serverOption())
    .addHelpText('after', '\nExample:\n  circle-limit export run_3kq… --format csv --out layout.csv')
    .action(async (runId: string, options: ExportOptions) => {
      if (options.format !== 'png' && (options.scale !== undefined || options.transparent)) {
        throw new BadInputError('--scale and --transparent are for --format png');
      }
      const config = readConfig();
      if (options.server !== undefined) {
        await exportFromServer(config, runId, options, signal);
        process.stderr.write(`written to ${options.out}\n`);
        return;
      }
      try {
        await exportFromStore(config, runId, options);
      } catch (error) {
        // The embedded store belongs to one process; where that is a running server, it has the layout to give.
        if (!(error instanceof ConflictError)) throw error;
        await exportFromServer(config, runId, options, signal);
      }
      process.stderr.write(`written to ${options.out}\n`);
    });
}

async function exportFromStore(config: Config, runId: string, options: ExportOptions) {
  const { writeLayout } = await import('../../export/layoutExport.ts');
  const { atomicWrite } = await import('../../formats/atomicWrite.ts');
  const { readStoredLayout } = await import('../../jobs/storedLayout.ts');
  const { withStore } = await import('../work/localStore.ts');
  const { format, out, scale, transparent } = options;
  const size = scale === undefined ? undefined : PIXELS_PER_SCALE * Number(scale);
  await withStore(config, async (store) => {
    if (format === 'html') return exportReplay(config, store, runId, out);
    const table = await readStoredLayout(store, runId);
    await atomicWrite(out, (destination) => writeLayout(format, table, destination, { size, transparent }));
  });
}

async function exportReplay({ home, cifar10Dir }: Config, store: Store, runId: string, out: string): Promise<void> {
  const { writeReplay } = await import('../../export/replayFile.ts');
  const { atomicWrite } = await import('../../formats/atomicWrite.ts');
  const { DatasetLibrary } = await import('../../jobs/datasetLibrary.ts');
  const { readStoredReplay } = await import('../../jobs/storedReplay.ts');
  const images = new DatasetLibrary({ store: store.datasets, cacheFolder: join(home, 'datasets'), cifar10Dir });
  try {
    const replay = await readStoredReplay(store, images, runId);
    await atomicWrite(out, (destination) => writeReplay(replay, destination));
  } finally {
    await images.close();
  }
}

async function exportFromServer(
  config: Config,
  runId: string,
  options: ExportOptions,
  signal: AbortSignal,
): Promise<void> {
  const { RemoteServer } = await import('../work/remoteServer.ts');
  const local = `http://${config.host}:${config.port}`;
  const server = new RemoteServer(options.server ?? local, config.apiToken, signal);
  const { format, scale, transparent } = options;
  const fileName = format === 'html' ? 'replay.html' : `layout.${format}`;
  const query = new URLSearchParams({ ...(scale && { scale }), ...(transparent && { transparent: '1' }) });
  try {
    await server.download(`/exports/${encodeURIComponent(runId)}/${fileName}?${query}`, options.out);
  } catch (cause) {
    if (!(cause instanceof UnreachableError) || options.server !== undefined) throw cause;
    throw new UnavailableError(
      `the store is in use by another process, and no server answers at ${local}; set PORT to the one it listens on`,
      { cause },
    );
  }
}
