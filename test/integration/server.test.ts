import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { makeImageFolder } from '../support/imageFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startRun, TestServer, WATCH_RUN, watchUntil } from '../support/testServer.ts';

const PER_CLASS = 20;
const POINTS = 3 * PER_CLASS;
const ITERATIONS = 120;

let server: TestServer;
let images: string;
let finished: string;
let updates: Awaited<ReturnType<typeof watchUntil>>;

beforeAll(async () => {
  const folder = await temporaryFolder();
  images = await makeImageFolder(join(folder, 'images'), PER_CLASS);
  server = await TestServer.start(join(folder, 'home'));
  const early = await server.ask('{ datasets { id } }');
  expect(early.errors?.[0].extensions.code).toBe('UNAVAILABLE');
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  await server.running.ready;
  finished = await startRun(server, { dataset: images, model: 'nano', iterations: ITERATIONS, perplexity: 8 });
  updates = await watchUntil(server, finished);
});

afterAll(() => server.close());

describe('A run', () => {
  it('goes from images to a measured layout', async () => {
    const { run } = await server.data<{ run: Record<string, never> }>(
      `query ($id: ID!) { run(id: $id) {
         status pointCount iteration error { message } quality { recallAt15 labelKnnAt15 } keyframes
         history { iteration } layout(encoding: INT16) { iteration coordinates }
         points { datasetId labelNames labelCodes imageIndices recallPerPoint } durations { stage seconds }
         dataset { imageCount labels { name count } } embeddingSet { storedCount } } }`,
      { id: finished },
    );
    expect(run).toMatchObject({ status: 'DONE', error: null, pointCount: POINTS, iteration: ITERATIONS });
    expect(run).toMatchObject({ dataset: { imageCount: POINTS }, embeddingSet: { storedCount: POINTS } });
    expect((run as unknown as { quality: { labelKnnAt15: number } }).quality.labelKnnAt15).toBeGreaterThan(0.8);
    const { keyframes, history, points, layout } = run as unknown as {
      keyframes: number[];
      history: unknown[];
      layout: { iteration: number; coordinates: string };
      points: Record<string, string>;
    };
    expect(keyframes[0]).toBe(0);
    expect(keyframes.at(-1)).toBe(ITERATIONS);
    expect(history).toHaveLength(ITERATIONS);
    expect(layout.iteration).toBe(ITERATIONS);
    expect(Buffer.from(layout.coordinates, 'base64')).toHaveLength(POINTS * 4);
    expect(points.labelNames).toEqual(['blue', 'green', 'red']);
    expect(Buffer.from(points.labelCodes, 'base64')).toHaveLength(POINTS * 2);
    expect(Buffer.from(points.recallPerPoint, 'base64')).toHaveLength(POINTS * 4);
  });

  it('tells its watchers every figure once, in order, and its last layout', () => {
    const iterations = updates.flatMap(({ statsSince }) => statsSince.map(({ iteration }) => iteration));
    expect(iterations).toEqual(Array.from({ length: ITERATIONS }, (_, i) => i + 1));
    const frames = updates.flatMap(({ frame }) => (frame === null ? [] : [frame.iteration]));
    expect(frames).toEqual([...frames].sort((left, right) => left - right));
    expect(updates.at(-1)).toMatchObject({ run: { status: 'DONE' }, frame: { iteration: ITERATIONS } });
  });

  it('shows its last layout to whoever comes late, then ends the subscription', async () => {
    const late = await watchUntil(server, finished);
    expect(late).toHaveLength(1);
    expect(late[0]).toMatchObject({
      frame: { iteration: ITERATIONS, pointCount: POINTS },
      stats: { iteration: ITERATIONS },
    });
    expect(late[0].statsSince).toHaveLength(ITERATIONS);
  });

  it('is paused, goes on where it was, and is canceled', async () => {
    const id = await startRun(server, { dataset: images, model: 'nano', iterations: 10_000, perplexity: 8 });
    await watchUntil(server, id, ({ run }) => run.iteration > 20);
    const { pauseRun } = await server.data<{ pauseRun: { status: string; iteration: number } }>(
      'mutation ($id: ID!) { pauseRun(id: $id) { status iteration } }',
      { id },
    );
    expect(pauseRun.status).toBe('PAUSED');
    const again = await server.ask('mutation ($id: ID!) { pauseRun(id: $id) { id } }', { id });
    expect(again.errors?.[0].extensions.code).toBe('CONFLICT');
    await server.data('mutation ($id: ID!) { resumeRun(id: $id) { status } }', { id });
    const resumed = await watchUntil(server, id, ({ run }) => run.iteration > pauseRun.iteration);
    expect(resumed.every(({ run }) => run.iteration >= pauseRun.iteration)).toBe(true);
    const { cancelRun } = await server.data<{ cancelRun: { status: string } }>(
      'mutation ($id: ID!) { cancelRun(id: $id) { status } }',
      { id },
    );
    expect(cancelRun.status).toBe('CANCELED');
    expect(await server.data('mutation ($id: ID!) { deleteRun(id: $id) }', { id })).toEqual({ deleteRun: id });
  });

  it('lets a client that stops reading skip layouts, but gives it the last one', async () => {
    const id = await startRun(server, { dataset: images, model: 'nano', iterations: 400, perplexity: 8 });
    const socket = new WebSocket(server.socketUrl, 'graphql-transport-ws');
    const messages: { type: string; payload?: { data: { runProgress: Awaited<typeof updates>[number] } } }[] = [];
    const done = new Promise<void>((resolve) => {
      socket.on('message', (bytes: Buffer) => {
        const message = JSON.parse(bytes.toString()) as (typeof messages)[number];
        if (message.type === 'connection_ack') {
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: WATCH_RUN, variables: { id } } }));
        }
        messages.push(message);
        if (message.type === 'next' && messages.filter(({ type }) => type === 'next').length === 1) socket.pause();
        if (message.type === 'complete') resolve();
      });
    });
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
    await watchUntil(server, id);
    socket.resume();
    await done;
    const seen = messages.flatMap(({ payload }) => payload?.data.runProgress ?? []);
    expect(seen.at(-1)).toMatchObject({ run: { status: 'DONE' }, frame: { iteration: 400 } });
    const figures = seen.flatMap(({ statsSince }) => statsSince.map(({ iteration }) => iteration));
    expect(figures).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
    socket.close();
  });

  it('has neighbors by both metrics, an image for each, and files to take away', async () => {
    const { neighbors } = await server.data<{
      neighbors: { point: number; rank: number; imageUrl: string; otherRank: number }[];
    }>(
      'query ($id: ID!) { neighbors(runId: $id, point: 3, k: 5) { point rank distance x y label imageUrl otherRank } }',
      { id: finished },
    );
    expect(neighbors.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
    expect(neighbors.every(({ point, otherRank }) => point !== 3 && otherRank >= 1 && otherRank < POINTS)).toBe(true);
    const image = await fetch(`${server.url}${neighbors[0].imageUrl}`);
    expect(image.headers.get('content-type')).toBe('image/png');
    const { neighbors: byCosine } = await server.data<{ neighbors: { distance: number }[] }>(
      'query ($id: ID!) { neighbors(runId: $id, point: 3, k: 5, metric: COSINE) { point distance otherRank } }',
      { id: finished },
    );
    const distances = byCosine.map(({ distance }) => distance);
    expect(distances).toEqual([...distances].sort((left, right) => left - right));
    const csv = await (await fetch(`${server.url}/exports/${finished}/layout.csv`)).text();
    expect(csv.trim().split('\n')).toHaveLength(POINTS + 1);
  });

  it('is compared with another run of the same images', async () => {
    const { compareRuns } = await server.data<{
      compareRuns: { meanDisplacement: number; neighborhoodOverlap: number };
    }>(
      'query ($id: ID!) { compareRuns(left: $id, right: $id) { meanDisplacement neighborhoodOverlap displacement } }',
      { id: finished },
    );
    expect(compareRuns.meanDisplacement).toBeLessThan(1e-3);
    expect(compareRuns.neighborhoodOverlap).toBeCloseTo(1, 6);
  });

  it('is compared while it still runs, and stays whole', async () => {
    const id = await startRun(server, { dataset: images, model: 'nano', iterations: 10_000, perplexity: 8, limit: 40 });
    // Its newest layout is what is compared; the count of iterations runs ahead of it.
    await watchUntil(server, id, ({ frame }) => frame !== null && frame.iteration > 20);
    const { compareRuns } = await server.data<{
      compareRuns: { pointCount: number; leftIteration: number; rightIteration: number; right: null };
    }>(
      `query ($left: ID!, $right: ID!) { compareRuns(left: $left, right: $right, fit: NONE) {
         pointCount leftIteration rightIteration right { recallAt15 } } }`,
      { left: finished, right: id },
    );
    // Every image of the smaller run is in the larger one, at another row.
    expect(compareRuns).toMatchObject({ pointCount: 40, leftIteration: ITERATIONS, right: null });
    expect(compareRuns.rightIteration).toBeGreaterThan(20);
    const both = await server.data<{ compareRuns: { pointCount: number } }>(
      'query ($id: ID!) { compareRuns(left: $id, right: $id) { pointCount } }',
      { id },
    );
    expect(both.compareRuns.pointCount).toBe(40);
    await server.data('mutation ($id: ID!) { cancelRun(id: $id) { status } }', { id });
    const few = await server.ask(
      'query ($id: ID!) { compareRuns(left: $id, right: $id, fit: IMAGES, images: [1, 100000]) { pointCount } }',
      { id: finished },
    );
    expect(few.errors?.[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it('is one of a group that is started together, measured for stability, and put away', async () => {
    const base = { dataset: images, model: 'nano', iterations: 30, perplexity: 8, name: 'a sweep' };
    const { startSweep } = await server.data<{ startSweep: { id: string; group: string; seed: number }[] }>(
      'mutation ($input: StartSweepInput!) { startSweep(input: $input) { id group seed } }',
      { input: { base, seeds: [1, 2, 3] } },
    );
    expect(startSweep.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    for (const { id } of startSweep) await watchUntil(server, id);
    const { runStability } = await server.data<{
      runStability: { pointCount: number; mean: number; low: number; high: number; agreement: string };
    }>('query ($ids: [ID!]!) { runStability(runIds: $ids) { pointCount mean low high agreement } }', {
      ids: startSweep.map(({ id }) => id),
    });
    expect(runStability.pointCount).toBe(POINTS);
    expect(Buffer.from(runStability.agreement, 'base64')).toHaveLength(POINTS * 4);
    expect(runStability.low).toBeLessThanOrEqual(runStability.mean);
    expect(runStability.high).toBeGreaterThanOrEqual(runStability.mean);
    await server.data('mutation ($id: ID!) { updateRun(id: $id, archived: true, group: "") { archived group } }', {
      id: startSweep[0].id,
    });
    const { runs } = await server.data<{ runs: { nodes: { id: string }[] } }>(
      'query ($filter: RunFilter) { runs(filter: $filter) { nodes { id } } }',
      { filter: { archived: false, group: startSweep[1].group } },
    );
    expect(runs.nodes.map(({ id }) => id)).toEqual([startSweep[2].id, startSweep[1].id]);
    const bad = { base: { ...base, model: 'nothing' }, seeds: [1, 2] };
    const refused = await server.ask('mutation ($input: StartSweepInput!) { startSweep(input: $input) { id } }', {
      input: bad,
    });
    expect(refused.errors?.[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it('is shown by a link until the link is withdrawn', async () => {
    const { createShareLink: link } = await server.data<{
      createShareLink: { id: string; token: string; url: string };
    }>('mutation ($ids: [ID!]!) { createShareLink(input: { runIds: $ids, viewState: "zoom=2" }) { id token url } }', {
      ids: [finished],
    });
    expect(link.url).toBe(`/s/${link.token}`);
    const open = () =>
      server.data('query ($t: String!) { sharedView(token: $t) { viewState runs { id } } }', { t: link.token });
    expect(await open()).toEqual({ sharedView: { viewState: 'zoom=2', runs: [{ id: finished }] } });
    await server.data('mutation ($id: ID!) { revokeShareLink(id: $id) { revokedAt } }', { id: link.id });
    expect(await open()).toEqual({ sharedView: null });
  });
});

describe('The server refuses', () => {
  it.each([
    ['an unknown run', '{ run(id: "nothing") { id } }', 'NOT_FOUND'],
    ['a run without a data set', 'mutation { startRun(input: { model: "nano" }) { id } }', 'BAD_USER_INPUT'],
    [
      'a data set that is not there',
      'mutation { startRun(input: { dataset: "/nowhere", model: "nano" }) { id } }',
      'BAD_USER_INPUT',
    ],
    [
      'a folder without images',
      `mutation { startRun(input: { dataset: ${JSON.stringify(import.meta.dirname)}, model: "nano" }) { id } }`,
      'BAD_USER_INPUT',
    ],
    [
      'an unknown model',
      'mutation { startRun(input: { dataset: "emoji", model: "dinov9" }) { id } }',
      'BAD_USER_INPUT',
    ],
    [
      'a model whose weights are not here',
      'mutation { startRun(input: { dataset: "emoji", model: "dinov3-vits16" }) { id } }',
      'UNAVAILABLE',
    ],
    [
      'a seed below zero',
      'mutation { startRun(input: { dataset: "emoji", model: "nano", seed: -1 }) { id } }',
      'BAD_USER_INPUT',
    ],
    ['neighbors of nothing', '{ neighbors(runId: "RUN") { point } }', 'BAD_USER_INPUT'],
    ['neighbors of a place outside', '{ neighbors(runId: "RUN", at: { x: 1, y: 1 }) { point } }', 'BAD_USER_INPUT'],
    ['a page of 500 runs', '{ runs(first: 500) { totalCount } }', 'BAD_USER_INPUT'],
    ['a field that is not there', '{ runz { id } }', 'BAD_USER_INPUT'],
  ])('%s', async (_, query, code) => {
    const { errors } = await server.ask(query.replace('RUN', finished));
    expect(errors?.[0].extensions.code).toBe(code);
    expect(errors?.[0].message.length).toBeGreaterThan(10);
  });

  it('a failing run with one sentence and its code', async () => {
    const broken = await temporaryFolder();
    await writeFile(join(broken, 'broken.png'), 'no picture');
    const id = await startRun(server, { dataset: broken, model: 'nano' });
    await watchUntil(server, id);
    const { run } = await server.data<{ run: { status: string; error: { code: string; message: string } } }>(
      'query ($id: ID!) { run(id: $id) { status error { code message } } }',
      { id },
    );
    expect(run).toMatchObject({ status: 'FAILED', error: { code: 'BAD_USER_INPUT' } });
    expect(run.error.message).toContain('broken.png');
  });

  it('too deep an operation, over HTTP and over the websocket alike', async () => {
    const links = ['runs', 'nodes', ...Array.from({ length: 3 }, () => ['embeddingSet', 'dataset', 'runs'])].flat();
    const deep = links.reduceRight((inner, field) => `{ ${field} ${inner} }`, '{ id }');
    const { errors } = await server.ask(deep);
    expect(errors?.[0].extensions.code).toBe('LIMIT_EXCEEDED');
    const overSocket = server.subscribe(deep);
    await expect(overSocket.next()).rejects.toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
  });

  it('pages of other sites, over HTTP and over the websocket alike', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://example.org' },
      body: JSON.stringify({ query: '{ server { version } }' }),
    });
    expect(response.status).toBe(403);
    const socket = new WebSocket(server.socketUrl, 'graphql-transport-ws', { origin: 'https://example.org' });
    const status = await new Promise((resolve) =>
      socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode)),
    );
    expect(status).toBe(403);
  });
});
