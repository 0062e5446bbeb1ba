import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { ACCEPT, bearer, invite, join, logIn, PASSWORD, postLogin, TeamServer } from '../support/team.ts';

let team: TeamServer;

beforeAll(async () => {
  team = await TeamServer.start(joinPath(await temporaryFolder(), 'home'));
});

afterAll(() => team.close());

const VIEWER = '{ viewer { loginRequired role name } }';

describe('A server that asks for a login', () => {
  it('knows who asks by the session cookie', async () => {
    expect(await team.ask(VIEWER)).toEqual({ data: { viewer: { loginRequired: true, role: null, name: null } } });
    const { data } = await team.ask(VIEWER, {}, team.cookies.EDITOR);
    expect(data).toEqual({ viewer: { loginRequired: true, role: 'EDITOR', name: 'editor' } });
  });

  it('lets the link for the first admin work once', async () => {
    const input = { token: team.setupToken, name: 'Eve', email: 'eve@example.org', password: PASSWORD };
    const answer = await team.ask(ACCEPT, { input });
    expect(answer.errors?.[0].extensions.code).toBe('NOT_FOUND');
  });

  it('refuses a wrong password and one of an unknown person with the same words', async () => {
    const body = (email: string) => ({ email, password: 'wrong horse battery' });
    const wrong = await postLogin(team.server, '/sign-in/email', body('viewer@example.org'));
    const unknown = await postLogin(team.server, '/sign-in/email', body('nobody@example.org'));
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(await unknown.text()).toBe(await wrong.text());
  });

  it('has no other route to an account', async () => {
    const body = { name: 'Eve', email: 'eve@example.org', password: PASSWORD };
    expect((await postLogin(team.server, '/sign-up/email', body)).status).toBe(404);
    expect((await postLogin(team.server, '/update-user', { role: 'ADMIN' }, team.cookies.VIEWER)).status).toBe(404);
  });

  it('ends a session with its cookie', async () => {
    const cookie = await logIn(team.server, 'viewer');
    expect((await postLogin(team.server, '/sign-out', {}, cookie)).status).toBe(200);
    const { data } = await team.ask(VIEWER, {}, cookie);
    expect(data).toMatchObject({ viewer: { role: null } });
  });
});

