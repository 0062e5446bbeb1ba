import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { makeImageFolder } from '../support/imageFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startRun, TestServer, WATCH_RUN, watchUntil, type WatchedRun } from '../support/testServer.ts';

let server: TestServer;
let folder: string;
let dataset: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  dataset = await makeImageFolder(join(folder, 'images'), 20);
  server = await TestServer.start(join(folder, 'home'));
  await server.running.ready;
});
afterAll(() => server.close());

const order = (iterations: number) => ({ dataset, model: 'nano', iterations, perplexity: 5 });
const deleteRun = (id: string) => server.data('mutation ($id: ID!) { deleteRun(id: $id) }', { id });

describe('A run that is deleted', () => {
  it('while it runs and is watched, ends its watchers, leaves nothing, and frees the worker for the next run', async () => {
    const id = await startRun(server, order(100_000));
    const next = await startRun(server, order(20));
    let deletion: Promise<unknown> | null = null;
    const deleted = server.subscribe<{ runDeleted: string }>('subscription { runDeleted }');
    const heard = deleted.next();
    const updates = await watchUntil(server, id, ({ run }) => {
      if (run.iteration > 20) deletion ??= deleteRun(id);
      return false;
    });
    expect(updates.at(-1)!.run.id).toBe(id);
    expect(await deletion).toEqual({ deleteRun: id });
    expect((await heard).value).toMatchObject({ data: { runDeleted: id } });
    expect((await watchUntil(server, next)).at(-1)!.run.status).toBe('DONE');
    const { errors } = await server.ask('query ($id: ID!) { run(id: $id) { id } }', { id });
    expect(errors?.[0].extensions.code).toBe('NOT_FOUND');
  });

  it('while it is exported, gives a whole file or none', async () => {
    const id = await startRun(server, order(40));
    await watchUntil(server, id);
    const files = ['replay.html', 'layout.csv', 'layout.png', 'layout.parquet'];
    const download = async (file: string) => {
      const response = await fetch(`${server.url}/exports/${id}/${file}`);
      return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
    };
    const whole = new Map<string, Buffer>();
    for (const file of files) whole.set(file, (await download(file)).bytes);
    // A connection that is cut in the middle is a download that failed.
    const exporting = [...files, ...files, ...files].map((file) =>
      download(file).then(
        (answer) => ({ file, ...answer }),
        () => ({ file, status: 0, bytes: null }),
      ),
    );
    await deleteRun(id);
    for (const { file, status, bytes } of await Promise.all(exporting)) {
      expect([0, 200, 404], bytes?.toString()).toContain(status);
      if (status === 200) expect(bytes!.equals(whole.get(file)!), file).toBe(true);
    }
    for (const file of files) expect((await download(file)).status).toBe(404);
  });
});

/** A cable between a client and the server, which can be cut. */
async function cable(): Promise<{ url: string; cut: () => void; close: () => void }> {
  const ends = new Set<Socket>();
  const target = Number(new URL(server.url).port);
  const listener = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => undefined).on('close', () => ends.delete(end));
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    url: `ws://127.0.0.1:${(listener.address() as AddressInfo).port}/graphql`,
    cut: () => ends.forEach((end) => end.resetAndDestroy()),
    close: () => listener.close(),
  };
}

describe('A watcher whose connection is cut', () => {
  it('connects again and goes on where it was, without a gap in the figures and without old ones', async () => {
    const iterations = 20_000;
    const id = await startRun(server, order(iterations));
    const { url, cut, close } = await cable();
    const seen: number[] = [];
    let cuts = 0;
    for (let ended = false; !ended;) {
      const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
      const query = WATCH_RUN.replace('($id: ID!', '($id: ID!, $after: Int').replace(
        'runId: $id',
        'runId: $id, statsAfter: $after',
      );
      try {
        for await (const { data } of client.iterate<WatchedRun>({
          query,
          variables: { id, after: seen.at(-1) ?? 0 },
        })) {
          const { statsSince, run } = data!.runProgress;
          seen.push(...statsSince.map(({ iteration }) => iteration));
          ended = run.status === 'DONE';
          if (cuts < 5 && run.iteration > 2000 * (cuts + 1)) {
            cuts++;
            cut();
          }
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 1006 });
      }
      await client.dispose();
    }
    close();
    expect(cuts).toBe(5);
    expect(seen).toEqual(Array.from({ length: iterations }, (_, i) => i + 1));
  }, 60_000);
});

/** Bytes in use after all garbage is gone. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i++) collect();
  return process.memoryUsage().heapUsed;
}

const watchers = async (): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^circle_limit_watchers (\d+)/m.exec(text)![1]);
};

const EARLY = 10;

/**
 * Opens subscriptions to a run on one socket and drops all of them: by word, every tenth before its first answer, with the
 * socket left open until the server has taken notice; or by cutting the connection.
 */
async function openAndDrop(runId: string, count: number, how: 'complete' | 'cut'): Promise<void> {
  const socket = new WebSocket(server.socketUrl, 'graphql-transport-ws');
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  const isEarly = (id: number) => how === 'complete' && id % EARLY === 0;
  let missing = Array.from({ length: count }, (_, id) => id).filter((id) => !isEarly(id)).length;
  const answered = new Promise<void>((resolve) => {
    socket.on('message', (bytes: Buffer) => {
      const { type, id } = JSON.parse(bytes.toString()) as { type: string; id: string };
      if (type !== 'next' || isEarly(Number(id))) return;
      if (how === 'complete') send({ id, type: 'complete' });
      if (--missing === 0) resolve();
    });
  });
  send({ type: 'connection_init' });
  await once(socket, 'message');
  const query = 'subscription ($id: ID!) { runProgress(runId: $id) { run { id } } }';
  for (let id = 0; id < count; id++) {
    send({ id: `${id}`, type: 'subscribe', payload: { query, variables: { id: runId } } });
    if (isEarly(id)) send({ id: `${id}`, type: 'complete' });
  }
  await answered;
  if (how === 'complete') {
    await expect.poll(watchers).toBe(0);
    socket.close();
  } else socket.terminate();
  await once(socket, 'close');
}

describe('Ten thousand subscriptions', () => {
  it('that are opened and dropped, by word or by cutting the connection, leave no watcher and no memory', async () => {
    // A run that rests neither ends nor changes, and keeps no new figures meanwhile.
    const id = await startRun(server, order(2000));
    await watchUntil(server, id, ({ run }) => run.iteration > 0);
    await server.data('mutation ($id: ID!) { pauseRun(id: $id) { id } }', { id });
    await watchUntil(server, id, ({ run }) => run.status === 'PAUSED');
    await openAndDrop(id, 1000, 'complete');
    await openAndDrop(id, 1000, 'cut');
    await expect.poll(watchers).toBe(0);
    const before = memoryInUse();
    for (let i = 0; i < 5; i++) {
      await openAndDrop(id, 1000, 'complete');
      await openAndDrop(id, 1000, 'cut');
    }
    await expect.poll(watchers).toBe(0);
    const grown = memoryInUse() - before;
    expect(grown, `${grown} bytes more than before`).toBeLessThan(4_000_000);
    await server.data('mutation ($id: ID!) { resumeRun(id: $id) { id } }', { id });
    expect((await watchUntil(server, id)).at(-1)!.run.status).toBe('DONE');
  }, 60_000);
});
