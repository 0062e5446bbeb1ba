import { appendFile, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConflictError, UnavailableError } from '../../server/errors.ts';
import { packageRoot } from '../../server/paths.ts';
import { migrate, openStore } from '../../server/storage/openStore.ts';
import type { Store } from '../../server/storage/store.ts';
import { postgresIsAvailable, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { describeStore } from '../support/storeSuite.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const available = postgresIsAvailable();
const suffix = available ? '' : ' (NOT RUN: no Postgres with pgvector here; see test/support/debian13.sh)';

describe('a store on a server that is not there', () => {
  it('names the host, and never the password', async () => {
    const opening = openStore({ databaseUrl: 'postgresql://me:secret@127.0.0.1:1/db', home: await temporaryFolder() });
    await expect(opening).rejects.toThrow(UnavailableError);
    await expect(opening).rejects.toThrow(
      /^the database at 127\.0\.0\.1:1 cannot be used: connect ECONNREFUSED 127\.0\.0\.1:1$/,
    );
    await expect(opening).rejects.not.toThrow(/secret/);
  });
});

const migrationsFolder = join(packageRoot, 'prisma/migrations');
const migrationNames = (await readdir(migrationsFolder, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

describe.skipIf(!available)(`a store on a Postgres server${suffix}`, () => {
  let server: PostgresServer;
  let store: Store;
  let home: string;
  beforeAll(async () => {
    server = (await startPostgres())!;
    home = await temporaryFolder();
    store = await openStore({ databaseUrl: await server.createDatabase(), home });
  });
  afterAll(async () => {
    await store.close();
    await server.stop();
  });

  describeStore(() => store);

  it('is migrated once by three that open it at the same time', async () => {
    const databaseUrl = await server.createDatabase();
    const stores = await Promise.all([1, 2, 3].map(() => openStore({ databaseUrl, home })));
    const history = await stores[0].sql.query<{ name: string; finished: boolean }>(
      'SELECT migration_name AS name, finished_at IS NOT NULL AS finished FROM _prisma_migrations ORDER BY migration_name',
    );
    await Promise.all(stores.map((opened) => opened.close()));
    expect(history).toEqual(migrationNames.map((name) => ({ name, finished: true })));
  });

  describe('whose migrations do not fit', () => {
    let pool: pg.Pool;
    let migrations: string;
    beforeAll(async () => {
      pool = new pg.Pool({ connectionString: await server.createDatabase() });
      migrations = join(await temporaryFolder(), 'migrations');
      await cp(migrationsFolder, migrations, { recursive: true });
      expect(await migrate(pool, { folder: migrations })).toEqual(migrationNames);
    });
    afterAll(() => pool.end());

    it('applies nothing of a migration that fails, and says why', async () => {
      await mkdir(join(migrations, '20990101000000_broken'));
      await writeFile(
        join(migrations, '20990101000000_broken/migration.sql'),
        'CREATE TABLE half (); SELECT nonsense;',
      );
      await expect(migrate(pool, { folder: migrations })).rejects.toThrow(/nonsense/);
      const { rows } = await pool.query("SELECT to_regclass('half') AS made");
      expect(rows).toEqual([{ made: null }]);
    });

    it('refuses a migration that was half applied by another tool', async () => {
      await pool.query(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('half', 'x', '20990101000000_broken')",
      );
      await expect(migrate(pool, { folder: migrations })).rejects.toThrow(/20990101000000_broken is half applied/);
      await pool.query("DELETE FROM _prisma_migrations WHERE id = 'half'");
    });

    it('refuses a database that a newer version has migrated', async () => {
      await pool.query(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('new', 'x', '2999_new', now())",
      );
      await expect(migrate(pool, { folder: migrations })).rejects.toThrow(/2999_new, which this version does not know/);
      await pool.query("DELETE FROM _prisma_migrations WHERE id = 'new'");
    });

    it('refuses a migration whose file was changed after it had been applied', async () => {
      await appendFile(join(migrations, '20260101000000_initial/migration.sql'), '\n-- changed\n');
      const migrating = migrate(pool, { folder: migrations });
      await expect(migrating).rejects.toThrow(ConflictError);
      await expect(migrating).rejects.toThrow(/20260101000000_initial was changed after it had been applied/);
    });
  });
});
