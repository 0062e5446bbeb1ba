import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import pg from 'pg';
import { findDebian13 } from './debian13.ts';

/** A real server for tests; every `createDatabase` gives an empty database of its own. */
export interface PostgresServer {
  createDatabase(): Promise<string>;
  /** Breaks every connection, as a crash does, and starts again with the same data; not for one that was there before. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface Installation {
  readonly binaries: string;
  /** A system to run in by chroot, or '' for this one. */
  readonly root: string;
}

/**
 * A Postgres with pgvector: the one that TEST_DATABASE_URL names, else a server that is started from the installation of
 * this machine or from the one that test/support/debian13.sh has made; null where there is none.
 */
export async function startPostgres(): Promise<PostgresServer | null> {
  const url = process.env.TEST_DATABASE_URL;
  if (url !== undefined && url !== '') {
    const restart = () => Promise.reject(new Error('the server of TEST_DATABASE_URL is not ours to restart'));
    return serverAt(url, { restart, stop: () => Promise.resolve() });
  }
  const installation = findInstallation();
  return installation === null ? null : startServer(installation);
}

/** Breaks all connections to a database and lets nobody in, until the function that is given back was called. */
export async function closeDatabase(url: string): Promise<() => Promise<void>> {
  const address = new URL(url);
  const name = address.pathname.slice(1);
  address.pathname = '/postgres';
  const administrator = new pg.Client({ connectionString: address.toString() });
  await administrator.connect();
  await administrator.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
  await administrator.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  return async () => {
    await administrator.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    await administrator.end();
  };
}

/** Whether `startPostgres` starts a server of its own, which a test may restart. */
export function postgresIsOurs(): boolean {
  return (process.env.TEST_DATABASE_URL ?? '') === '' && findInstallation() !== null;
}

/** Whether `startPostgres` will find one, for titles of suites. */
export function postgresIsAvailable(): boolean {
  return (process.env.TEST_DATABASE_URL ?? '') !== '' || findInstallation() !== null;
}

function findInstallation(): Installation | null {
  try {
    const read = (option: string): string => execFileSync('pg_config', [option], { encoding: 'utf8' }).trim();
    if (existsSync(join(read('--sharedir'), 'extension/vector.control')))
      return { binaries: read('--bindir'), root: '' };
  } catch {
    // No Postgres is installed here.
  }
  const root = findDebian13();
  return process.getuid?.() === 0 && root !== null ? { binaries: '/usr/lib/postgresql/17/bin', root } : null;
}

async function startServer({ binaries, root }: Installation): Promise<PostgresServer> {
  const folder = await mkdtemp(join(root === '' ? tmpdir() : join(root, 'tmp'), 'circle-limit-postgres-'));
  const data = join(root === '' ? folder : `/${relative(root, folder)}`, 'data');
  const run = (program: string, options: string[]): ChildProcess => {
    const command = asUser(root, join(binaries, program), options);
    return spawn(command[0], command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
  };
  await mkdir(join(folder, 'data'));
  await giveToPostgres(root, folder);

  const initdb = run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']);
  const [code] = (await once(initdb, 'exit')) as [number];
  if (code !== 0) throw new Error(`initdb ended with exit code ${String(code)}`);

  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    // A chroot has no /dev/shm, and tests need no protection from a power cut.
    'dynamic_shared_memory_type=mmap',
    'fsync=off',
  ];
  const start = async (): Promise<ChildProcess> => {
    const started = run('postgres', [
      '-D',
      data,
      '-p',
      String(port),
      ...settings.flatMap((setting) => ['-c', setting]),
    ]);
    await readyToAccept(started);
    return started;
  };
  let server = await start();
  const end = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
  };
  return serverAt(`postgresql://postgres@127.0.0.1:${String(port)}/postgres`, {
    restart: async () => {
      await end('SIGQUIT');
      server = await start();
    },
    stop: async () => {
      await end('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  });
}

/** Postgres refuses to run as root. */
function asUser(root: string, program: string, options: string[]): string[] {
  if (root !== '') return ['chroot', '--userspec=postgres:postgres', root, program, ...options];
  if (process.getuid?.() === 0) {
    return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...options];
  }
  return [program, ...options];
}

async function giveToPostgres(root: string, folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const id = (option: string): number => {
    const command = root === '' ? ['id', option, 'postgres'] : ['chroot', root, 'id', option, 'postgres'];
    return Number(execFileSync(command[0], command.slice(1), { encoding: 'utf8' }));
  };
  await chown(folder, id('-u'), id('-g'));
  await chown(join(folder, 'data'), id('-u'), id('-g'));
}

async function readyToAccept(server: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let log = '';
    server.stderr!.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => {
      reject(new Error(`postgres ended at its start:\n${log}`));
    });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

function serverAt(url: string, { restart, stop }: Pick<PostgresServer, 'restart' | 'stop'>): PostgresServer {
  const created: string[] = [];
  const administer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  return {
    createDatabase: async () => {
      const name = `circle_limit_test_${String(process.pid)}_${String(created.length)}_${String(Date.now())}`;
      await administer(`CREATE DATABASE ${name}`);
      created.push(name);
      const address = new URL(url);
      address.pathname = `/${name}`;
      return address.toString();
    },
    restart,
    stop: async () => {
      for (const name of created) await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await stop();
    },
  };
}
