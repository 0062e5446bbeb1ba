import { readConfig } from '../../server/config.ts';
import { startServer } from '../../server/main.ts';
import { TestServer, type GraphQLAnswer } from './testServer.ts';

export type RoleName = 'VIEWER' | 'EDITOR' | 'ADMIN';

export const PASSWORD = 'correct horse battery';

/** What somebody sends to say who they are. */
export type Sent = Readonly<Record<string, string>>;

/** A server that asks for a login, with one person of each role. */
export class TeamServer {
  readonly server: TestServer;
  readonly cookies: Readonly<Record<RoleName, Sent>>;
  readonly setupToken: string;

  private constructor(server: TestServer, cookies: Record<RoleName, Sent>, setupToken: string) {
    this.server = server;
    this.cookies = cookies;
    this.setupToken = setupToken;
  }

  static async start(home: string, environment: Record<string, string> = {}): Promise<TeamServer> {
    let address = '';
    const config = readConfig({
      PORT: '0',
      CIRCLE_LIMIT_HOME: home,
      LOG_LEVEL: 'error',
      AUTH: 'on',
      ...environment,
    });
    const running = await startServer(config, { firstRun: false, onSetupLink: (link) => (address = link) });
    const server = TestServer.over(running);
    await running.ready;
    const setupToken = new URL(address).hash.slice(1);
    await join(server, setupToken, 'admin');
    const admin = await logIn(server, 'admin');
    const cookies = { ADMIN: admin, EDITOR: admin, VIEWER: admin };
    for (const role of ['EDITOR', 'VIEWER'] as const) {
      await join(server, await invite(server, admin, role), role.toLowerCase());
      cookies[role] = await logIn(server, role.toLowerCase());
    }
    return new TeamServer(server, cookies, setupToken);
  }

  ask(query: string, variables: Record<string, unknown> = {}, who: Sent = {}): Promise<GraphQLAnswer> {
    return this.server.ask(query, variables, who);
  }

  /** The data of an operation that must succeed. */
  async data<T>(query: string, variables: Record<string, unknown>, who: Sent): Promise<T> {
    const answer = await this.ask(query, variables, who);
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data as T;
  }

  /** A new person with this role, logged in. */
  async addPerson(role: RoleName, name: string): Promise<Sent> {
    await join(this.server, await invite(this.server, this.cookies.ADMIN, role), name);
    return logIn(this.server, name);
  }

  async createToken(who: Sent, role: RoleName, days = 1): Promise<{ id: string; token: string }> {
    const { createApiToken } = await this.data<{ createApiToken: { id: string; token: string } }>(
      'mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { id token } }',
      { input: { name: 'test', role, days } },
      who,
    );
    return createApiToken;
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

export function bearer(token: string): Sent {
  return { authorization: `Bearer ${token}` };
}

export async function invite(server: TestServer, who: Sent, role: RoleName): Promise<string> {
  const { data, errors } = await server.ask(
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { url } }',
    { input: { role, note: 'a test' } },
    who,
  );
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return (data as { inviteMember: { url: string } }).inviteMember.url.split('#')[1];
}

export const ACCEPT = 'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) }';

export async function join(server: TestServer, token: string, name: string): Promise<void> {
  const input = { token, name, email: `${name}@example.org`, password: PASSWORD };
  const { errors } = await server.ask(ACCEPT, { input });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
}

export async function postLogin(server: TestServer, path: string, body: object, headers: Sent = {}): Promise<Response> {
  return fetch(`${server.url}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url, ...headers },
    body: JSON.stringify(body),
  });
}

export async function logIn(server: TestServer, name: string, password = PASSWORD): Promise<Sent> {
  const response = await postLogin(server, '/sign-in/email', { email: `${name}@example.org`, password });
  const [cookie] = response.headers.getSetCookie();
  if (!response.ok || cookie === undefined)
    throw new Error(`log in as ${name}: ${response.status} ${await response.text()}`);
  return { cookie: cookie.split(';')[0] };
}
