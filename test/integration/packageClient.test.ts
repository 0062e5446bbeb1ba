import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';
import { homeWithEmoji } from '../support/homeWithEmoji.ts';
import { TeamServer } from '../support/team.ts';
import { compileConsumer } from '../support/compileConsumer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const execute = promisify(execFile);

/** Another program, which the compiler checks before it runs. */
const CONSUMER = `
  import { ApiError, CircleLimitClient, operation, type LabeledLayout } from 'circle-limit/client';

  declare const process: { env: Record<string, string> };
  const client = new CircleLimitClient({ url: process.env['SERVER']!, token: process.env['TOKEN']! });
  const start = (seed: number) =>
    client.startRun({ dataset: 'emoji', model: 'nano', limit: 60, iterations: 20, perplexity: 5, seed });
  const { id } = await start(1);
  let last: Float32Array | undefined;
  let status: string | undefined;
  for await (const { run, layout } of client.watch(id, { maxFramesPerSecond: 5 })) {
    status = run.status;
    last = layout?.coordinates ?? last;
  }
  const layout: LabeledLayout = (await client.layout(id))!;
  const second = await start(2);
  for await (const _news of client.watch(second.id));
  const compared = await client.compareRuns(id, second.id);
  const [nearest] = await client.neighbors({ runId: id, point: 3, k: 4 });
  const { url } = await client.share({ runIds: [id], viewState: '' });
  const { server } = await client.request(operation<{ server: { version: string } }, object>('{ server { version } }'), {});
  const refusal = await new CircleLimitClient({ url: process.env['SERVER']! }).run(id).catch((error: ApiError) => error.code);
  const csv = await (await client.file('/exports/' + id + '/layout.csv')).text();
  const codeOf = (promise: Promise<unknown>) => promise.catch((error: ApiError) => error.name + ' ' + error.code);
  const failures = [
    await codeOf(client.run('run_none')),
    await codeOf(client.file('/exports/' + id + '/layout.docx')),
    await codeOf(new CircleLimitClient({ url: 'http://127.0.0.1:9' }).runs()),
    await codeOf(new CircleLimitClient({ url: process.env['SERVER']!, token: 'clt_none' }).watch(id).next()),
    await codeOf(new CircleLimitClient({ url: process.env['SERVER']!, signal: AbortSignal.abort(new ApiError('', 'MINE')) }).runs()),
  ];
  // @ts-expect-error a run has no such setting
  const wrong = () => client.startRun({ perplexety: 3 });
  void wrong;
  console.log(JSON.stringify({
    status, refusal, failures, rows: csv.trim().split('\\n').length, nearest: nearest!.rank, shared: url.includes('/s/'), version: server.version.length > 0,
    runs: (await client.runs({ first: 5 })).totalCount,
    numbers: [layout.coordinates.length, layout.imageIndices.length, layout.labelCodes.length, compared.overlap.length],
    farthest: Math.max(...layout.coordinates.map((value, i) => Math.abs(value - last![i]!))),
  }));
`;

let team: TeamServer;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  team = await TeamServer.start(await homeWithEmoji(join(folder, 'home')));
  await mkdir(join(folder, 'node_modules'));
  // The checkout is the package: its exports are those that a program sees.
  await symlink(packageRoot, join(folder, 'node_modules/circle-limit'), 'dir');
});

afterAll(() => team.close());

describe('The typed client of the package', () => {
  it('compiles in another program, and starts, watches, reads, compares and shares runs of a server', async () => {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    expect(await compileConsumer(folder, CONSUMER)).toBe('');
    const { token } = await team.createToken(team.cookies.EDITOR, 'EDITOR');
    const { stdout } = await execute(process.execPath, ['consumer.js'], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: '', SERVER: team.server.url, TOKEN: token },
    });
    const found = JSON.parse(stdout) as { farthest: number };
    expect(found).toMatchObject({
      status: 'DONE',
      refusal: 'UNAUTHENTICATED',
      failures: [
        'ApiError NOT_FOUND',
        'ApiError BAD_USER_INPUT',
        'UnreachableServerError UNAVAILABLE',
        'ApiError UNAUTHENTICATED',
        'ApiError MINE',
      ],
      rows: 61,
      nearest: 1,
      shared: true,
      version: true,
      runs: 2,
      numbers: [120, 60, 60, 60],
    });
    // The last frame of the stream is the stored layout, but for its 16 bits.
    expect(found.farthest).toBeLessThan(1 / 32767);
  });
});
