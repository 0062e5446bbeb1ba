import { NotFoundError } from '../errors.ts';

const FOREIGN_KEY_VIOLATION = '23503';
/** Prisma's codes for a foreign key that refers to nothing, and for a row that is not there. */
const PRISMA_FOREIGN_KEY = 'P2003';
const PRISMA_ROW_MISSING = 'P2025';
const PRISMA_UNIQUE = 'P2002';

/** Postgres' codes, and Node's, for what passes by itself: connection lost, too many connections, shutting down, full disk. */
const PASSING =
  /^(08|53|57P|40)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$|^P(1001|1002|1008|1017|2024|2034)$/;
const PASSING_TEXT =
  /connection terminated|timeout exceeded when trying to connect|can't reach database|server closed the connection|not queryable|too many clients/i;

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
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && PASSING.test(String(cause.code))) return true;
    if (PASSING_TEXT.test(cause.message)) return true;
    if (cause instanceof AggregateError && cause.errors.some(isPassing)) return true;
  }
  return false;
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
