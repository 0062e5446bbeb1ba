import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { buildApiSchema } from '../../../server/graphql/buildSchema.ts';
import type { GraphQLContext } from '../../../server/graphql/context.ts';
import { createSocketServer } from '../../../server/graphql/socketServer.ts';
import { createLogger } from '../../../server/logging.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const context = {
  actor: { kind: 'local' },
  services: { access: { live: { track: () => () => undefined } } },
} as unknown as GraphQLContext;

const server = createSocketServer(await buildApiSchema(), () => Promise.resolve(context), createLogger('silent'));

/** A socket without a network: what is emitted is what a client sends. */
class FakeSocket extends EventEmitter {
  readonly protocol = GRAPHQL_TRANSPORT_WS_PROTOCOL;
  readonly OPEN = 1;
  readyState = 1;
  send(message: string, sent: (error?: Error) => void): void {
    JSON.parse(message);
    sent();
    this.emit('sent');
  }
  ping(): void {
    // Nobody answers.
  }
  close(code: number, reason = ''): void {
    if (this.readyState !== this.OPEN) return;
    this.readyState = 3;
    this.emit('close', code, Buffer.from(reason));
    this.emit('sent');
  }
}

const MESSAGES = [
  { type: 'subscribe', id: '1', payload: { query: '{ server { version } }' } },
  { type: 'subscribe', id: '2', payload: { query: 'query ($a: Int) { models { name } }', variables: { a: 1 } } },
  { type: 'complete', id: '1' },
  { type: 'ping', payload: { a: 1 } },
  { type: 'connection_init', payload: { token: 'clt_x' } },
];

export const target: FuzzTarget = {
  seeds: () => Promise.resolve(MESSAGES.map((message) => Buffer.from(JSON.stringify(message)))),
  async take(bytes) {
    const socket = new FakeSocket();
    const request = { headers: {}, socket: {} } as unknown as IncomingMessage;
    server.sockets.emit('connection', socket, request);
    const acknowledged = once(socket, 'sent');
    socket.emit('message', Buffer.from('{"type":"connection_init"}'));
    await acknowledged;
    socket.emit('message', Buffer.from(bytes));
    await new Promise(setImmediate);
    // A socket that lives must still answer; one that was refused is closed with a code of the protocol.
    if (socket.readyState === socket.OPEN) {
      const answered = once(socket, 'sent');
      socket.emit('message', Buffer.from('{"type":"ping"}'));
      await answered;
      socket.close(1000);
    }
  },
};
