import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { SharedTexts } from '../../server/graphql/sharedTexts.ts';

const SHARED = 'x'.repeat(100_000);
const other = 'y'.repeat(100_000);

describe('Texts that many sockets get', () => {
  const texts = new SharedTexts((text) => (text === SHARED ? Buffer.from(text) : undefined));
  let server: WebSocketServer;
  let client: WebSocket;
  let socket: WebSocket;

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', WebSocket: texts.socketClass });
    await once(server, 'listening');
    const connected = once(server, 'connection');
    client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await once(client, 'open');
    [socket] = (await connected) as [WebSocket];
  });

  afterEach(() => {
    client.terminate();
    server.close();
  });

  async function roundTrip(message: object): Promise<unknown> {
    const received = once(client, 'message');
    await new Promise<void>((resolve, reject) => {
      socket.send(JSON.stringify(message, texts.replacer), (error) => (error ? reject(error) : resolve()));
    });
    const [data, isBinary] = (await received) as [Buffer, boolean];
    expect(isBinary).toBe(false);
    return JSON.parse(data.toString());
  }

  it('arrive where they belong, once, twice or beside texts of one socket alone', async () => {
    for (const message of [
      { id: '1', payload: { coordinates: SHARED, iteration: 3 } },
      { first: SHARED, between: 'a "quoted" word', second: SHARED },
      { coordinates: other, more: SHARED },
      { coordinates: other },
      { text: 'short' },
    ]) {
      expect(await roundTrip(message)).toEqual(message);
    }
  });

  it('are left out of a message that was written but never sent', async () => {
    JSON.stringify({ coordinates: SHARED }, texts.replacer);
    expect(await roundTrip({ type: 'pong' })).toEqual({ type: 'pong' });
    const received = once(client, 'message');
    socket.send('{"written":"by others"}');
    expect(String((await received)[0])).toBe('{"written":"by others"}');
  });

  it('are no error where somebody leaves while they are written', async () => {
    const written = new Promise((resolve) => socket.send('z'.repeat(50_000_000), resolve));
    socket.terminate();
    expect(await written).toBeUndefined();
  });
});
