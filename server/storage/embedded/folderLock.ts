import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConflictError } from '../../errors.ts';

/** How often the owner shows that it lives, and after how long another machine or container may take it for dead. */
const HEARTBEAT_MS = 5_000;
const DEAD_AFTER_MS = 30_000;
const ATTEMPTS = 5;

interface Owner {
  readonly pid: number;
  /** Tells a process from a later one with the same number; null where the system does not say. */
  readonly startTime: string | null;
  readonly host: string;
  readonly token: string;
}

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Makes this process the only owner of `folder`, by a file `name` in it. The lock of a process that has died is taken
 * over: on this machine it is known by its process number and start time, elsewhere by a heartbeat that has stopped.
 * @throws ConflictError naming the folder and the owner's process number.
 */
export async function lockFolder(folder: string, name: string): Promise<FolderLock> {
  const path = join(folder, name);
  const owner: Owner = { pid: process.pid, startTime: startTimeOf(process.pid), host: hostname(), token: randomUUID() };
  const own = `${path}.${owner.token}`;
  await writeFile(own, JSON.stringify(owner), { flush: true });
  try {
    for (let attempt = 0; ; attempt++) {
      if (await linked(own, path)) return heldLock(path, owner);
      const held = await readOwner(path);
      if (held !== null && (await isAlive(held, path))) throw inUse(folder, held);
      if (attempt === ATTEMPTS) throw new ConflictError(`the lock ${path} keeps changing; try again`);
      if (held !== null) await removeStale(path, held);
    }
  } finally {
    await unlink(own);
  }
}

function heldLock(path: string, owner: Owner): FolderLock {
  const heartbeat = setInterval(() => {
    const now = new Date();
    // A failed heartbeat is no reason to stop: it matters only to other machines, and the next one may pass.
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release: async () => {
      clearInterval(heartbeat);
      const held = await readOwner(path);
      if (held?.token === owner.token) await unlink(path);
    },
  };
}

/** Creates `path` with the whole content of `source` in one step; false when `path` is there already. */
async function linked(source: string, path: string): Promise<boolean> {
  try {
    await link(source, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function removeStale(path: string, stale: Owner): Promise<void> {
  // Renaming succeeds for one process only; a lock that was renewed in between is put back.
  const aside = `${path}.stale.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const taken = await readOwner(aside);
  if (taken !== null && taken.token !== stale.token) await linked(aside, path);
  await unlink(aside);
}

/** The owner that a lock file names; null when the file is gone. A file that says nothing has no living owner. */
async function readOwner(path: string): Promise<Owner | null> {
  try {
    const parsed = JSON.parse(await readFile(path, 'utf8')) as Partial<Owner>;
    return {
      pid: parsed.pid ?? 0,
      startTime: parsed.startTime ?? null,
      host: parsed.host ?? '',
      token: parsed.token ?? '',
    };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    if (error instanceof SyntaxError) return { pid: 0, startTime: null, host: hostname(), token: '' };
    throw error;
  }
}

async function isAlive(owner: Owner, path: string): Promise<boolean> {
  if (owner.host !== hostname()) {
    const status = await stat(path).catch(() => null);
    return status !== null && Date.now() - status.mtimeMs < DEAD_AFTER_MS;
  }
  if (owner.pid <= 0 || !processExists(owner.pid)) return false;
  return owner.startTime === null || owner.startTime === startTimeOf(owner.pid);
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Clock ticks from the machine's start to the process's, and the machine's boot; null where there is no /proc. */
function startTimeOf(pid: number): string | null {
  try {
    const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')
      .at(-1)!
      .split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${fields[19]}`;
  } catch {
    return null;
  }
}

function inUse(folder: string, owner: Owner): ConflictError {
  const where = owner.host === hostname() ? '' : ` on ${owner.host}`;
  return new ConflictError(
    `the store in ${folder} is in use by process ${String(owner.pid)}${where}; stop that process, or choose another folder with CIRCLE_LIMIT_HOME`,
  );
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
