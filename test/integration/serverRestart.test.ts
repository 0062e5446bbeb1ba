import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { startServer } from '../../server/main.ts';
import { makeImageFolder } from '../support/imageFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startRun, TestServer, watchUntil } from '../support/testServer.ts';

describe('A server that is stopped in the middle of a run', () => {
  it('goes on with it at the next start, from where it was, and keeps the order of the queue', async () => {
    const folder = await temporaryFolder();
    const dataset = await makeImageFolder(join(folder, 'images'), 10);
    const first = await TestServer.start(join(folder, 'home'));
    await first.running.ready;
    const id = await startRun(first, { dataset, model: 'nano', iterations: 3000, perplexity: 5 });
    const next = await startRun(first, { dataset, model: 'nano', iterations: 10, perplexity: 5 });
    const before = (await watchUntil(first, id, ({ run }) => run.iteration > 30)).at(-1);
    await first.close();

    const second = await TestServer.start(join(folder, 'home'));
    await second.running.ready;
    const updates = await watchUntil(second, id);
    expect(updates[0].run.iteration).toBeGreaterThanOrEqual(before?.run.iteration ?? Number.NaN);
    expect(updates.at(-1)).toMatchObject({ run: { status: 'DONE' }, frame: { iteration: 3000 } });
    const last = (await watchUntil(second, next)).at(-1);
    expect(last).toMatchObject({ run: { status: 'DONE' }, frame: { iteration: 10 } });
    await second.close();
  });

  it('says in one line that a port is in use', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as { port: number };
    const config = readConfig({ PORT: String(port), CIRCLE_LIMIT_HOME: await temporaryFolder(), LOG_LEVEL: 'silent' });
    await expect(startServer(config)).rejects.toThrow(`port ${port} is in use`);
    blocker.close();
  });
});
