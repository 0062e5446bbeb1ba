import { BadInputError } from '../errors.ts';
import type { Page, PageRequest } from './store.ts';

/** A row's place in the order of creation. Unlike a time it is never given twice and never goes back. */
interface Positioned {
  readonly position: bigint;
}

/**
 * Reads one page, newest first.
 * @param read gives up to `take` rows with a position below `before` (all when undefined), newest first.
 * @throws BadInputError when `after` is no cursor that an earlier page gave.
 */
export async function readPage<Row extends Positioned, T>(
  request: PageRequest,
  read: (before: bigint | undefined, take: number) => Promise<Row[]>,
  count: () => Promise<number>,
  toValue: (row: Row) => T,
): Promise<Page<T>> {
  if (!Number.isInteger(request.first) || request.first < 0) {
    throw new BadInputError(`first: ${String(request.first)} is not a number of items; give a whole number from 0`);
  }
  const before = request.after === undefined ? undefined : decodeCursor(request.after);
  // One row more than wanted tells whether there is a next page.
  const [rows, totalCount] = await Promise.all([read(before, request.first + 1), count()]);
  return {
    items: rows.slice(0, request.first).map((row) => ({ cursor: encodeCursor(row.position), value: toValue(row) })),
    totalCount,
    hasNextPage: rows.length > request.first,
  };
}

export function encodeCursor(position: bigint): string {
  return Buffer.from(`p${String(position)}`).toString('base64url');
}

export function decodeCursor(cursor: string): bigint {
  const match = /^p(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (match === null)
    throw new BadInputError(`after: ${JSON.stringify(cursor)} is not a cursor; give one from an earlier page`);
  return BigInt(match[1]);
}
