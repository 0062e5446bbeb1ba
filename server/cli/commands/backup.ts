import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { readConfig, type Config } from '../../config.ts';
import { NotFoundError } from '../../errors.ts';
import type { BackupProgress } from '../../storage/backup/backup.ts';
import type { BackupManifest } from '../../storage/backup/backupFile.ts';
import { version } from '../../version.ts';
import { Reporter } from '../reporter.ts';

interface BackupOptions {
  readonly out: string;
  readonly json: boolean;
}

export function addBackupCommand(program: Command): void {
  program
    .command('backup')
    .description('write the whole store, embedded or on a server, into one file that is checked')
    .requiredOption('--out <file>', 'file to write; it appears when it is whole')
    .addOption(new Option('--json', 'print one JSON object').default(false))
    .addHelpText('after', '\nExample:\n  circle-limit backup --out monday.backup')
    .action(async (options: BackupOptions) => {
      const config = readConfig();
      requireStore(config);
      const reporter = new Reporter(options);
      const { backUp } = await import('../../storage/backup/backup.ts');
      const { migrate } = await import('../../storage/openStore.ts');
      const { withDatabase } = await import('../../storage/openDatabase.ts');
      const manifest = await withDatabase(config, async (database) => {
        await migrate(database.pool);
        return backUp(database, options.out, version, progressOf(reporter));
      });
      const { size } = await stat(options.out);
      reporter.result({ file: options.out, bytes: size, tables: rowsOf(manifest) }, [
        `${describe(manifest)} written to ${options.out} (${(size / 1e6).toFixed(1)} MB)`,
      ]);
    });
}

export function addRestoreCommand(program: Command): void {
  program
    .command('restore')
    .description('fill an empty store, embedded or on a server, from a backup of either')
    .argument('<file>', 'what backup has written')
    .addOption(new Option('--json', 'print one JSON object').default(false))
    .addHelpText('after', '\nExample:\n  CIRCLE_LIMIT_HOME=./fresh circle-limit restore monday.backup')
    .action(async (file: string, options: { readonly json: boolean }) => {
      const reporter = new Reporter(options);
      const { restore } = await import('../../storage/backup/backup.ts');
      const { withDatabase } = await import('../../storage/openDatabase.ts');
      const manifest = await withDatabase(readConfig(), (database) => restore(database, file, progressOf(reporter)));
      reporter.result({ file, createdAt: manifest.createdAt, tables: rowsOf(manifest) }, [
        `${describe(manifest)} restored, as of ${manifest.createdAt}`,
      ]);
    });
}

function progressOf(reporter: Reporter): BackupProgress {
  return (table, done, total) => {
    reporter.progress(table, { done, total, unit: 'rows' });
  };
}

/** A backup of nothing would be of no use to whoever relies on it. */
function requireStore({ databaseUrl, home }: Config): void {
  if (databaseUrl !== undefined || existsSync(join(home, 'store'))) return;
  throw new NotFoundError(`there is no store in ${home}; set CIRCLE_LIMIT_HOME or DATABASE_URL to one`);
}

function rowsOf({ tables }: BackupManifest): Record<string, number> {
  return Object.fromEntries(tables.map(({ name, rows }) => [name, rows]));
}

function describe(manifest: BackupManifest): string {
  const { runs = 0, embeddings = 0 } = rowsOf(manifest);
  return `${runs} runs and ${embeddings} embeddings`;
}
