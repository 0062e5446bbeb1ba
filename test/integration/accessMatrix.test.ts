import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { includesRole } from '../../server/access/actor.ts';
import { FIELD_RULES, NO_RULE, ROUTE_RULES } from '../../server/access/rules.ts';
import { buildApiSchema } from '../../server/graphql/buildSchema.ts';
import { makeImageFolder } from '../support/imageFolder.ts';
import { sampleCall } from '../support/sampleCalls.ts';
import { bearer, TeamServer, type RoleName, type Sent } from '../support/team.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { WATCH_RUN } from '../support/testServer.ts';

type Asker = 'anonymous' | 'link' | RoleName;

const ASKERS: readonly Asker[] = ['anonymous', 'link', 'VIEWER', 'EDITOR', 'ADMIN'];
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

let team: TeamServer;
let runId: string;
let otherRunId: string;
let datasetId: string;
let linkToken: string;
const tokens = new Map<Asker, string | null>();

/** The link lets its own runs be seen alone, and the sample calls name none of them. */
function mayCall(asker: Asker, name: string): boolean {
  const { needs, runs } = FIELD_RULES[name] ?? NO_RULE;
  if (needs === 'PUBLIC') return true;
  if (asker === 'anonymous' || needs === 'PARENT') return false;
  if (asker === 'link') return runs?.({ runIds: ['run_none'] }).length === 0;
  return includesRole(asker, needs);
}

function sent(asker: Asker): Sent {
  const token = tokens.get(asker);
  return token == null ? {} : bearer(token);
}

async function makeRun(folder: string, name: string): Promise<string> {
  const { startRun } = await team.data<{ startRun: { id: string } }>(
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input: { dataset: folder, model: 'nano', name, iterations: 30, perplexity: 5 } },
    team.cookies.ADMIN,
  );
  const admin = await team.createToken(team.cookies.ADMIN, 'ADMIN');
  for await (const { data } of team.server.subscribe<{ runProgress: { run: { status: string } } }>(
    WATCH_RUN,
    { id: startRun.id },
    { token: admin.token },
  )) {
    if (data?.runProgress.run.status === 'DONE') break;
  }
  return startRun.id;
}

async function share(runIds: string[], input: object = {}): Promise<{ id: string; token: string }> {
  const { createShareLink } = await team.data<{ createShareLink: { id: string; token: string } }>(
    'mutation ($input: CreateShareLinkInput!) { createShareLink(input: $input) { id token } }',
    { input: { runIds, viewState: 'z=2', ...input } },
    team.cookies.EDITOR,
  );
  return createShareLink;
}

async function openLink(token: string): Promise<{ ticket: string; createdBy: string } | null> {
  const { sharedView } = await team.data<{ sharedView: { ticket: string; createdBy: string } | null }>(
    'query ($token: String!) { sharedView(token: $token) { ticket createdBy } }',
    { token },
    {},
  );
  return sharedView;
}

beforeAll(async () => {
  const folder = await temporaryFolder();
  team = await TeamServer.start(joinPath(folder, 'home'), { IMAGES_ROOT: folder });
  const images = await makeImageFolder(joinPath(folder, 'images'), 8);
  runId = await makeRun(images, 'shared');
  otherRunId = await makeRun(await makeImageFolder(joinPath(folder, 'others'), 7), 'not shared');
  const { run } = await team.data<{ run: { dataset: { id: string } } }>(
    'query ($id: ID!) { run(id: $id) { dataset { id } } }',
    { id: runId },
    team.cookies.VIEWER,
  );
  datasetId = run.dataset.id;
  linkToken = (await share([runId])).token;
  tokens.set('anonymous', null).set('link', (await openLink(linkToken))!.ticket);
  for (const role of ['VIEWER', 'EDITOR', 'ADMIN'] as const) {
    tokens.set(role, (await team.createToken(team.cookies[role], role)).token);
  }
});

afterAll(() => team.close());

/** The code with which a call ends; null when it was answered. */
async function codeOverHttp(asker: Asker, text: string): Promise<string | null> {
  return (await team.ask(text, {}, sent(asker))).errors?.[0].extensions.code ?? null;
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
      connectionParams: { token: tokens.get(asker) },
    });
    for (const { name, text } of calls) {
      // An allowed one of these says nothing until a run changes.
      if (name === 'Subscription.runsChanged' && mayCall(asker, name)) continue;
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
      const text = sampleCall('mutation', field, { id: JSON.stringify(runId) });
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
    const samples = {
      '/healthz': ['/healthz', 200, 200],
      '/metrics': ['/metrics', 401, 403],
      [`/images/${datasetId}`]: [`/images/${datasetId}/0.png`, 401, 200],
      [`/atlas/${datasetId}`]: [`/atlas/${datasetId}/0.webp`, 401, 200],
      '/exports': [`/exports/${runId}/layout.csv`, 401, 403],
      other: [`/exports/${otherRunId}/layout.csv`, 401, 403],
      page: ['/runs', 200, 200],
      nothing: ['/server/secret', 404, 404],
    } as const;
    for (const [path, anonymous, link] of Object.values(samples)) {
      const status = async (headers: Sent) => (await fetch(`${team.server.url}${path}`, { headers })).status;
      expect(await status({}), `${path} for anybody`).toBe(anonymous);
      expect(await status(sent('link')), `${path} with a link`).toBe(link);
      expect(await status(sent('VIEWER')), `${path} for a viewer`).toBe(path === '/server/secret' ? 404 : 200);
      expect(await status(team.cookies.VIEWER), `${path} with a cookie`).toBe(path === '/server/secret' ? 404 : 200);
    }
  });
});

