import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { migrate } from './database/migrate.ts';
import type { Database } from './database/database.ts';
import { exclusivelyByLock, exclusivelyHere } from './database/exclusive.ts';
import { noNotices, PostgresNotices } from './database/notices.ts';
import { PostgresApiTokenStore } from './apiTokenStore.ts';
import { PostgresAuditStore } from './auditStore.ts';
import { PostgresDatasetStore } from './datasetStore.ts';
import { PostgresEmbeddingSetStore } from './embeddingSetStore.ts';
import { PrismaClient } from './generated/client.ts';
import { PostgresInvitationStore } from './invitationStore.ts';
import { loginDatabase } from './loginDatabase.ts';
import { PostgresMemberStore } from './memberStore.ts';
import { openDatabase } from './openDatabase.ts';
import { PostgresRunStore } from './runStore.ts';
import { PostgresShareLinkStore } from './shareLinkStore.ts';
import type { OpenStore, Sql, Store } from './store.ts';
import { Upkeep } from './upkeep.ts';
import { copyVectors, insertVectors } from './vectorWrites.ts';

export { migrate };

/**
 * Opens the store named by `databaseUrl`, or the embedded one in the folder `home`, and brings its schema up to date.
 * @throws ConflictError when another process has the embedded store open or the schema's history does not fit this
 * version; UnavailableError when the server cannot be reached or lacks pgvector.
 */
export const openStore: OpenStore = async ({ databaseUrl, home }) => {
  const database = await openDatabase({ databaseUrl, home });
  try {
    await migrate(database.pool);
    const notices = databaseUrl === undefined ? null : new PostgresNotices(database.pool, databaseUrl);
    await notices?.open();
    return await storeOver(database, notices);
  } catch (error) {
    await database.close();
    throw error;
  }
};

async function storeOver(database: Database, notices: PostgresNotices | null): Promise<Store> {
  const { pool } = database;
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  const writeVectors = database.kind === 'server' ? copyVectors : insertVectors(await vectorTypeId(pool));
  const upkeep = new Upkeep(database);
  return {
    kind: database.kind,
    datasets: new PostgresDatasetStore(prisma, pool),
    embeddingSets: new PostgresEmbeddingSetStore(prisma, pool, writeVectors),
    runs: new PostgresRunStore(prisma, pool, upkeep),
    shareLinks: new PostgresShareLinkStore(prisma),
    members: new PostgresMemberStore(prisma, pool),
    invitations: new PostgresInvitationStore(prisma),
    apiTokens: new PostgresApiTokenStore(prisma),
    audit: new PostgresAuditStore(prisma),
    logins: loginDatabase(prisma),
    sql: plainSql(pool),
    notices: notices ?? noNotices,
    exclusively: notices === null ? exclusivelyHere() : exclusivelyByLock(pool),
    close: async () => {
      await notices?.close();
      await upkeep.close();
      await prisma.$disconnect();
      await database.close();
    },
  };
}

/** The type's object id, which differs from one database to the next, is part of its binary format. */
async function vectorTypeId(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ id: number }>("SELECT 'vector'::regtype::oid::int AS id");
  return rows[0].id;
}

function plainSql(pool: Pool): Sql {
  return {
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      if (!text.includes('BEGIN')) return (await pool.query<Row>(text, [...values])).rows;
      // Several statements with a transaction of their own: when one fails, the connection would stay inside it.
      const client = await pool.connect();
      try {
        return (await client.query<Row>(text, [...values])).rows;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    },
  };
}
