import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool, PoolClient } from 'pg';
import { ConflictError, UnavailableError } from '../../errors.ts';
import { packageRoot } from '../../paths.ts';

/** The key that Prisma's own tools lock while they migrate, so that they and this runner exclude each other. */
const MIGRATION_LOCK_KEY = 72707369;

const EXTENSION_NOT_AVAILABLE = new Set(['0A000', '58P01']);

const CREATE_HISTORY = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id varchar(36) PRIMARY KEY,
    checksum varchar(64) NOT NULL,
    finished_at timestamptz,
    migration_name varchar(255) NOT NULL,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** Hex SHA-256 of the file, as Prisma computes it. */
  readonly checksum: string;
}

interface AppliedMigration {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
  readonly rolled_back_at: Date | null;
}

export interface MigrateOptions {
  readonly folder?: string;
  /** Only these, as an earlier version had them; the database may have no other. */
  readonly upTo?: readonly string[];
}

/**
 * Applies the migrations of `folder` that the database lacks, each in one transaction, and returns their names. Keeps
 * Prisma's table and lock, so that Prisma's tools and any number of processes can do the same at the same time.
 * @throws ConflictError when an applied migration was changed or is half applied, or the database is newer than this
 * version; UnavailableError when pgvector is not installed.
 */
export async function migrate(
  pool: Pool,
  { folder = join(packageRoot, 'prisma', 'migrations'), upTo }: MigrateOptions = {},
): Promise<string[]> {
  const migrations = chosen(await readMigrations(folder), upTo);
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK_KEY]);
    try {
      await client.query(CREATE_HISTORY);
      const pending = await pendingMigrations(client, migrations, upTo !== undefined);
      for (const migration of pending) await apply(client, migration);
      return pending.map((migration) => migration.name);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK_KEY]);
    }
  } finally {
    client.release();
  }
}

/** The names of the migrations that a database has, in their order; none where it is new. */
export async function appliedMigrations(client: PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return rows.map(({ name }) => name);
}

function chosen(migrations: readonly Migration[], upTo: readonly string[] | undefined): Migration[] {
  if (upTo === undefined) return [...migrations];
  const unknown = upTo.find((name) => migrations.every((migration) => migration.name !== name));
  if (unknown !== undefined) {
    throw new ConflictError(
      `the backup has the migration ${unknown}, which this version does not know; use a newer version`,
    );
  }
  return migrations.filter(({ name }) => upTo.includes(name));
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const withFile = names.filter((name) => existsSync(join(folder, name, 'migration.sql'))).sort();
  return Promise.all(
    withFile.map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'));
      return { name, sql: sql.toString('utf8'), checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function pendingMigrations(
  client: PoolClient,
  migrations: readonly Migration[],
  forBackup: boolean,
): Promise<Migration[]> {
  const { rows } = await client.query<AppliedMigration>(
    'SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const applied = new Map(rows.map((row) => [row.migration_name, row]));
  const known = new Set(migrations.map((migration) => migration.name));
  for (const name of applied.keys()) {
    if (!known.has(name)) {
      throw new ConflictError(
        forBackup
          ? `the store is not new: it has the migration ${name}, which the backup has not; restore into another CIRCLE_LIMIT_HOME or an empty database`
          : `the store has the migration ${name}, which this version does not know; use a newer version`,
      );
    }
  }
  return migrations.filter((migration) => {
    const row = applied.get(migration.name);
    if (row === undefined) return true;
    if (row.finished_at === null) {
      throw new ConflictError(
        `the migration ${migration.name} is half applied; restore the database from a backup, or finish it by hand and mark it with "prisma migrate resolve"`,
      );
    }
    if (row.checksum !== migration.checksum) {
      throw new ConflictError(
        `the migration ${migration.name} was changed after it had been applied; put its file back as it was and add a new migration`,
      );
    }
    return false;
  });
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES ($1, $2, now(), $3, 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw explained(error, migration);
  }
}

function explained(error: unknown, migration: Migration): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (EXTENSION_NOT_AVAILABLE.has(code) && error.message.includes('vector')) {
    return new UnavailableError(
      'the database server lacks the pgvector extension; install it there (Debian and Ubuntu: the package postgresql-VERSION-pgvector; container image: pgvector/pgvector)',
      { cause: error },
    );
  }
  if (code === '42501') {
    return new UnavailableError(
      `the database user may not apply the migration ${migration.name} (${error.message}); let an administrator run CREATE EXTENSION vector in this database, or grant the user CREATE`,
      { cause: error },
    );
  }
  return error;
}
