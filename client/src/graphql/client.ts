import { cacheExchange, Client, CombinedError, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import { shallowRef } from 'vue';

export type ConnectionState = 'idle' | 'connected' | 'lost';

/** State of the one socket that carries all subscriptions. */
export const connection = shallowRef<ConnectionState>('idle');

const LONGEST_WAIT_MS = 10_000;
const socketUrl = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`;

const socket = createClient({
  url: socketUrl,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  // 0.5 s, 1 s, 2 s, … so that a server that restarts is not stormed.
  retryWait: (retries) => new Promise((go) => setTimeout(go, Math.min(LONGEST_WAIT_MS, 500 * 2 ** retries))),
  keepAlive: 15_000,
  on: {
    connected: () => (connection.value = 'connected'),
    closed: (event) => {
      // 1000: nobody subscribes any more.
      connection.value = (event as CloseEvent).code === 1000 ? 'idle' : 'lost';
    },
  },
});

export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  exchanges: [
    cacheExchange,
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
