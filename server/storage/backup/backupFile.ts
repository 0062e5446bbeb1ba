import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fromFdPromise, type Entry, type ZipFile } from 'yauzl';
import { ZipFile as NewZipFile } from 'yazl';
import { z } from 'zod';
import { BadInputError, messageOf } from '../../errors.ts';
import { openZipEntry } from '../../formats/zipEntry.ts';
import { readCopyRows } from './copyFormat.ts';

/** Coordinates and vectors are half noise: the quickest level saves nearly what the best one does. */
const COMPRESSION_LEVEL = 1;
const MANIFEST = 'manifest.json';

const manifestSchema = z.object({
  format: z.literal('circle-limit backup 1'),
  version: z.string(),
  createdAt: z.string(),
  /** The migrations that the tables were written by, in order. */
  migrations: z.array(z.string()),
  tables: z.array(
    z.object({
      name: z.string(),
      columns: z.array(z.string()),
      rows: z.number().int(),
      /** Hex SHA-256 of the table's file. */
      sha256: z.string(),
    }),
  ),
});

/** What a backup holds, and how it can be told that it is whole. */
export type BackupManifest = z.infer<typeof manifestSchema>;

/** A table that is written: its rows in COPY's format, of which header and end are part. */
export interface TableContent {
  readonly name: string;
  readonly columns: readonly string[];
  readonly pieces: AsyncIterable<{ readonly rows: number; readonly bytes: Buffer }>;
}

/**
 * Writes a backup: a zip archive with `tables/NAME.pgcopy` for every table, as `COPY NAME FROM … (FORMAT binary)` reads
 * it too, and `manifest.json`.
 */
export async function writeBackupFile(
  handle: FileHandle,
  head: Omit<BackupManifest, 'tables'>,
  tables: readonly TableContent[],
): Promise<BackupManifest> {
  const zip = new NewZipFile();
  const manifest: BackupManifest = { ...head, tables: [] };
  const options = { compressionLevel: COMPRESSION_LEVEL, mode: 0o600 };
  for (const table of tables) {
    zip.addReadStreamLazy(entryName(table.name), options, (take) => {
      take(null, Readable.from(summed(table, manifest), { objectMode: false }));
    });
  }
  // Its turn comes after the tables, when their sums are known.
  zip.addReadStreamLazy(MANIFEST, options, (take) => {
    take(null, Readable.from([JSON.stringify(manifest, null, 2)], { objectMode: false }));
  });
  zip.once('error', (error: Error) => (zip.outputStream as Readable).destroy(error));
  zip.end();
  for await (const piece of zip.outputStream) await handle.writeFile(piece);
  return manifest;
}

/** A backup that was looked at from end to end, open for reading. */
export interface OpenBackup {
  readonly manifest: BackupManifest;
  rowsOf(table: string): AsyncIterable<(Buffer | null)[]>;
}

/**
 * Opens a backup and compares every table with its checksum. The file stays open; its caller closes it.
 * @throws BadInputError when it is no backup, not whole, or was changed.
 */
export async function openBackupFile(handle: FileHandle, file: string): Promise<OpenBackup> {
  try {
    const zip = await fromFdPromise(handle.fd, { lazyEntries: true, autoClose: false });
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    const manifest = await readManifest(zip, entries.get(MANIFEST));
    for (const { name, sha256 } of manifest.tables) {
      if ((await checksumOf(zip, entries.get(entryName(name)))) !== sha256) {
        throw new RangeError(`the table ${name} differs from its checksum`);
      }
    }
    const rowsOf = async function* (table: string) {
      yield* readCopyRows(await openEntry(zip, entries.get(entryName(table))));
    };
    return { manifest, rowsOf };
  } catch (error) {
    throw new BadInputError(`${file}: is no whole backup (${messageOf(error).split('\n')[0]}); take another one`, {
      cause: error,
    });
  }
}

const entryName = (table: string): string => `tables/${table}.pgcopy`;

async function* summed({ name, columns, pieces }: TableContent, manifest: BackupManifest): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let rows = 0;
  for await (const piece of pieces) {
    hash.update(piece.bytes);
    rows += piece.rows;
    yield piece.bytes;
  }
  manifest.tables.push({ name, columns: [...columns], rows, sha256: hash.digest('hex') });
}

async function readManifest(zip: ZipFile, entry: Entry | undefined): Promise<BackupManifest> {
  const pieces: Buffer[] = [];
  for await (const piece of await openEntry(zip, entry)) pieces.push(piece);
  return manifestSchema.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')));
}

async function checksumOf(zip: ZipFile, entry: Entry | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of await openEntry(zip, entry)) hash.update(piece);
  return hash.digest('hex');
}

async function openEntry(zip: ZipFile, entry: Entry | undefined): Promise<AsyncIterable<Buffer>> {
  if (entry === undefined) throw new RangeError('a part is missing');
  return openZipEntry(zip, entry);
}
