import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The small Debian 13 that test/support/debian13.sh makes, or null where it was not made. To enter it needs root. */
export function findDebian13(): string | null {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const root = join(cache, 'circle-limit-ci/debian13-2');
  return existsSync(root) ? root : null;
}
