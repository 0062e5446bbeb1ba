// Makes dist/store-template/pglite-VERSION.tgz: an empty database with pgvector, which a first start unpacks instead of
// spending many seconds on making one. Depends on the version of PGlite alone, so it is made once.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';

const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const version = manifest.dependencies['@electric-sql/pglite'];
const folder = fileURLToPath(new URL('../dist/store-template', import.meta.url));
const name = `pglite-${version}.tgz`;

if (!existsSync(join(folder, name))) {
  await mkdir(folder, { recursive: true });
  const database = await PGlite.create({ extensions: { vector } });
  await database.exec('CREATE EXTENSION IF NOT EXISTS vector');
  const archive = await database.dumpDataDir('none');
  await database.close();
  const partial = join(folder, `${name}.partial`);
  await writeFile(partial, gzipSync(Buffer.from(await archive.arrayBuffer()), { level: 9 }));
  await rename(partial, join(folder, name));
  for (const other of await readdir(folder)) if (other !== name) await rm(join(folder, other));
}
