import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { includesRole } from '../../server/access/actor.ts';
import { FIELD_RULES, NO_RULE, ROUTE_RULES } from '../../server/access/rules.ts';
import { buildApiSchema } from '../../server/graphql/buildSchema.ts';
import { sampleCall } from '../support/sampleCalls.ts';
import { ASKERS, SharedTeam, type Asker } from '../support/sharedTeam.ts';
import type { Sent, TeamServer } from '../support/team.ts';

/** Allowed ones of these say nothing until a run changes. */
const SILENT = new Set(['Subscription.runsChanged', 'Subscription.runDeleted']);
const REFUSALS = new Set(['UNAUTHENTICATED', 'FORBIDDEN']);

const schema = await buildApiSchema();
const roots = [
  ['query', schema.getQueryType()!],
  ['mutation', schema.getMutationType()!],
  ['subscription', schema.getSubscriptionType()!],
] as const;
const calls = roots.flatMap(([operation, type]) =>
  Object.values(type.getFields()).map((field) => ({
    operation,
    name: `${type.name}.${field.name}`,
    text: sampleCall(operation, field),
  })),
);

let shared: SharedTeam;
let team: TeamServer;

beforeAll(async () => {
  shared = await SharedTeam.start();
  ({ team } = shared);
});

afterAll(() => shared.close());

/** The link lets its own runs be seen alone, and the sample calls name none of them. */
function mayCall(asker: Asker, name: string): boolean {
  const { needs, runs } = FIELD_RULES[name] ?? NO_RULE;
  if (needs === 'PUBLIC') return true;
  if (asker === 'anonymous' || needs === 'PARENT') return false;
  if (asker === 'link') return runs?.({ runIds: ['run_none'] }).length === 0;
  return includesRole(asker, needs);
}

/** The code with which a call ends; null when it was answered. */
async function codeOverHttp(asker: Asker, text: string): Promise<string | null> {
  return (await team.ask(text, {}, shared.sent(asker))).errors?.[0].extensions.code ?? null;
}

describe.each(ASKERS)('Over HTTP, %s', (asker) => {
  it.each(calls.filter(({ operation }) => operation !== 'subscription'))(
    'is answered by the rule of $name',
    async (call) => {
      const code = await codeOverHttp(asker, call.text);
      expect(REFUSALS.has(code ?? ''), `${call.text} was answered ${code}`).toBe(!mayCall(asker, call.name));
    },
  );
});

describe.each(ASKERS.filter((asker) => asker !== 'anonymous'))('On a socket, %s', (asker) => {
  it('is answered by the rule of every query, mutation and subscription', async () => {
    const client = createClient({
      url: team.server.socketUrl,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazy: false,
      connectionParams: { token: shared.tokens.get(asker) },
    });
    for (const { name, text } of calls) {
      if (SILENT.has(name) && mayCall(asker, name)) continue;
      const results = client.iterate({ query: text });
      const { value } = await results.next();
      const code = (value as { errors?: { extensions: { code: string } }[] }).errors?.[0].extensions.code;
      expect(REFUSALS.has(code ?? ''), `${text} was answered ${code}`).toBe(!mayCall(asker, name));
      await results.return?.();
    }
    await client.dispose();
  });
});

describe('A viewer who tries everything', () => {
  it('changes nothing but their own tokens', async () => {
    const before = await team.data(
      '{ runs { nodes { id name status tags notes } } members { id role disabledAt } }',
      {},
      team.cookies.ADMIN,
    );
    const mutations = calls.filter(({ operation }) => operation === 'mutation');
    const allowed = [];
    for (const { name } of mutations) {
      const field = schema.getMutationType()!.getFields()[name.split('.')[1]];
      const text = sampleCall('mutation', field, { id: JSON.stringify(shared.runId) });
      if (!REFUSALS.has((await codeOverHttp('VIEWER', text)) ?? '')) allowed.push(name);
    }
    expect(allowed.sort()).toEqual(['Mutation.acceptInvitation', 'Mutation.createApiToken', 'Mutation.revokeApiToken']);
    expect(
      await team.data(
        '{ runs { nodes { id name status tags notes } } members { id role disabledAt } }',
        {},
        team.cookies.ADMIN,
      ),
    ).toEqual(before);
  });
});

