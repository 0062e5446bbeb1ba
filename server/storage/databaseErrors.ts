import { NotFoundError } from '../errors.ts';

const FOREIGN_KEY_VIOLATION = '23503';
/** Prisma's codes for a foreign key that refers to nothing, and for a row that is not there. */
const PRISMA_FOREIGN_KEY = 'P2003';
const PRISMA_ROW_MISSING = 'P2025';

/** Runs a write whose foreign key fails exactly when its owner is gone. @throws NotFoundError with `message`. */
export async function foreignKeyMeansNotFound<T>(message: string, write: () => Promise<T>): Promise<T> {
  return translated(write, new Set([FOREIGN_KEY_VIOLATION, PRISMA_FOREIGN_KEY]), message);
}

/** Runs a write to a row that may be gone. @throws NotFoundError with `message`. */
export async function missingRowMeansNotFound<T>(message: string, write: () => Promise<T>): Promise<T> {
  return translated(write, new Set([PRISMA_ROW_MISSING]), message);
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
