import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SharedTeam } from '../support/sharedTeam.ts';
import { bearer, type TeamServer } from '../support/team.ts';

let shared: SharedTeam;
let team: TeamServer;

beforeAll(async () => {
  shared = await SharedTeam.start();
  ({ team } = shared);
});

afterAll(() => shared.close());

describe('A share link', () => {
  const RUN = 'query ($id: ID!) { run(id: $id) { name layout { pointCount } } }';

  it('opens its own run and no other', async () => {
    expect((await shared.openLink(shared.linkToken))?.createdBy).toBe('editor');
    expect((await team.ask(RUN, { id: shared.runId }, shared.sent('link'))).errors).toBeUndefined();
    expect((await team.ask(RUN, { id: shared.otherRunId }, shared.sent('link'))).errors?.[0].extensions.code).toBe(
      'FORBIDDEN',
    );
    const around = 'query ($id: ID!) { run(id: $id) { dataset { runs { id } } } }';
    expect((await team.ask(around, { id: shared.runId }, shared.sent('link'))).errors?.[0].extensions.code).toBe(
      'FORBIDDEN',
    );
    const links = 'query ($id: ID!) { run(id: $id) { shareLinks { id } } }';
    expect((await team.ask(links, { id: shared.runId }, shared.sent('link'))).errors?.[0].extensions.code).toBe(
      'FORBIDDEN',
    );
  });

  it('is worth nothing when forged, cut, lengthened or used as something else', async () => {
    for (const bad of [
      shared.linkToken.slice(1),
      `${shared.linkToken}A`,
      'A'.repeat(43),
      '',
      `clt_${shared.linkToken}`,
    ]) {
      expect(await shared.openLink(bad)).toBeNull();
    }
    const ticket = shared.tokens.get('link')!;
    const [claim, end, signature] = ticket.split('.');
    const forged = [
      `${claim}.${(parseInt(end, 36) + 1e9).toString(36)}.${signature}`,
      `clv_share_${'A'.repeat(20)}.${end}.${signature}`,
      `${claim}.${end}.${signature.slice(0, -2)}AA`,
      `${claim}.${end}`,
      shared.linkToken,
      `clt_${shared.linkToken}`,
    ];
    for (const bad of forged) {
      const { errors } = await team.ask(RUN, { id: shared.runId }, bearer(bad));
      expect(errors?.[0].extensions.code, bad).toBe('UNAUTHENTICATED');
      expect(
        (await fetch(`${team.server.url}/images/${shared.datasetId}/0.png?ticket=${encodeURIComponent(bad)}`)).status,
      ).toBe(401);
    }
  });

  it('gives files where that was allowed', async () => {
    const { token } = await shared.share([shared.runId], { allowDownload: true });
    const { ticket } = (await shared.openLink(token))!;
    expect((await fetch(`${team.server.url}/exports/${shared.runId}/layout.csv?ticket=${ticket}`)).status).toBe(200);
    expect((await fetch(`${team.server.url}/exports/${shared.otherRunId}/layout.csv?ticket=${ticket}`)).status).toBe(
      403,
    );
  });

  it('expires when it was to', async () => {
    const { token } = await shared.share([shared.runId], { expiresAt: new Date(Date.now() + 1500).toISOString() });
    const { ticket } = (await shared.openLink(token))!;
    const closed = shared.closeOfSocket(ticket);
    expect(await closed).toBe(4403);
    expect(await shared.openLink(token)).toBeNull();
    expect((await team.ask(RUN, { id: shared.runId }, bearer(ticket))).errors?.[0].extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });

  it('closes its sockets when it is withdrawn, and is not replayed after that', async () => {
    const { id, token } = await shared.share([shared.runId]);
    const { ticket } = (await shared.openLink(token))!;
    const closed = shared.closeOfSocket(ticket, async () => {
      await team.data('mutation ($id: ID!) { revokeShareLink(id: $id) { id } }', { id }, team.cookies.EDITOR);
    });
    expect(await closed).toBe(4403);
    expect(await shared.openLink(token)).toBeNull();
    expect(await shared.closeOfSocket(ticket)).toBe(4401);
  });

  it('does not outlive its run', async () => {
    const copy = await team.data<{ startRun: { id: string } }>(
      'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
      { input: { dataset: 'emoji', model: 'nano', limit: 20, iterations: 1 } },
      team.cookies.EDITOR,
    );
    const { token } = await shared.share([copy.startRun.id]);
    const { ticket } = (await shared.openLink(token))!;
    const closed = shared.closeOfSocket(ticket, async () => {
      await team
        .data('mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id: copy.startRun.id }, team.cookies.EDITOR)
        .catch(() => undefined);
      await team.data('mutation ($id: ID!) { deleteRun(id: $id) }', { id: copy.startRun.id }, team.cookies.EDITOR);
    });
    expect(await closed).toBe(4403);
    expect(await shared.openLink(token)).toBeNull();
  });
});
