import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { TestServer } from '../support/testServer.ts';

const NO_RUN = '{ run(id: "run_none") { id } notThere: neighbors(runId: "run_none", point: 0) { rank } }';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start(await temporaryFolder());
  await server.running.ready;
});
afterAll(() => server.close());

function post(query: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
}

describe('A request', () => {
  it('has an id, which its answer and its errors name; a proxy may give it', async () => {
    const response = await post(NO_RUN);
    const id = response.headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const { errors } = (await response.json()) as { errors: object[] };
    expect(errors[0]).toMatchObject({ extensions: { code: 'NOT_FOUND', requestId: id } });
    expect((await post(NO_RUN, { 'x-request-id': 'proxy-7' })).headers.get('x-request-id')).toBe('proxy-7');
    expect((await post(NO_RUN, { 'x-request-id': 'a b' })).headers.get('x-request-id')).not.toBe('a b');
  });

  it('of a socket has an id too', async () => {
    const answer = await server
      .subscribe('subscription { runProgress(runId: "run_none") { stats { iteration } } }')
      .next();
    const [error] = answer.value.errors;
    expect(error.extensions).toEqual({
      code: 'NOT_FOUND',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}\/./) as string,
    });
  });

  it('is counted by the field that it asks for, never by a name of the caller', async () => {
    await post('query ChosenByTheCaller { runs { totalCount } }');
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/circle_limit_graphql_seconds_count\{kind="query",operation="runs"\} 1/);
    expect(metrics).not.toContain('ChosenByTheCaller');
  });

  it('of a socket is counted too', async () => {
    await server.subscribe('query { models { name } }').next();
    await server.subscribe('subscription { runProgress(runId: "run_none") { stats { iteration } } }').next();
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/circle_limit_graphql_seconds_count\{kind="query",operation="models"\} 1/);
    expect(metrics).toMatch(/circle_limit_graphql_seconds_count\{kind="subscription",operation="runProgress"\} 2/);
  });
});

describe('A client that sends garbage over the socket', () => {
  it.each([
    ['text that is no JSON', 'garbage', 4400],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe]), 4400],
    ['a message of another protocol', '{"type":"start"}', 4400],
    ['a message of two megabytes', 'x'.repeat(2 ** 21), 1009],
  ])('is closed with a code that says so, and nothing is written past the log: %s', async (_, message, expected) => {
    const written = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const socket = new WebSocket(server.socketUrl, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(message);
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(expected);
    expect(written).not.toHaveBeenCalled();
    written.mockRestore();
    expect(await server.data('{ runs { totalCount } }')).toEqual({ runs: { totalCount: 0 } });
  });
});
