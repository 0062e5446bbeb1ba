import type { TypedDocumentNode } from '@urql/core';
import { client } from './client.ts';

/** Asks once, always the server itself. @throws the server's error */
export async function fetchQuery<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const result = await client.query(document, variables, { requestPolicy: 'network-only' }).toPromise();
  if (result.error !== undefined) throw result.error;
  return result.data!;
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