describe('The routes', () => {
  it('have a rule each', async () => {
    const source = await readFile('server/http/app.ts', 'utf8');
    const mounted = [...source.matchAll(/app\.(?:use|get|post|all)\(\s*'(\/[^']*)'/g)].map(([, path]) => path);
    expect(mounted.length).toBeGreaterThan(6);
    expect(
      mounted.filter((path) => !ROUTE_RULES.some((rule) => path === rule.path || path.startsWith(`${rule.path}/`))),
    ).toEqual([]);
  });

  it('let in whom their rule names, and nobody else', async () => {
    const viewerQuery = '{"query":"{ viewer { role } }"}';
    // By path: the status for anybody, for a link and for a viewer.
    const samples: readonly (readonly [path: string, anybody: number, link: number, viewer: number, body?: string])[] =
      [
        ['/healthz', 200, 200, 200],
        ['/readyz', 200, 200, 200],
        ['/metrics', 401, 403, 200],
        // Everybody may ask; the rules of the API decide about each field.
        ['/graphql', 200, 200, 200, viewerQuery],
        // Of the login library only logging in and out are served.
        ['/api/auth/get-session', 404, 404, 404],
        ['/api/auth/sign-in/email', 401, 401, 401, '{"email":"nobody@example.org","password":"wrong password"}'],
        [`/images/${shared.datasetId}/0.png`, 401, 200, 200],
        [`/atlas/${shared.datasetId}/0.webp`, 401, 200, 200],
        [`/exports/${shared.runId}/layout.csv`, 401, 403, 200],
        [`/exports/${shared.otherRunId}/layout.csv`, 401, 403, 200],
        // A viewer is let in, and told that this is no image.
        [`/placements/${shared.runId}`, 401, 403, 400, 'no image'],
        ['/previews/none.png', 200, 200, 200],
        ['/docs/', 200, 200, 200],
        ['/runs', 200, 200, 200],
        ['/server/secret', 404, 404, 404],
      ];
    for (const { path } of ROUTE_RULES) {
      expect(
        samples.some(([sample]) => sample === path || sample.startsWith(`${path}/`)),
        path,
      ).toBe(true);
    }
    for (const [path, anybody, link, viewer, body] of samples) {
      const status = async (sent: Sent) => {
        const headers = { ...(body && { 'content-type': 'application/json', origin: team.server.url }), ...sent };
        return (await fetch(`${team.server.url}${path}`, { method: body ? 'POST' : 'GET', headers, body })).status;
      };
      expect(await status({}), `${path} for anybody`).toBe(anybody);
      expect(await status(shared.sent('link')), `${path} with a link`).toBe(link);
      expect(await status(shared.sent('VIEWER')), `${path} for a viewer`).toBe(viewer);
      expect(await status(team.cookies.VIEWER), `${path} with a cookie`).toBe(viewer);
    }
  });
});

describe('Pages of other sites', () => {
  const foreign = 'https://evil.example';

  it('are refused by every route, with and without a cookie', async () => {
    for (const path of ['/graphql', '/api/auth/sign-in/email', '/placements/x', '/exports/x/layout.csv']) {
      for (const cookie of [{}, team.cookies.ADMIN]) {
        const response = await fetch(`${team.server.url}${path}`, {
          method: path.startsWith('/exports') ? 'GET' : 'POST',
          headers: { 'content-type': 'application/json', origin: foreign, ...cookie },
          body: path.startsWith('/exports') ? undefined : '{"query":"{ viewer { role } }"}',
        });
        expect(response.status, path).toBe(403);
      }
    }
  });

  it('cannot show an image of ours with the right of whoever looks at them', async () => {
    // Not by fetch, which sets these headers itself.
    const show = async (site: string) => {
      const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', ...team.cookies.VIEWER };
      const asked = request(`${team.server.url}/images/${shared.datasetId}/0.png`, { headers }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      return { status: response.statusCode, policy: response.headers['cross-origin-resource-policy'] };
    };
    expect((await show('cross-site')).status).toBe(403);
    expect(await show('same-origin')).toEqual({ status: 200, policy: 'same-origin' });
  });

  it('cannot send a form', async () => {
    const response = await fetch(`${team.server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', ...team.cookies.ADMIN },
      body: '{"query":"{ viewer { role } }"}',
    });
    expect(response.status).toBe(400);
  });

  it('cannot open a socket', async () => {
    const socket = new WebSocket(team.server.socketUrl, 'graphql-transport-ws', {
      origin: foreign,
      headers: team.cookies.ADMIN,
    });
    const status = await new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => undefined);
    });
    expect(status).toBe(403);
  });

  it('cannot read anything without a login, nor a socket be opened', async () => {
    expect(await shared.closeOfSocket('')).toBe(4401);
    expect(await shared.closeOfSocket(`clt_${'A'.repeat(43)}`)).toBe(4401);
  });
});

describe('A session', () => {
  it('takes its sockets with it when it ends', async () => {
    const person = await team.addPerson('VIEWER', 'rosa');
    const closed = new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(team.server.socketUrl, 'graphql-transport-ws', { headers: person });
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
      socket.on('message', () => {
        void fetch(`${team.server.url}/api/auth/sign-out`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: team.server.url, ...person },
          body: '{}',
        });
      });
      socket.on('close', resolve);
      socket.on('error', reject);
    });
    expect(await closed).toBe(4403);
  });

  it('has a cookie that scripts and other sites cannot use', async () => {
    const response = await fetch(`${team.server.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: team.server.url },
      body: JSON.stringify({ email: 'rosa@example.org', password: 'correct horse battery' }),
    });
    expect(response.headers.getSetCookie()[0]).toMatch(/HttpOnly/i);
    expect(response.headers.getSetCookie()[0]).toMatch(/SameSite=Strict/i);
  });
});
