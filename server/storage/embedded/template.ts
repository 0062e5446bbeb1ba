import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
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
  return distFile(`store-template/pglite-${manifest.dependencies['@electric-sql/pglite']}.tgz`);
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
  await syncFolder(dirname(folder));
}

async function unpack(archive: string, folder: string): Promise<void> {
  const root = resolve(folder);
  const entries = extract();
  const written = (async () => {
    for await (const entry of entries) {
      const path = join(root, normalize(entry.header.name));
      if (path !== root && !path.startsWith(root + sep))
        throw new Error(`${archive}: ${entry.header.name} leaves the folder`);
      if (entry.header.type === 'directory') {
        await mkdir(path, { recursive: true, mode: 0o700 });
        entry.resume();
      } else {
        const chunks: Buffer[] = [];
        for await (const chunk of entry) chunks.push(chunk as Buffer);
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeFile(path, Buffer.concat(chunks), { mode: 0o600, flush: true });
      }
    }
  })();
  await Promise.all([pipeline(createReadStream(archive), createGunzip(), entries), written]);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
