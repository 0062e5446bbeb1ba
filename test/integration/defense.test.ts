import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildSchema, type ExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { requireInsideRoot } from '../../server/dataset/imagesRoot.ts';
import { openDataset, requireDataset } from '../../server/dataset/openDataset.ts';
import { ForbiddenError } from '../../server/errors.ts';
import type { GraphQLContext } from '../../server/graphql/context.ts';
import { createSocketServer } from '../../server/graphql/socketServer.ts';
import { createLogger } from '../../server/logging.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { TestServer } from '../support/testServer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start(await temporaryFolder());
  await server.running.ready;
});
afterAll(() => server.close());

const VERSION = '{ server { version } }';
const codeOf = async (query: string): Promise<string | undefined> =>
  (await server.ask(query)).errors?.[0].extensions.code;

/** The path exactly as given: fetch would take the dots out of it. */
async function statusOf(path: string, headers: Record<string, string> = {}): Promise<number> {
  const { hostname, port } = new URL(server.url);
  const sent = request({ hostname, port, path, headers }).end();
  const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

describe('An operation', () => {
  const aliases = `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: server { version }`).join(' ')} }`;

  it('has a limited number of aliases, over HTTP and over the websocket alike', async () => {
    expect(await codeOf(aliases)).toBe('LIMIT_EXCEEDED');
    await expect(server.subscribe(aliases).next()).rejects.toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
  });

  it('has a limited number of words, over HTTP and over the websocket alike', async () => {
    const long = `{ server { ${'version '.repeat(5001)} } }`;
    expect(await codeOf(long)).toBe('BAD_USER_INPUT');
    await expect(server.subscribe(long).next()).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('has a limited cost, over HTTP and over the websocket alike', async () => {
    const costly = '{ runs(first: 200) { nodes { layout { coordinates } history { loss } } } }';
    expect(await codeOf(costly)).toBe('LIMIT_EXCEEDED');
    await expect(server.subscribe(costly).next()).rejects.toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
  });

  it('has a limited time over the websocket: a query, and the first step of a subscription', async () => {
    const never = () => new Promise<never>(() => undefined);
    const slow = buildSchema('type Query { slow: Int } type Subscription { slow: Int }');
    slow.getQueryType()!.getFields().slow.resolve = never;
    slow.getSubscriptionType()!.getFields().slow.subscribe = never;
    const { actor, services } = { actor: { kind: 'local' }, services: { access: { live: { track: () => () => 0 } } } };
    const context = { actor, services } as unknown as GraphQLContext;
    const sockets = createSocketServer(slow, () => Promise.resolve(context), createLogger('silent'), { timeLimit: 50 });
    const http = createServer().listen(0, '127.0.0.1');
    http.on('upgrade', (asked, socket, head) => {
      sockets.handleUpgrade(asked, socket, head, (accepted) => sockets.sockets.emit('connection', accepted, asked));
    });
    await once(http, 'listening');
    const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
    for (const query of ['{ slow }', 'subscription { slow }']) {
      const code = client
        .iterate({ query })
        .next()
        .then(({ value }) => (value as ExecutionResult).errors?.[0].extensions?.code);
      await expect(code).resolves.toBe('LIMIT_EXCEEDED');
    }
    await client.dispose();
    await sockets.close();
    http.close();
  });

  it('comes alone: a batch is refused', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ query: VERSION }, { query: VERSION }]),
    });
    expect(response.status).toBe(400);
  });

  it('is no form of another page, which a browser would send without asking', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const body = JSON.stringify({ query: 'mutation { deleteRun(id: "x") }' });
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect(response.status).toBe(400);
    }
    expect(await statusOf(`/graphql?query=${encodeURIComponent(VERSION)}`)).toBe(400);
  });

  it('holds no character that the store cannot keep', async () => {
    expect(await codeOf('{ run(id: "a\\u0000b") { id } }')).toBe('BAD_USER_INPUT');
    const { errors } = await server.ask('query ($id: ID!) { run(id: $id) { id } }', { id: 'a\0b' });
    expect(errors?.[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it('has a limited size, over HTTP and over the websocket alike', async () => {
    const huge = JSON.stringify({ query: `# ${'x'.repeat(2 ** 20)}\n${VERSION}` });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: huge })).status).toBe(413);
    const socket = new WebSocket(server.socketUrl, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(huge);
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
  });
});

