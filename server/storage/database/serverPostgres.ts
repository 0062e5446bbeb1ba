import { Pool } from 'pg';
import { messageOf, UnavailableError } from '../../errors.ts';
import type { Database } from './database.ts';

const MAX_CONNECTIONS = 10;
const CONNECTION_TIMEOUT_MS = 10_000;

/**
 * Opens a Postgres server.
 * @throws UnavailableError naming the host (never the password) when it cannot be reached or refuses the login.
 */
export async function openServerPostgres(databaseUrl: string): Promise<Database> {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'circle-limit',
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    keepAlive: true,
  });
  // Without a listener, the loss of an idle connection would end the process; the pool opens another one when needed.
  pool.on('error', () => undefined);
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw new UnavailableError(`the database at ${hostOf(databaseUrl)} cannot be used: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  return { kind: 'server', pool, close: () => pool.end() };
}

function hostOf(databaseUrl: string): string {
  const { hostname, port, searchParams } = new URL(databaseUrl);
  return `${searchParams.get('host') ?? hostname}:${port === '' ? '5432' : port}`;
}

function reasonOf(error: unknown): string {
  // A host with several addresses fails with one error for each and an empty message.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return messageOf(error);
}