describe('A share link', () => {
  const RUN = 'query ($id: ID!) { run(id: $id) { name layout { pointCount } } }';

  it('opens its own run and no other', async () => {
    expect((await openLink(linkToken))?.createdBy).toBe('editor');
    expect((await team.ask(RUN, { id: runId }, sent('link'))).errors).toBeUndefined();
    expect((await team.ask(RUN, { id: otherRunId }, sent('link'))).errors?.[0].extensions.code).toBe('FORBIDDEN');
    const around = 'query ($id: ID!) { run(id: $id) { dataset { runs { id } } } }';
    expect((await team.ask(around, { id: runId }, sent('link'))).errors?.[0].extensions.code).toBe('FORBIDDEN');
    const links = 'query ($id: ID!) { run(id: $id) { shareLinks { id } } }';
    expect((await team.ask(links, { id: runId }, sent('link'))).errors?.[0].extensions.code).toBe('FORBIDDEN');
  });

  it('is worth nothing when forged, cut, lengthened or used as something else', async () => {
    for (const bad of [linkToken.slice(1), `${linkToken}A`, 'A'.repeat(43), '', `clt_${linkToken}`]) {
      expect(await openLink(bad)).toBeNull();
    }
    const ticket = tokens.get('link')!;
    const [claim, end, signature] = ticket.split('.');
    const forged = [
      `${claim}.${(parseInt(end, 36) + 1e9).toString(36)}.${signature}`,
      `clv_share_${'A'.repeat(20)}.${end}.${signature}`,
      `${claim}.${end}.${signature.slice(0, -2)}AA`,
      `${claim}.${end}`,
      linkToken,
      `clt_${linkToken}`,
    ];
    for (const bad of forged) {
      const { errors } = await team.ask(RUN, { id: runId }, bearer(bad));
      expect(errors?.[0].extensions.code, bad).toBe('UNAUTHENTICATED');
      expect(
        (await fetch(`${team.server.url}/images/${datasetId}/0.png?ticket=${encodeURIComponent(bad)}`)).status,
      ).toBe(401);
    }
  });

  it('gives files where that was allowed', async () => {
    const { token } = await share([runId], { allowDownload: true });
    const { ticket } = (await openLink(token))!;
    expect((await fetch(`${team.server.url}/exports/${runId}/layout.csv?ticket=${ticket}`)).status).toBe(200);
    expect((await fetch(`${team.server.url}/exports/${otherRunId}/layout.csv?ticket=${ticket}`)).status).toBe(403);
  });

  it('expires when it was to', async () => {
    const { token } = await share([runId], { expiresAt: new Date(Date.now() + 1500).toISOString() });
    const { ticket } = (await openLink(token))!;
    const closed = closeOfSocket(ticket);
    expect(await closed).toBe(4403);
    expect(await openLink(token)).toBeNull();
    expect((await team.ask(RUN, { id: runId }, bearer(ticket))).errors?.[0].extensions.code).toBe('UNAUTHENTICATED');
  });

  it('closes its sockets when it is withdrawn, and is not replayed after that', async () => {
    const { id, token } = await share([runId]);
    const { ticket } = (await openLink(token))!;
    const closed = closeOfSocket(ticket, async () => {
      await team.data('mutation ($id: ID!) { revokeShareLink(id: $id) { id } }', { id }, team.cookies.EDITOR);
    });
    expect(await closed).toBe(4403);
    expect(await openLink(token)).toBeNull();
    expect(await closeOfSocket(ticket)).toBe(4401);
  });

  it('does not outlive its run', async () => {
    const copy = await team.data<{ startRun: { id: string } }>(
      'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
      { input: { dataset: 'emoji', model: 'nano', limit: 20, iterations: 1 } },
      team.cookies.EDITOR,
    );
    const { token } = await share([copy.startRun.id]);
    const { ticket } = (await openLink(token))!;
    const closed = closeOfSocket(ticket, async () => {
      await team
        .data('mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id: copy.startRun.id }, team.cookies.EDITOR)
        .catch(() => undefined);
      await team.data('mutation ($id: ID!) { deleteRun(id: $id) }', { id: copy.startRun.id }, team.cookies.EDITOR);
    });
    expect(await closed).toBe(4403);
    expect(await openLink(token)).toBeNull();
  });
});

/** The code with which the server closes a socket, after `act` when it is open. */
function closeOfSocket(token: string, act: () => Promise<void> = () => Promise.resolve()): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(team.server.socketUrl, 'graphql-transport-ws');
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { token } })));
    socket.on('message', (bytes: Buffer) => {
      const { type } = JSON.parse(bytes.toString()) as { type: string };
      if (type === 'connection_ack') act().catch(reject);
    });
    socket.on('close', resolve);
    socket.on('error', reject);
  });
}

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
    const response = await fetch(`${team.server.url}/images/${datasetId}/0.png`, {
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', ...team.cookies.VIEWER },
    });
    // Node's own fetch sets this header itself, so the server sees either word; the answer must fit it.
    expect([200, 403]).toContain(response.status);
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
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
    expect(await closeOfSocket('')).toBe(4401);
    expect(await closeOfSocket(`clt_${'A'.repeat(43)}`)).toBe(4401);
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