describe('A response', () => {
  it('forbids the browser what no page of ours does', async () => {
    const { headers } = await fetch(server.url);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("object-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('tells how many requests are left', async () => {
    const headers = { 'apollo-require-preflight': '1' };
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(VERSION)}`, { headers });
    expect(response.headers.get('ratelimit-policy')).toContain('q=3000; w=60');
  });
});

describe('An uploaded image', () => {
  it('has a limited size', async () => {
    const body = new Uint8Array(20 * 2 ** 20 + 1);
    const { status } = await fetch(`${server.url}/placements/none`, { method: 'POST', body });
    expect(status).toBe(413);
  });
});

describe('A request for work that costs', () => {
  it('is refused when there are too many of them', async () => {
    const statuses = new Set<number>();
    for (let i = 0; i < 241; i++) statuses.add(await statusOf('/exports/none/layout.npy'));
    expect([...statuses]).toEqual([404, 429]);
  });
});

describe('A path', () => {
  it.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/images/..%2f..%2fetc/0.png',
    '/atlas/..%2f..%2fetc/0.webp',
    '/exports/..%2f..%2fetc/layout.npy',
    '/images/%00/0.png',
  ])('that leads out of its folder finds nothing: %s', async (path) => {
    expect([400, 404, 429]).toContain(await statusOf(path));
  });

  it('of an image takes whole numbers only', async () => {
    for (const index of ['-1', '1e3', '0x1', '9999999999', '..', '1;2']) {
      expect([400, 404]).toContain(await statusOf(`/images/none/${encodeURIComponent(index)}.png`));
    }
  });

  it('by another name for this machine is refused', async () => {
    expect(await statusOf('/', { host: 'attacker.example' })).toBe(403);
    expect(await statusOf('/readyz', { host: 'attacker.example:4000' })).toBe(403);
  });
});

describe('Values of a caller', () => {
  it('are never part of a statement', async () => {
    for (const id of ["' OR '1'='1", "x'; DROP TABLE runs; --", '%', '\\']) {
      const { errors } = await server.ask('query ($id: ID!) { run(id: $id) { id } }', { id });
      expect(errors?.[0].extensions.code).toBe('NOT_FOUND');
    }
    expect(await server.data('{ runs { totalCount } }')).toEqual({ runs: { totalCount: 0 } });
  });
});

describe('Folders of the server', () => {
  it('may be named inside IMAGES_ROOT only, also through links, dots and shards in braces', async () => {
    const outside = await temporaryFolder();
    const root = join(outside, 'images');
    await mkdir(join(root, 'cats'), { recursive: true });
    await writeFile(join(outside, 'secret.png'), 'x');
    await symlink(outside, join(root, 'way-out'));
    await requireInsideRoot(join(root, 'cats'), root);
    await requireInsideRoot(join(root, 'shard-{000..003}.tar'), root);
    for (const path of [outside, join(root, '..'), join(root, 'way-out'), `${root}-other`, '/etc', '/']) {
      await expect(requireInsideRoot(path, root)).rejects.toThrow(ForbiddenError);
    }
    await writeFile(join(root, 'shard-0.tar'), '');
    await writeFile(join(outside, 'secret.tar'), '');
    await symlink(join(outside, 'secret.tar'), join(root, 'shard-1.tar'));
    await requireDataset(join(root, 'shard-{0..0}.tar'), root);
    await expect(requireDataset(join(root, 'shard-{0..1}.tar'), root)).rejects.toThrow(ForbiddenError);
    await expect(
      openDataset(join(root, 'shard-{1..1}.tar'), { cacheFolder: outside, imagesRoot: root }),
    ).rejects.toThrow(ForbiddenError);
    await expect(requireInsideRoot(join(root, 'cats'), null)).rejects.toThrow(/IMAGES_ROOT/);
    await expect(requireInsideRoot(`${root}/cats\0.png`, root)).rejects.toThrow(/NUL/);
  });
});
