import { Client, CombinedError, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import { shallowRef } from 'vue';
import { refusals, viewTicket } from './credential.ts';
import { forgetEarly } from './early.ts';

export type ConnectionState = 'idle' | 'connected' | 'lost';

/** State of the one socket that carries all subscriptions. */
export const connection = shallowRef<ConnectionState>('idle');

const LONGEST_WAIT_MS = 10_000;
/** The server closes a socket so when its credentials are worth nothing (any more). */
const RIGHTS_ENDED = 4401;
const socketUrl = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`;

const socket = createClient({
  url: socketUrl,
  connectionParams: () => (viewTicket.value === null ? {} : { token: viewTicket.value.ticket }),
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  // 0.5 s, 1 s, 2 s, … so that a server that restarts is not stormed.
  retryWait: (retries) => new Promise((go) => setTimeout(go, Math.min(LONGEST_WAIT_MS, 500 * 2 ** retries))),
  keepAlive: 15_000,
  on: {
    connected: () => (connection.value = 'connected'),
    closed: (event) => {
      // 1000: nobody subscribes any more.
      const { code } = event as CloseEvent;
      connection.value = code === 1000 ? 'idle' : 'lost';
      if (code === RIGHTS_ENDED) refusals.value++;
    },
  },
});

export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  fetchOptions: (): RequestInit =>
    viewTicket.value === null ? {} : { headers: { authorization: `Bearer ${viewTicket.value.ticket}` } },
  // No cache: everything here changes while somebody looks at it.
  exchanges: [
    mapExchange({
      onError: ({ graphQLErrors }) => {
        if (graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED')) refusals.value++;
      },
    }),
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: (request) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe({ query: request.query ?? '', variables: request.variables }, sink),
        }),
      }),
    }),
  ],
});

/** Opens the socket anew, with the credentials of now. */
export function reconnect(): void {
  socket.terminate();
}

/** After a login or logout: nothing that the server said to somebody else counts any more. */
export function forgetSession(): void {
  forgetEarly();
  reconnect();
}

/** True when the server starts up or is away, so that the same question may soon be answered. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof CombinedError)) return false;
  return (
    error.networkError !== undefined || error.graphQLErrors.some(({ extensions }) => extensions.code === 'UNAVAILABLE')
  );
}

/** The sentence of the server, without urql's "[GraphQL]". */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message.replace(/^\[(GraphQL|Network)\] /, '');
  return /Failed to fetch|NetworkError/i.test(text) ? 'The server does not answer.' : text;
}
