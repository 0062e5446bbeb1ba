import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipTar, openTar, openZip, type Archive } from '../../server/dataset/archive.ts';
import { packageRoot } from '../../server/paths.ts';
import { rm } from 'node:fs/promises';
import { fileTarget, type FuzzTarget } from './fuzzTarget.ts';

/** Opens an archive as the data sets do, and reads every member that is not refused. */
export function archiveTarget(name: string, fixture: string): FuzzTarget {
  return fileTarget(
    name,
    async () => [await readFile(join(packageRoot, 'test/fixtures/datasets', fixture))],
    async (file) => {
      const archive = await openByName(file);
      try {
        for (const [position, { refusal, bytes }] of archive.members.entries()) {
          if (refusal !== null) continue;
          // A damaged member is left out with its reason by the data set; here only the amount counts.
          const content = await archive.read(position).catch(() => null);
          if (content !== null && content.length !== bytes) throw new Error('a member of another length than it says');
        }
      } finally {
        await archive.close();
      }
    },
  );
}

async function openByName(file: string): Promise<Archive> {
  if (file.endsWith('.zip')) return openZip(file);
  if (file.endsWith('.tar')) return openTar(file);
  const target = `${file}.tar`;
  await rm(target, { force: true });
  const { length } = await readFile(file);
  await gunzipTar(file, length, target);
  return openTar(target);
}
