import { BadInputError } from '../errors.ts';
import type { Page, PageRequest } from '../storage/store.ts';

const MAX_PAGE_SIZE = 200;

/** @throws BadInputError when `first` is out of range. */
export function pageRequest(first: number | null, after: string | null | undefined): PageRequest {
  const size = first ?? 20;
  if (size < 1 || size > MAX_PAGE_SIZE) throw new BadInputError(`first: ${size} is not between 1 and ${MAX_PAGE_SIZE}`);
  return { first: size, after: after ?? undefined };
}

/** A page of the store in the shape of a GraphQL connection. */
export function toConnection<T, Shown>(page: Page<T>, show: (value: T) => Shown) {
  const edges = page.items.map(({ cursor, value }) => ({ cursor, node: show(value) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage: page.hasNextPage, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount: page.totalCount,
  };
}
