import type { PoolClient } from 'pg';
import { ConflictError } from '../../errors.ts';
import { atomicWriteWith } from '../../formats/atomicWrite.ts';
import { openForReading } from '../../formats/files.ts';
import { inTransaction, type Database } from '../database/database.ts';
import { appliedMigrations, migrate } from '../database/migrate.ts';
import {
  openBackupFile,
  writeBackupFile,
  type BackupManifest,
  type OpenBackup,
  type TableContent,
} from './backupFile.ts';
import { COPY_HEADER, COPY_TRAILER, recordToCopyRow } from './copyFormat.ts';
import { advanceSequences, listTables, quoted, type Table } from './tables.ts';

/** Bytes that are read or written in one statement, about: bounds memory, also where one row holds a megabyte. */
const BYTES_PER_STATEMENT = 4 * 1024 * 1024;
const MOST_ROWS_PER_STATEMENT = 5000;
/** Postgres' limit of parameters. */
const MOST_PARAMETERS = 65_535;

/** Told which table is at work, and how many rows of it are done. */
export type BackupProgress = (table: string, done: number, total: number) => void;

/**
 * Writes all that the store holds, as it is at one moment, into one file that appears when it is whole and was read
 * back. Others may go on writing meanwhile.
 */
export function backUp(
  database: Database,
  file: string,
  version: string,
  onProgress: BackupProgress,
): Promise<BackupManifest> {
  return atomicWriteWith(file, async (handle) => {
    // It holds the hashes of passwords and tokens.
    await handle.chmod(0o600);
    const manifest = await inTransaction(database.pool, async (client) => {
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      const migrations = await appliedMigrations(client);
      const head = {
        format: 'circle-limit backup 1' as const,
        version,
        createdAt: new Date().toISOString(),
        migrations,
      };
      const tables = (await listTables(client)).map((table): TableContent => ({
        ...table,
        pieces: readTable(client, table, onProgress),
      }));
      return writeBackupFile(handle, head, tables);
    });
    await openBackupFile(handle, file);
    return manifest;
  });
}

/**
 * Fills an empty database with a backup, of an embedded store or of a server, of this version or an earlier one. All of
 * it or nothing.
 * @throws BadInputError when the file is not whole; ConflictError when the database holds something, or the backup comes
 * from a newer version.
 */
export async function restore(database: Database, file: string, onProgress: BackupProgress): Promise<BackupManifest> {
  const { handle } = await openForReading(file);
  try {
    const backup = await openBackupFile(handle, file);
    await migrate(database.pool, { upTo: backup.manifest.migrations });
    await inTransaction(database.pool, async (client) => {
      const tables = await listTables(client);
      await requireEmpty(client, tables);
      for (const table of tables) await fillTable(client, table, backup, onProgress);
      for (const table of tables) await advanceSequences(client, table);
    });
    await migrate(database.pool);
    return backup.manifest;
  } finally {
    await handle.close();
  }
}

async function* readTable(
  client: PoolClient,
  { name, columns }: Table,
  onProgress: BackupProgress,
): TableContent['pieces'] {
  yield { rows: 0, bytes: COPY_HEADER };
  const list = columns.map(quoted).join(', ');
  const counted = await client.query<{ total: number }>(`SELECT count(*)::int AS total FROM ${quoted(name)}`);
  const { total } = counted.rows[0];
  await client.query(
    `DECLARE backup NO SCROLL CURSOR FOR SELECT record_send(entry) AS record FROM (SELECT ${list} FROM ${quoted(name)}) AS entry`,
  );
  let rows = 0;
  for (let wanted = 1; ;) {
    const { rows: fetched } = await client.query<{ record: Buffer }>(`FETCH ${String(wanted)} FROM backup`);
    if (fetched.length === 0) break;
    const bytes = Buffer.concat(fetched.map(({ record }) => recordToCopyRow(record)));
    yield { rows: fetched.length, bytes };
    rows += fetched.length;
    onProgress(name, rows, total);
    wanted = rowsToFit(fetched.length, bytes.length);
  }
  await client.query('CLOSE backup');
  yield { rows: 0, bytes: COPY_TRAILER };
}

/** How many rows to read next, from the size of the last ones; at most twice as many, since rows differ. */
function rowsToFit(lastRows: number, lastBytes: number): number {
  const fitting = Math.floor((lastRows * BYTES_PER_STATEMENT) / Math.max(1, lastBytes));
  return Math.max(1, Math.min(fitting, 2 * lastRows, MOST_ROWS_PER_STATEMENT));
}

async function requireEmpty(client: PoolClient, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables) {
    const { rows } = await client.query(`SELECT 1 FROM ${quoted(name)} LIMIT 1`);
    if (rows.length > 0) {
      throw new ConflictError(
        `the store is not empty (there are ${name}); restore into a new one: another CIRCLE_LIMIT_HOME, or an empty database`,
      );
    }
  }
}

async function fillTable(
  client: PoolClient,
  { name }: Table,
  backup: OpenBackup,
  onProgress: BackupProgress,
): Promise<void> {
  const saved = backup.manifest.tables.find((table) => table.name === name);
  if (saved === undefined) return;
  const list = saved.columns.map(quoted).join(', ');
  const mostRows = Math.floor(MOST_PARAMETERS / saved.columns.length);
  let pending: (Buffer | null)[][] = [];
  let bytes = 0;
  let done = 0;
  const insert = async (): Promise<void> => {
    if (pending.length === 0) return;
    // Buffers travel in binary form, each read by its column's own type: bit by bit what was saved.
    const places = pending.map((row, r) => `(${row.map((_, c) => `$${String(r * row.length + c + 1)}`).join(', ')})`);
    await client.query(`INSERT INTO ${quoted(name)} (${list}) VALUES ${places.join(', ')}`, pending.flat());
    done += pending.length;
    onProgress(name, done, saved.rows);
    pending = [];
    bytes = 0;
  };
  for await (const row of backup.rowsOf(name)) {
    pending.push(row);
    for (const field of row) bytes += field?.length ?? 0;
    if (pending.length >= Math.min(mostRows, MOST_ROWS_PER_STATEMENT) || bytes >= BYTES_PER_STATEMENT) await insert();
  }
  await insert();
  if (done !== saved.rows)
    throw new ConflictError(`the table ${name} of the backup has ${done} of its ${saved.rows} rows`);
}
