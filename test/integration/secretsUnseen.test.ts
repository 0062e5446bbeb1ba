import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join as joinPath } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { distFile } from '../../server/paths.ts';
import { closeDatabase, postgresIsAvailable, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { ACCEPT, bearer, PASSWORD } from '../support/team.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const available = postgresIsAvailable();
const suffix = available ? '' : ' (NOT RUN: no Postgres with pgvector here; see test/support/debian13.sh)';

let server: ChildProcess;
let postgres: PostgresServer | null;
let databaseUrl = '';
let origin: string;
let log = '';
/** Everything that is secret, by what it is. */
const secrets = new Map<string, string>();

/** Starts the built server, which logs all it can, and reads the link for the first admin. */
async function start(): Promise<URL> {
  const home = joinPath(await temporaryFolder(), 'home');
  const environment = { AUTH: 'on', LOG_LEVEL: 'trace', CIRCLE_LIMIT_HOME: home, DATABASE_URL: databaseUrl };
  server = spawn(process.execPath, [distFile('server/cli/main.js'), 'serve', '--port', '0'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  server.stderr!.on('data', (chunk: Buffer) => (log += chunk.toString()));
  for await (const line of createInterface({ input: server.stdout! })) {
    const link = /http\S+#\S+/.exec(line)?.[0];
    if (link !== undefined) return new URL(link);
  }
  throw new Error(`the server ended: ${log}`);
}

async function ask(query: string, variables: object, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return ((await response.json()) as { data?: unknown }).data;
}

async function logIn(): Promise<string> {
  const response = await fetch(`${origin}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email: 'admin@example.org', password: PASSWORD }),
  });
  return response.headers.getSetCookie()[0].split(';')[0];
}

/** Shares a run, which need not have begun. @returns the token of the link */
async function makeShareLink(cookie: string): Promise<string> {
  const { startRun } = (await ask(
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input: { dataset: 'emoji', model: 'nano', limit: 20, iterations: 1 } },
    { cookie },
  )) as { startRun: { id: string } };
  const { createShareLink } = (await ask(
    'mutation ($input: CreateShareLinkInput!) { createShareLink(input: $input) { token } }',
    { input: { runIds: [startRun.id], viewState: 'z=2' } },
    { cookie },
  )) as { createShareLink: { token: string } };
  return createShareLink.token;
}

async function openSocket(token: string): Promise<void> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }));
  await Promise.race([once(socket, 'message'), once(socket, 'close')]);
  socket.terminate();
}

/** Sends every secret wherever one may be sent, rightly or by mistake. */
async function sendAll(): Promise<void> {
  for (const secret of secrets.values()) {
    await fetch(`${origin}/s/${encodeURIComponent(secret)}?embed=1`);
    await fetch(`${origin}/previews/${encodeURIComponent(secret)}.png`);
    await fetch(`${origin}/images/none/0.png?ticket=${encodeURIComponent(secret)}`);
    await ask('{ runs { totalCount } }', {}, bearer(encodeURIComponent(secret)));
    await ask('query ($token: String!) { sharedView(token: $token) { ticket } }', { token: secret });
    await ask('query ($token: String!) { invitation(token: $token) { role } }', { token: secret });
    await ask(ACCEPT, { input: { token: secret, name: 'x', email: 'x', password: secret } });
    await ask(`{ broken(token: "${secret}") }`, {});
    await openSocket(secret);
  }
  await fetch(`${origin}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
}

function expectNoSecretIn(text: string): void {
  for (const [name, secret] of secrets) {
    expect(text.includes(secret) || text.includes(encodeURIComponent(secret)), `${name} is in the log`).toBe(false);
  }
}

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = (await postgres?.createDatabase()) ?? '';
  const link = await start();
  ({ origin } = link);
  const setup = link.hash.slice(1);
  const input = { token: setup, name: 'admin', email: 'admin@example.org', password: PASSWORD };
  await ask(ACCEPT, { input });
  const cookie = await logIn();
  const made = (await ask(
    `mutation ($token: CreateApiTokenInput!, $person: InviteMemberInput!) {
      createApiToken(input: $token) { token } inviteMember(input: $person) { url }
    }`,
    { token: { name: 'test', role: 'ADMIN', days: 1 }, person: { role: 'VIEWER', note: '' } },
    { cookie },
  )) as { createApiToken: { token: string }; inviteMember: { url: string } };
  secrets.set('the link for the first admin', setup);
  secrets.set('a password', PASSWORD);
  secrets.set('a session', decodeURIComponent(cookie.split('=')[1]));
  secrets.set('an API token', made.createApiToken.token);
  secrets.set('an invitation', made.inviteMember.url.split('#')[1]);
  secrets.set('a share link', await makeShareLink(cookie));
  const opened = (await ask('query ($token: String!) { sharedView(token: $token) { ticket } }', {
    token: secrets.get('a share link'),
  })) as { sharedView: { ticket: string } };
  secrets.set('a ticket of a share link', opened.sharedView.ticket);
}, 120_000);

afterAll(async () => {
  server.kill();
  await postgres?.stop();
});

describe('A secret', () => {
  it('is in no line of the log, with everything logged, wherever it was sent', async () => {
    await sendAll();
    expectNoSecretIn(log);
  });

  it.skipIf(!available)(
    `is in no line of what is logged while the database is away, which is a line a request and more${suffix}`,
    async () => {
      const before = log.length;
      const openAgain = await closeDatabase(databaseUrl);
      await sendAll();
      await openAgain();
      const lines = log
        .slice(before)
        .split('\n')
        .filter((line) => line.startsWith('{'));
      expect(lines.length).toBeGreaterThan(secrets.size);
      expectNoSecretIn(log);
    },
    60_000,
  );

  it('is told to no other site: no page and no file lets a browser send its address on', async () => {
    const paths = ['/', '/join', '/runs', '/docs/', '/graphql', '/exports/x/layout.csv', '/nothing'];
    const link = `/s/${secrets.get('a share link')}`;
    for (const path of [link, `${link}?embed=1`, ...paths]) {
      const response = await fetch(`${origin}${path}`);
      expect(response.headers.get('referrer-policy'), path).toBe('no-referrer');
      if (path.startsWith(link)) expect(await response.text()).toContain('og:title');
    }
  });
});
