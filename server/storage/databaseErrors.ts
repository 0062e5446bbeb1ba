import { NotFoundError } from '../errors.ts';

const FOREIGN_KEY_VIOLATION = '23503';
/** Prisma's codes for a foreign key that refers to nothing, and for a row that is not there. */
const PRISMA_FOREIGN_KEY = 'P2003';
const PRISMA_ROW_MISSING = 'P2025';
const PRISMA_UNIQUE = 'P2002';

const DISK_FULL = '53100';
/** Postgres' codes, and Node's, for what passes by itself: connection lost, too many connections, shutting down, full disk. */
const PASSING =
  /^(08|53|57P|40)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$|^P(1001|1002|1008|1017|2024|2034)$/;
const PASSING_TEXT =
  /connection terminated|timeout exceeded when trying to connect|can't reach database|server closed the connection|not queryable|too many clients|not currently accepting connections|embedded store has stopped|could not open file "pg_wal/i;

/** Runs a write whose foreign key fails exactly when its owner is gone. @throws NotFoundError with `message`. */
export async function foreignKeyMeansNotFound<T>(message: string, write: () => Promise<T>): Promise<T> {
  return translated(write, new Set([FOREIGN_KEY_VIOLATION, PRISMA_FOREIGN_KEY]), message);
}

/** Runs a write to a row that may be gone. @throws NotFoundError with `message`. */
export async function missingRowMeansNotFound<T>(message: string, write: () => Promise<T>): Promise<T> {
  return translated(write, new Set([PRISMA_ROW_MISSING]), message);
}

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === PRISMA_UNIQUE;
}

/** Whether a failure of the database is likely to be over soon, so that the same work should be tried again. */
export function isPassing(error: unknown): boolean {
  return causesOf(error).some(
    (cause) => codesOf(cause).some((code) => PASSING.test(code)) || PASSING_TEXT.test(cause.message),
  );
}

/** One sentence for whoever asked while the database could not answer; null for any other failure. */
export function describePassing(error: unknown): string | null {
  if (!isPassing(error)) return null;
  return causesOf(error).some((cause) => codesOf(cause).includes(DISK_FULL))
    ? 'the disk of the store is full; free some space and try again'
    : 'the database does not answer now; try again in a moment';
}

/** An error with all that it came from. */
function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const parts: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...causesOf(error.cause), ...parts.flatMap(causesOf)];
}

/** Its own code, and the one of Postgres, which Prisma has in the message alone where it knows no code for it. */
function codesOf(error: Error): string[] {
  const inMessage = /^Database error\. Code: `(\w+)`/m.exec(error.message)?.[1];
  return [...('code' in error ? [String(error.code)] : []), ...(inMessage === undefined ? [] : [inMessage])];
}

async function translated<T>(write: () => Promise<T>, codes: ReadonlySet<string>, message: string): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof Error && 'code' in error && codes.has(String(error.code))) {
      throw new NotFoundError(message, { cause: error });
    }
    throw error;
  }
}
