// Makes dist/store-template/pglite-VERSION.tar.gz: an empty database with pgvector, which a first start unpacks instead
// of spending many seconds on making one. Depends on the version of PGlite alone, so it is made once.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { pack } from 'tar-stream';

const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const folder = fileURLToPath(new URL('../dist/store-template', import.meta.url));
const name = `pglite-${manifest.dependencies['@electric-sql/pglite']}.tar.gz`;

if (!existsSync(join(folder, name))) {
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(tmpdir(), 'circle-limit-template-'));
  try {
    const database = await PGlite.create(join(scratch, 'data'), { extensions: { vector } });
    await database.exec('CREATE EXTENSION IF NOT EXISTS vector');
    // Closed before it is packed: a database that was not shut down would go through a recovery at its first start.
    await database.close();
    const partial = join(folder, `${name}.partial`);
    await writeFile(partial, gzipSync(await packed(join(scratch, 'data')), { level: 9 }));
    await rename(partial, join(folder, name));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  for (const other of await readdir(folder)) if (other !== name) await rm(join(folder, other));
}

/** The folder as a tar archive. */
async function packed(source) {
  const archive = pack();
  const bytes = buffer(archive);
  for (const path of (await readdir(source, { recursive: true })).sort()) {
    const isFolder = (await stat(join(source, path))).isDirectory();
    const header = { name: path.replaceAll(sep, '/'), type: isFolder ? 'directory' : 'file', mtime: new Date(0) };
    archive.entry(header, isFolder ? undefined : await readFile(join(source, path)));
  }
  archive.finalize();
  return bytes;
}
