import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../server/paths.ts';

/**
 * Makes a home whose emoji are drawn once for all tests of this checkout, which takes longer than most of them.
 * `integration/dataset` draws them anew.
 */
export async function homeWithEmoji(home: string): Promise<string> {
  const drawn = join(packageRoot, 'node_modules/.cache/circle-limit/emoji');
  await mkdir(drawn, { recursive: true });
  await mkdir(join(home, 'datasets'), { recursive: true });
  await symlink(drawn, join(home, 'datasets/emoji'), 'junction');
  return home;
}
