import { execFile } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { extract } from 'tar-stream';
import { distFile, packageRoot } from '../../paths.ts';
import { DURABLE_START_PARAMETERS, DurableNodeFiles } from './durableFiles.ts';

/** The empty database that the build leaves, from which a first start saves the many seconds of making one. */
export function templateFile(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  // The version is pinned, and PGlite's own package.json cannot be imported.
  return distFile(`store-template/pglite-${manifest.dependencies['@electric-sql/pglite']}.tar.gz`);
}

/**
 * Makes an empty database in `folder`, which must not exist, from the template or by `initdb`. A stop on the way leaves
 * no `folder`, only a `folder.new` that the next start replaces.
 */
export async function createDatabaseFolder(folder: string, template: string = templateFile()): Promise<void> {
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  if (existsSync(template)) {
    await unpack(template, fresh);
  } else {
    const files = new DurableNodeFiles(fresh);
    const database = await PGlite.create({ fs: files, extensions: { vector }, startParams: DURABLE_START_PARAMETERS });
    await database.close();
  }
  await rename(fresh, folder);
  syncFile(dirname(folder));
}

async function unpack(archive: string, folder: string): Promise<void> {
  const entries = extract();
  const written = (async () => {
    for await (const entry of entries) {
      const path = join(folder, normalize(entry.header.name));
      if (!path.startsWith(folder + sep)) throw new Error(`${archive}: ${entry.header.name} leaves the folder`);
      // A thousand small files: without a promise for each this takes a fraction of the time, and the thread is its own.
      if (entry.header.type === 'directory') mkdirSync(path, { recursive: true, mode: 0o700 });
      else writeFileSync(path, await buffer(entry), { mode: 0o600 });
      entry.resume();
    }
  })();
  entries.end(gunzipSync(readFileSync(archive)));
  await written;
  await syncToDisk(folder);
}

/** Returns when all files of the folder are on the disk. */
async function syncToDisk(folder: string): Promise<void> {
  try {
    // One call for the whole file system, where the system has it, is many times quicker than one for each file.
    await promisify(execFile)('sync', ['-f', folder]);
  } catch {
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) syncFile(join(folder, path));
  }
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } catch (error) {
    // Windows has no fsync for folders, nor for files that are open for reading.
    if (process.platform !== 'win32') throw error;
  } finally {
    closeSync(descriptor);
  }
}
