import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { homeWithEmoji } from '../support/homeWithEmoji.ts';
import { runCli, type CliResult } from '../support/runCli.ts';
import { TeamServer } from '../support/team.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

let team: TeamServer;
let folder: string;
let token: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  team = await TeamServer.start(await homeWithEmoji(join(folder, 'home')));
  ({ token } = await team.createToken(team.cookies.EDITOR, 'EDITOR'));
});

afterAll(() => team.close());

const command = (args: readonly string[], secret = token): Promise<CliResult> =>
  runCli([...args, '--server', team.server.url], {
    CIRCLE_LIMIT_TOKEN: secret,
    CIRCLE_LIMIT_HOME: join(folder, 'none'),
  });

describe('The command line and a server elsewhere', () => {
  it('starts a run, follows it, lists it, exports it and shares it', async () => {
    const order = [
      '--dataset',
      'emoji',
      '--model',
      'nano',
      '--limit',
      '60',
      '--iterations',
      '20',
      '--name',
      'From afar',
    ];
    const started = await command(['run', 'start', ...order]);
    expect(started).toMatchObject({ code: 0, stderr: '' });
    const id = started.stdout.trim();
    expect(id).toMatch(/^run_/);
    const watched = await command(['run', 'watch', id, '--json']);
    expect(JSON.parse(watched.stdout)).toMatchObject({ id, status: 'DONE', error: null });
    expect((await command(['run', 'list'])).stdout).toMatch(
      new RegExp(`^${id} +DONE +recall 0\\.\\d{3} +From afar$`, 'm'),
    );
    const out = join(folder, 'layout.csv');
    expect((await command(['export', id, '--format', 'csv', '--out', out])).code).toBe(0);
    expect((await readFile(out, 'utf8')).trim().split('\n')).toHaveLength(61);
    const picture = join(folder, 'layout.png');
    const large = ['--format', 'png', '--scale', '3', '--transparent', '--out', picture];
    expect((await command(['export', id, ...large])).code).toBe(0);
    const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    expect([info.height, data[3]]).toEqual([3120, 0]);
    const shared = JSON.parse((await command(['share', id, '--days', '1', '--json'])).stdout) as { url: string };
    const secret = new URL(shared.url).pathname.replace('/s/', '');
    const opened = await team.ask('query ($token: String!) { sharedView(token: $token) { runs { id } createdBy } }', {
      token: secret,
    });
    expect(opened.data).toEqual({ sharedView: { runs: [{ id }], createdBy: 'editor' } });
  });

  it('tells in one line what a server refuses, and where none is', async () => {
    const viewer = await team.createToken(team.cookies.VIEWER, 'VIEWER');
    const refused = await command(['run', 'start', '--dataset', 'emoji', '--model', 'nano'], viewer.token);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/needs the role editor, and yours is viewer\n$/);
    const nobody = await command(['run', 'list'], '');
    expect(nobody).toMatchObject({ code: 1, stdout: '' });
    expect(nobody.stderr).toMatch(/log in first; set CIRCLE_LIMIT_TOKEN\n$/);
    const unknown = await command(['export', 'run_none', '--format', 'npy', '--out', join(folder, 'none.npy')]);
    expect(unknown.code).toBe(2);
    const away = await runCli(['run', 'list', '--server', 'http://127.0.0.1:9']);
    expect(away).toMatchObject({ code: 1, stderr: 'circle-limit: no server answers at http://127.0.0.1:9\n' });
    expect((await runCli(['run', 'list', '--server', 'nowhere'])).code).toBe(2);
    expect((await runCli(['run', '--dataset', 'emoji', '--model', 'nano'])).stderr).toContain("'--out <");
  });
});
