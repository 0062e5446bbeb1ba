import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SharedTeam } from '../support/sharedTeam.ts';
import { bearer, type TeamServer } from '../support/team.ts';

const RUN_NAME = 'query ($id: ID!) { run(id: $id) { name } }';

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

describe('The preview of a share link', () => {
  const metaOf = async (token: string) => {
    const html = await (await fetch(`${team.server.url}/s/${token}`)).text();
    const [title, description, image] = ['title', 'description', 'image'].map(
      (name) => new RegExp(`<meta property="og:${name}" content="([^"]*)"`).exec(html)![1],
    );
    return { html, title, description, image };
  };
  const pictureOf = async (address: string): Promise<Buffer> => {
    const response = await fetch(address);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    return Buffer.from(await response.arrayBuffer());
  };
  /** The pixel at a place of the picture, as `r, g, b`. */
  const pixelAt = async (png: Buffer, x: number, y: number) => {
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    return [...data.subarray(info.channels * (y * info.width + x)).subarray(0, 3)].join(', ');
  };

  it('is in its page and a picture of 1200 × 630, whose address is no way back to the secret', async () => {
    const { html, title, description, image } = await metaOf(shared.linkToken);
    expect(title).toBe('shared');
    expect(description).toMatch(/^Shared by editor\. shared · 24 points · perplexity/);
    expect(html).not.toContain(shared.linkToken);
    const png = await pictureOf(image);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 630]);
    const ticket = /previews\/(.*)\.png/.exec(image)![1];
    expect((await team.ask(RUN_NAME, { id: shared.runId }, bearer(ticket))).errors?.[0].extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });

  it('shows the view that was shared, and does not count as a use of the link', async () => {
    const home = await shared.share([shared.runId], { viewState: '' });
    const away = await shared.share([shared.runId], { viewState: 'c=0.5,0.2&rot=90&z=3' });
    const both = await shared.share([shared.runId, shared.otherRunId], { viewState: '' });
    const pictures = await Promise.all([home, away].map(async ({ token }) => pictureOf((await metaOf(token)).image)));
    expect(pictures[0].equals(pictures[1])).toBe(false);
    // A corner of the drawing is ground at home, and within the disk when it is enlarged.
    expect(await pixelAt(pictures[0], 30, 20)).toBe('18, 20, 24');
    expect(await pixelAt(pictures[1], 30, 20)).not.toBe('18, 20, 24');
    // Runs of different images cannot be laid over each other; they are shown as they are.
    const compared = await metaOf(both.token);
    expect(compared.title).toBe('shared · not shared');
    expect((await pictureOf(compared.image)).equals(pictures[0])).toBe(false);
    const { run } = await team.data<{ run: { shareLinks: { id: string; lastUsedAt: string | null }[] } }>(
      'query ($id: ID!) { run(id: $id) { shareLinks { id lastUsedAt } } }',
      { id: shared.runId },
      team.cookies.EDITOR,
    );
    expect(run.shareLinks.find(({ id }) => id === home.id)?.lastUsedAt).toBeNull();
  });

  it('tells the quality of the last layout with no other one', async () => {
    const { run } = await team.data<{ run: { keyframes: number[]; iteration: number } }>(
      'query ($id: ID!) { run(id: $id) { keyframes iteration } }',
      { id: shared.runId },
      team.cookies.EDITOR,
    );
    const [first, second] = run.keyframes;
    const descriptionAt = async (iteration: number) =>
      (await metaOf((await shared.share([shared.runId], { viewState: `i=${iteration}` })).token)).description;
    const last = await descriptionAt(run.iteration);
    expect(last).toContain(`iteration ${run.iteration} · recall@15`);
    expect(await descriptionAt(second - 1)).toBe(last.replace(/iteration .*/, `iteration ${first}`));
  });

  it('shows a comparison as its page does: its fit, its lens instead of classes, morph and trails', async () => {
    const again = await shared.runAgain(2);
    const shown = async (viewState: string) => {
      const { token } = await shared.share([shared.runId, again], { viewState });
      return pictureOf((await metaOf(token)).image);
    };
    const seen = ['color=change', 'color=stability', 'fit=none', 'fit=selection&sel=1.1.1.1'];
    const views = ['', ...seen, 'morph=0.5', 'morph=1', 'trails=0', 'trails=0&p=3'];
    const pictures = await Promise.all(views.map(shown));
    expect(new Set(pictures.map((png) => png.toString('base64'))).size).toBe(views.length);
    // The scale of a lens stands at the right below, where nothing is without one.
    const blues = await Promise.all(pictures.map((png) => pixelAt(png, 866, 568)));
    expect(blues.map((pixel) => pixel === '18, 20, 24')).toEqual(views.map((view) => !view.startsWith('color')));
  });

  it('is the same neutral one for a link that was withdrawn and for one that never was', async () => {
    const { id, token } = await shared.share([shared.runId]);
    const { image } = await metaOf(token);
    const before = await pictureOf(image);
    await team.data('mutation ($id: ID!) { revokeShareLink(id: $id) { id } }', { id }, team.cookies.EDITOR);
    const after = await pictureOf(image);
    expect(after.equals(before)).toBe(false);
    const never = await metaOf('A'.repeat(43));
    expect({ ...(await metaOf(token)), html: '' }).toEqual({ ...never, html: '' });
    expect(after.equals(await pictureOf(never.image))).toBe(true);
    expect(after.equals(await pictureOf(image.replace(/.\.png$/, '_.png')))).toBe(true);
  });
});
