import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const KEY_BYTES = 32;

/**
 * The server's own secret, which signs session cookies and view tickets: `AUTH_SECRET`, or one that is made at the first
 * start and kept in the home folder, readable by its owner alone.
 */
export async function readSigningKey(home: string, configured: string | undefined): Promise<string> {
  if (configured !== undefined) return configured;
  const path = join(home, 'auth-secret');
  await mkdir(home, { recursive: true });
  const fresh = randomBytes(KEY_BYTES).toString('base64url');
  try {
    await writeFile(path, fresh, { flag: 'wx', mode: 0o600 });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readFile(path, 'utf8')).trim();
  }
}
