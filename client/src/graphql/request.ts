import type { OperationResult } from '@urql/core';
import { client } from './client.ts';
import { takeEarly } from './early.ts';
import type { TypedDocumentString } from './generated/graphql.ts';

type AnyVariables = Record<string, unknown>;

/** Asks the server itself. @throws the server's error */
export async function fetchQuery<Data, Variables extends AnyVariables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const early = await takeEarly(String(document), variables);
  if (early !== null) return early as Data;
  return dataOf(await client.query<Data, Variables>(String(document), variables).toPromise());
}

/** @throws the server's error */
export async function sendMutation<Data, Variables extends AnyVariables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  return dataOf(await client.mutation<Data, Variables>(String(document), variables).toPromise());
}

/**
 * Hears of everything that the server says on a subscription.
 * @param variables read again each time that the socket subscribes, also after it was lost
 * @returns ends it
 */
export function subscribe<Data, Variables extends AnyVariables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  receive: (result: OperationResult<Data, Variables>) => void,
): () => void {
  return client.subscription<Data, Variables>(String(document), variables).subscribe(receive).unsubscribe;
}

function dataOf<Data>(result: OperationResult<Data>): Data {
  if (result.error !== undefined) throw result.error;
  return result.data!;
}