describe('An invitation', () => {
  it('is used up by one of two people who use it at the same moment', async () => {
    const token = await invite(team.server, team.cookies.ADMIN, 'VIEWER');
    const results = await Promise.allSettled([join(team.server, token, 'first'), join(team.server, token, 'second')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('still works after a password that is too short, or an address that has a login', async () => {
    const token = await invite(team.server, team.cookies.ADMIN, 'EDITOR');
    const input = { token, name: 'Grace', email: 'grace@example.org', password: 'short' };
    expect((await team.ask(ACCEPT, { input })).errors?.[0].message).toContain('password');
    const taken = { ...input, email: 'Admin@example.org', password: PASSWORD };
    expect((await team.ask(ACCEPT, { input: taken })).errors?.[0].extensions.code).toBe('CONFLICT');
    expect(await team.ask(ACCEPT, { input: { ...input, password: PASSWORD } })).toEqual({
      data: { acceptInvitation: true },
    });
  });

  it('says nothing after it was withdrawn', async () => {
    const token = await invite(team.server, team.cookies.ADMIN, 'VIEWER');
    const offered = 'query ($token: String!) { invitation(token: $token) { role createdBy } }';
    expect((await team.ask(offered, { token })).data).toEqual({ invitation: { role: 'VIEWER', createdBy: 'admin' } });
    const { invitations } = await team.data<{ invitations: { id: string }[] }>(
      '{ invitations { id } }',
      {},
      team.cookies.ADMIN,
    );
    await team.data(
      'mutation ($id: ID!) { revokeInvitation(id: $id) { id } }',
      { id: invitations[0].id },
      team.cookies.ADMIN,
    );
    expect((await team.ask(offered, { token })).data).toEqual({ invitation: null });
  });
});

describe('A token for programs', () => {
  it('may no more than its owner, also when its owner may less later', async () => {
    const person = await team.addPerson('EDITOR', 'ada');
    const { token } = await team.createToken(person, 'EDITOR');
    expect((await team.ask(VIEWER, {}, bearer(token))).data).toMatchObject({ viewer: { role: 'EDITOR', name: 'ada' } });
    const tooMuch = await team.ask(
      'mutation { createApiToken(input: { name: "x", role: ADMIN }) { id } }',
      {},
      bearer(token),
    );
    expect(tooMuch.errors?.[0].extensions.code).toBe('FORBIDDEN');
    const { members } = await team.data<{ members: { id: string; name: string }[] }>(
      '{ members { id name } }',
      {},
      team.cookies.ADMIN,
    );
    const id = members.find(({ name }) => name === 'ada')!.id;
    const change =
      'mutation ($id: ID!, $role: Role, $disabled: Boolean) { changeMember(id: $id, role: $role, disabled: $disabled) { role } }';
    await team.data(change, { id, role: 'VIEWER' }, team.cookies.ADMIN);
    expect((await team.ask(VIEWER, {}, bearer(token))).data).toMatchObject({ viewer: { role: 'VIEWER' } });
    await team.data(change, { id, disabled: true }, team.cookies.ADMIN);
    expect((await team.ask(VIEWER, {}, bearer(token))).errors?.[0].extensions.code).toBe('UNAUTHENTICATED');
    expect((await team.ask(VIEWER, {}, person)).data).toMatchObject({ viewer: { role: null } });
    await expect(logIn(team.server, 'ada')).rejects.toThrow('403');
  });

  it('is refused by everything after it was withdrawn, forged, cut or lengthened', async () => {
    const { id, token } = await team.createToken(team.cookies.VIEWER, 'VIEWER');
    const code = async (sent: string) => (await team.ask(VIEWER, {}, bearer(sent))).errors?.[0].extensions.code;
    expect(await code(token)).toBeUndefined();
    for (const bad of [token.slice(0, -1), `${token}A`, `clt_${'A'.repeat(43)}`, token.slice(4), 'clt_', '']) {
      expect(await code(bad), bad).toBe('UNAUTHENTICATED');
    }
    await team.data('mutation ($id: ID!) { revokeApiToken(id: $id) { id } }', { id }, team.cookies.VIEWER);
    expect(await code(token)).toBe('UNAUTHENTICATED');
  });

  it('cannot be withdrawn by another viewer', async () => {
    const { id } = await team.createToken(team.cookies.EDITOR, 'VIEWER');
    const answer = await team.ask(
      'mutation ($id: ID!) { revokeApiToken(id: $id) { id } }',
      { id },
      team.cookies.VIEWER,
    );
    expect(answer.errors?.[0].extensions.code).toBe('NOT_FOUND');
  });
});

describe('The audit log', () => {
  it('says who did what, without secrets', async () => {
    const { auditLog } = await team.data<{
      auditLog: { nodes: { action: string; actorName: string; detail: string }[] };
    }>('{ auditLog(first: 200) { nodes { action actorName detail } } }', {}, team.cookies.ADMIN);
    const actions = auditLog.nodes.map(({ action, actorName }) => `${actorName}: ${action}`);
    expect(actions).toContain('admin: inviteMember');
    expect(actions).toContain('admin: changeMember');
    expect(actions).toContain('editor: acceptInvitation');
    expect(JSON.stringify(auditLog)).not.toContain(PASSWORD);
    expect(JSON.stringify(auditLog)).not.toContain(team.setupToken);
  });
});

describe('Guessing a password', () => {
  it('ends after ten tries a minute, also for the right one', async () => {
    const statuses: number[] = [];
    const guess = (password: string) =>
      postLogin(team.server, '/sign-in/email', { email: 'viewer@example.org', password });
    for (let attempt = 0; attempt < 10; attempt++) statuses.push((await guess(`wrong horse ${attempt}`)).status);
    // Logins of the tests before count too, so that the limit can be reached earlier.
    expect(new Set(statuses)).toEqual(new Set(statuses.includes(429) ? [401, 429] : [401]));
    expect((await guess(PASSWORD)).status).toBe(429);
  });
});
