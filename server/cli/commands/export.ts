import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { rename, rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { readConfig, type Config } from '../../config.ts';
import { ConflictError, NotFoundError, UnavailableError } from '../../errors.ts';
import type { LayoutFormat } from '../../export/layoutExport.ts';
import * as parse from '../options.ts';

export function addExportCommand(program: Command, signal: AbortSignal): void {
  program
    .command('export')
    .description('write the layout of a stored run to a file')
    .argument('<run>', 'id of the run')
    .requiredOption('--format <name>', 'npy, csv, parquet, json, svg or png', parse.exportFormat)
    .requiredOption('--out <file>', 'file to write')
    .addHelpText('after', '\nExample:\n  circle-limit export run_3kq… --format csv --out layout.csv')
    .action(async (runId: string, options: { readonly format: LayoutFormat; readonly out: string }) => {
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

async function exportFromStore(config: Config, runId: string, options: { format: LayoutFormat; out: string }) {
  const { writeLayout } = await import('../../export/layoutExport.ts');
  const { atomicWrite } = await import('../../formats/atomicWrite.ts');
  const { readStoredLayout } = await import('../../jobs/storedLayout.ts');
  const { withStore } = await import('../work/localStore.ts');
  await withStore(config, async (store) => {
    const table = await readStoredLayout(store, runId);
    await atomicWrite(options.out, (destination) => writeLayout(options.format, table, destination));
  });
}

async function exportFromServer(
  config: Config,
  runId: string,
  options: { format: LayoutFormat; out: string },
  signal: AbortSignal,
): Promise<void> {
  const origin = `http://${config.host}:${config.port}`;
  const address = `${origin}/exports/${encodeURIComponent(runId)}/layout.${options.format}`;
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
