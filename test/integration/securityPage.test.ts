import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';

interface Threat {
  readonly name: string;
  readonly tests: string;
}

async function threats(): Promise<Threat[]> {
  const page = await readFile(join(packageRoot, 'SECURITY.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| (?!threat|-)/.test(line));
  return rows.map((row) => {
    const [, name, , tests] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return { name, tests };
  });
}

/** The files that a path of the page means: without its ending, and with a star for several. */
async function filesOf(path: string): Promise<string[]> {
  if (path.startsWith('.ci/')) return [join(packageRoot, path)];
  const folder = join(packageRoot, 'test', dirname(path));
  const pattern = new RegExp(`^${basename(path).replaceAll('*', '.*')}\\.(test|spec)\\.ts$`);
  return (await readdir(folder)).filter((name) => pattern.test(name)).map((name) => join(folder, name));
}

describe('The threat model', () => {
  it('names for each threat a test that there is', async () => {
    const all = await threats();
    expect(all.length).toBeGreaterThan(15);
    for (const { name, tests } of all) {
      const paths = [...tests.matchAll(/`([^`]+)`/g)].map(([, path]) => path);
      expect(paths, name).not.toEqual([]);
      const files = (await Promise.all(paths.map(filesOf))).map((found, i) => {
        expect(found, `${name}: ${paths[i]}`).not.toEqual([]);
        return found;
      });
      const text = (await Promise.all(files.flat().map((file) => readFile(file, 'utf8')))).join('\n');
      for (const [, title] of tests.matchAll(/_([^_`]+)_/g)) expect(text, `${name}: ${title}`).toContain(title);
    }
  });
});
