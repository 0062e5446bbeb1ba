import type { TypedDocumentString } from './generated/graphql.ts';

/** Answers that are on their way for a page that is still loading; each is given out once. */
const answers = new Map<string, Promise<unknown>>();
/** What a page has not taken so long after it began to ask is out of date. */
const FRESH_MS = 3000;
let drop: ReturnType<typeof setTimeout> | undefined;

const keyOf = (document: string, variables: unknown): string => `${JSON.stringify(variables)} ${document}`;

/**
 * Asks what the next page will ask, before its scripts are here: needs nothing but the browser. The next `fetchQuery` of
 * the document has the answer.
 * @param ticket of a share link; else the session's cookie tells who asks
 * @returns the data; null when there was any error, which whoever asks again hears of
 */
export function askEarly<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  ticket?: string,
): Promise<Data | null> {
  const key = keyOf(String(document), variables);
  const answer = answers.get(key) ?? ask<Data>(String(document), variables, ticket).catch(() => null);
  answers.set(key, answer);
  return answer as Promise<Data | null>;
}

/** The answer to an early question, or null where nobody asked it or it failed. */
export async function takeEarly(document: string, variables: unknown): Promise<unknown> {
  const key = keyOf(document, variables);
  const answer = answers.get(key);
  answers.delete(key);
  drop ??= setTimeout(() => {
    answers.clear();
    drop = undefined;
  }, FRESH_MS);
  return answer ?? null;
}

/** After a login or logout: what was asked before was asked as somebody else. */
export function forgetEarly(): void {
  answers.clear();
}

async function ask<Data>(query: string, variables: unknown, ticket: string | undefined): Promise<Data | null> {
  const headers = {
    'content-type': 'application/json',
    ...(ticket === undefined ? {} : { authorization: `Bearer ${ticket}` }),
  };
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = (await response.json()) as { data?: Data | null; errors?: unknown };
  return errors === undefined ? (data ?? null) : null;
}
