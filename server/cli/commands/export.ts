import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { rename, rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { readConfig, type Config } from '../../config.ts';
import { ConflictError, NotFoundError, UnavailableError } from '../../errors.ts';
import type { LayoutFormat } from '../../export/layoutExport.ts';
import type { Store } from '../../storage/store.ts';
import * as parse from '../options.ts';

type ExportFormat = LayoutFormat | 'html';

interface ExportOptions {
  readonly format: ExportFormat;
  readonly out: string;
}

export function addExportCommand(program: Command, signal: AbortSignal): void {
  program
    .command('export')
    .description('write the layout of a stored run to a file')
    .argument('<run>', 'id of the run')
    .requiredOption(
      '--format <name>',
      'npy, csv, parquet, json, svg or png; html replays the run without a server',
      parse.exportFormat,
    )
    .requiredOption('--out <file>', 'file to write')
    .addHelpText('after', '\nExample:\n  circle-limit export run_3kq… --format csv --out layout.csv')
    .action(async (runId: string, options: ExportOptions) => {
      const config = readConfig();
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
  const { format, out } = options;
  await withStore(config, async (store) => {
    if (format === 'html') return exportReplay(config, store, runId, out);
    const table = await readStoredLayout(store, runId);
    await atomicWrite(out, (destination) => writeLayout(format, table, destination));
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
  const origin = `http://${config.host}:${config.port}`;
  const fileName = options.format === 'html' ? 'replay.html' : `layout.${options.format}`;
  const address = `${origin}/exports/${encodeURIComponent(runId)}/${fileName}`;
  let response: Response;
  try {
    response = await fetch(address, { signal });
  } catch (cause) {
    throw new UnavailableError(
      `the store is in use by another process, and no server answers at ${origin}; set PORT to the one it listens on`,
      { cause },
    );
  }
  if (response.status === 404) throw new NotFoundError(`no run ${runId}, or it has no layout yet`);
  if (!response.ok || response.body === null) throw new UnavailableError(`${address} answered ${response.status}`);
  const partial = `${options.out}.partial`;
  try {
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(partial));
    await rename(partial, options.out);
  } finally {
    await rm(partial, { force: true });
  }
}
