import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlacedImage } from '../../server/graphql/placement.service.ts';
import { makeImageFolder } from '../support/imageFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startRun, TestServer, watchUntil, type GraphQLAnswer } from '../support/testServer.ts';

let server: TestServer;
let images: string;
let run: string;

beforeAll(async () => {
  const folder = await temporaryFolder();
  images = await makeImageFolder(join(folder, 'images'), 20);
  server = await TestServer.start(join(folder, 'home'));
  await server.running.ready;
  run = await startRun(server, { dataset: images, model: 'nano', iterations: 150, perplexity: 8 });
  await watchUntil(server, run);
});

afterAll(() => server.close());

function send(path: string, body: Uint8Array, headers: Record<string, string> = { 'content-type': 'image/png' }) {
  return fetch(`${server.url}/placements/${path}`, { method: 'POST', body: new Uint8Array(body), headers });
}

async function refusal(response: Response) {
  const { errors } = (await response.json()) as GraphQLAnswer;
  return { status: response.status, code: errors![0].extensions.code, message: errors![0].message };
}

async function newImage(format: 'png' | 'jpeg' | 'webp', width = 16, height = 16): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: { r: 60, g: 190, b: 80 } } })
    .toFormat(format)
    .toBuffer();
}

describe('An image that is sent to a run', () => {
  it('is placed among its like, with its neighbors on the disk and in the embedding', async () => {
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const response = await send(`${run}?k=5`, await newImage(format, 64, 48));
      expect(response.status).toBe(200);
      const placed = (await response.json()) as PlacedImage;
      expect(Math.hypot(placed.x, placed.y)).toBeLessThan(1);
      expect(placed).toMatchObject({ runId: run, model: 'nano', imageSize: { width: 64, height: 48 } });
      expect(placed.nearestOnDisk).toHaveLength(5);
      expect(placed.nearestInEmbedding.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
      expect(placed.nearestInEmbedding.every(({ label }) => label === 'green')).toBe(true);
      expect(placed.nearestOnDisk.every(({ label }) => label === 'green')).toBe(true);
      expect(placed.nearestOnDisk[0].imageUrl).toMatch(/^\/images\/.+\.png$/);
    }
  });

  it('is found at distance 0 from itself when the run has it, ranked first on both sides', async () => {
    const bytes = await readFile(join(images, 'red', '004.png'));
    const placed = (await (await send(run, bytes)).json()) as PlacedImage;
    expect(placed.nearestInEmbedding[0].distance).toBeLessThan(1e-4);
    expect(placed.nearestInEmbedding[0].otherRank).toBeLessThanOrEqual(10);
    const onDisk = placed.nearestOnDisk.find(({ point }) => point === placed.nearestInEmbedding[0].point);
    expect(onDisk?.otherRank).toBe(1);
  });

  it('changes nothing in the run', async () => {
    const query = 'query ($id: ID!) { run(id: $id) { pointCount layout { coordinates } } }';
    const before = await server.data(query, { id: run });
    await send(run, await newImage('png'));
    expect(await server.data(query, { id: run })).toEqual(before);
  });

  it('is refused with one sentence when it is none, too large, or the run cannot take it', async () => {
    expect(await refusal(await send(run, new TextEncoder().encode('hello')))).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('cannot be read as an image') as string,
    });
    expect(await refusal(await send(run, new Uint8Array(0)))).toMatchObject({ code: 'BAD_USER_INPUT' });
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    expect(await refusal(await send(run, svg))).toMatchObject({ message: expect.stringMatching(/is svg/) as string });
    expect(await refusal(await send(run, (await newImage('png')).slice(0, 60)))).toMatchObject({ status: 400 });
    expect(await refusal(await send(run, new Uint8Array(21 * 2 ** 20)))).toEqual({
      status: 413,
      code: 'LIMIT_EXCEEDED',
      message: 'the image is larger than 20 MB',
    });
    expect(await refusal(await send(run, await newImage('png', 8000, 7000)))).toMatchObject({
      status: 413,
      message: expect.stringContaining('8000 × 7000 pixels') as string,
    });
    expect(await refusal(await send('run_none', await newImage('png')))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusal(await send(`${run}?k=0`, await newImage('png')))).toMatchObject({ code: 'BAD_USER_INPUT' });
    const foreign = { 'content-type': 'image/png', origin: 'https://example.org' };
    expect(await refusal(await send(run, await newImage('png'), foreign))).toMatchObject({ status: 403 });
  });
});
