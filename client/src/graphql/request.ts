import type { TypedDocumentNode } from '@urql/core';
import { client } from './client.ts';

/** Answers that are on their way for a page that is still loading; each is given out once. */
const ahead = new Map<unknown, { readonly variables: string; readonly answer: Promise<unknown> }>();

/** Asks the server itself. @throws the server's error */
export async function fetchQuery<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const asked = ahead.get(document);
  ahead.delete(document);
  if (asked?.variables === JSON.stringify(variables)) return asked.answer as Promise<Data>;
  const result = await client.query(document, variables, { requestPolicy: 'network-only' }).toPromise();
  if (result.error !== undefined) throw result.error;
  return result.data!;
}

/**
 * Asks what the next page will ask, before its scripts are here. The next `fetchQuery` of the document has the answer.
 * @returns when the answer is here, whatever it is
 */
export function askAhead<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<void> {
  const answer = fetchQuery(document, variables);
  ahead.set(document, { variables: JSON.stringify(variables), answer });
  // Whoever takes the answer hears of a failure; nobody has to.
  return answer.then(
    () => undefined,
    () => undefined,
  );
}

/** @throws the server's error */
export async function sendMutation<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const result = await client.mutation(document, variables).toPromise();
  if (result.error !== undefined) throw result.error;
  return result.data!;
}
