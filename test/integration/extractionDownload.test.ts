import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InterruptedError, UnavailableError } from '../../server/errors.ts';
import { findModel } from '../../server/extraction/modelCatalog.ts';
import { fetchModel, type FetchOptions } from '../../server/extraction/modelDownload.ts';
import { sharedData } from '../support/sharedData.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const REPOSITORY = '/facebook/dinov3-vits16-pretrain-lvd1689m/resolve/main/';
const root = await temporaryFolder();
const weights = await readFile(sharedData('dinov3-parity/plain/model.safetensors'));
const config = await readFile(sharedData('dinov3-parity/plain/config.json'));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;
let server: Server;
let storage: Server;
let homes = 0;
let home: string;
let requests: { url: string; range: string | undefined; authorization: string | undefined }[];
let hubHandler: Handler;
let storageHandler: Handler;

beforeEach(async () => {
  requests = [];
  home = join(root, `home-${homes++}`);
  hubHandler = hub;
  storageHandler = sendWeights;
  [server, storage] = [listen(() => hubHandler), listen(() => storageHandler)];
  await Promise.all([server, storage].map((each) => new Promise<void>((ready) => each.listen(0, '127.0.0.1', ready))));
});
afterEach(() => {
  for (const each of [server, storage]) {
    each.closeAllConnections();
    each.close();
  }
});

function listen(handler: () => Handler): Server {
  let count = 0;
  return createServer((request, response) => {
    const { range, authorization } = request.headers;
    requests.push({ url: `${request.headers.host}${request.url}`, range, authorization });
    handler()(request, response, count++);
  });
}

const addressOf = (of: Server): string => `http://127.0.0.1:${(of.address() as AddressInfo).port}`;

/** Small files at once; weights by redirect to another server, with size and checksum on the hub's own answer. */
function hub(request: IncomingMessage, response: ServerResponse): void {
  const file = request.url!.slice(REPOSITORY.length);
  if (!request.url!.startsWith(REPOSITORY)) response.writeHead(404).end();
  else if (file === 'config.json') response.end(config);
  else if (file === 'model.safetensors') {
    const headers = {
      location: `${addressOf(storage)}/blob`,
      'x-linked-size': String(weights.length),
      'x-linked-etag': `"${sha256(weights)}"`,
    };
    response.writeHead(302, headers).end();
  } else response.writeHead(404).end();
}

function sendWeights(request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start > 0) {
    response.writeHead(206, { 'content-range': `bytes ${start}-${weights.length - 1}/${weights.length}` });
  }
  response.end(weights.subarray(start));
}

const fetchSmall = (options: Partial<FetchOptions> = {}): ReturnType<typeof fetchModel> =>
  fetchModel('dinov3-vits16', { home, endpoint: addressOf(server), ...options });

async function failure(work: Promise<unknown>): Promise<Error> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UnavailableError);
  return error as Error;
}

describe('fetchModel', () => {
  it('brings the files, the license notice first, and leaves a model that opens', async () => {
    const notices: string[] = [];
    const progress: number[] = [];
    const { directory, licenseNotice } = await fetchSmall({
      token: 'secret',
      onNotice: (line) => {
        notices.push(line);
        expect(requests).toEqual([]);
      },
      onProgress: (file, { done, total }) => {
        if (file === 'model.safetensors') progress.push(done / total);
      },
    });
    expect(notices.join(' ')).toContain('DINOv3 License');
    expect(await readFile(join(directory, 'LICENSE-NOTICE'), 'utf8')).toContain(licenseNotice);
    expect(progress.at(-1)).toBe(1);
    expect(await readdir(directory)).toEqual(['LICENSE-NOTICE', 'config.json', 'model.safetensors']);
    expect(await findModel('dinov3-vits16', { home })).toMatchObject({ embeddingSize: 64, trained: true });
  });

  it('gives the token to the hub and never to the storage server that it points to', async () => {
    await fetchSmall({ token: 'secret' });
    const storageHost = addressOf(storage).slice('http://'.length);
    for (const { url, authorization } of requests) {
      expect(authorization).toBe(url.startsWith(storageHost) ? undefined : 'Bearer secret');
    }
    expect(requests.some(({ url }) => url.startsWith(storageHost))).toBe(true);
  });

  it('goes on where a broken line left off', async () => {
    storageHandler = (request, response, count) => {
      if (count > 0) return sendWeights(request, response);
      response.writeHead(200, { 'content-length': weights.length });
      response.write(weights.subarray(0, 300_000), () => response.destroy());
    };
    const { directory } = await fetchSmall();
    expect(weights.equals(await readFile(join(directory, 'model.safetensors')))).toBe(true);
    const ranges = requests.filter(({ url }) => url.endsWith('/blob')).map(({ range }) => range);
    expect(ranges[0]).toBeUndefined();
    expect(Number(/^bytes=(\d+)-$/.exec(ranges[1]!)![1])).toBeGreaterThan(0);
  });

  it('starts anew when the server does not know ranges', async () => {
    await mkdir(join(home, 'models/dinov3-vits16'), { recursive: true });
    await writeFile(join(home, 'models/dinov3-vits16/model.safetensors.partial'), 'x'.repeat(1000));
    storageHandler = (_, response) => response.end(weights);
    const { directory } = await fetchSmall();
    expect(weights.equals(await readFile(join(directory, 'model.safetensors')))).toBe(true);
  });

  it('takes a part that is complete already, after checking it', async () => {
    await mkdir(join(home, 'models/dinov3-vits16'), { recursive: true });
    await writeFile(join(home, 'models/dinov3-vits16/model.safetensors.partial'), weights);
    storageHandler = (_, response) => response.writeHead(416).end();
    const { directory } = await fetchSmall();
    expect(weights.equals(await readFile(join(directory, 'model.safetensors')))).toBe(true);
  });

  it('does not fetch again what is there', async () => {
    await fetchSmall();
    requests = [];
    await fetchSmall();
    expect(requests.filter(({ url }) => url.endsWith('/blob'))).toEqual([]);
  });

  it('refuses and removes a file whose checksum is wrong', async () => {
    const damaged = Uint8Array.from(weights);
    damaged[500_000] ^= 1;
    storageHandler = (_, response) => response.end(damaged);
    expect((await failure(fetchSmall())).message).toContain('its checksum is wrong');
    const left = await readdir(join(home, 'models/dinov3-vits16'));
    expect(left.filter((name) => name.startsWith('model.') || name === 'config.json')).toEqual([]);
  });

  it('refuses and removes a file that is longer or shorter than the hub says', async () => {
    for (const wrong of [weights.subarray(1), Buffer.concat([weights, Buffer.alloc(1)])]) {
      storageHandler = (_, response) => response.end(wrong);
      expect((await failure(fetchSmall())).message).toContain('its size is wrong');
      const left = await readdir(join(home, 'models/dinov3-vits16'));
      expect(left.filter((name) => name.startsWith('model.'))).toEqual([]);
    }
  });

  it.each([
    [401, undefined, /needs a login: accept its license there.*HF_TOKEN/],
    [401, 'old', /does not accept this HF_TOKEN/],
    [403, 'mine', /refuses access \(403\): accept its license/],
    [404, undefined, /has no model\.safetensors \(404\)/],
  ])('explains status %i with token %s, without trying again', async (status, token, message) => {
    let asked = 0;
    hubHandler = (request, response) => {
      const known = /model\.safetensors$/.test(request.url!);
      if (known) asked++;
      response.writeHead(known || status === 401 ? status : 404).end();
    };
    expect((await failure(fetchSmall({ token }))).message).toMatch(message);
    expect(asked).toBeLessThanOrEqual(1);
  });

  it.each([429, 503])('tries again after status %i and says so when it stays', async (status) => {
    let asked = 0;
    hubHandler = (request, response) => {
      asked++;
      if (asked <= 2) response.writeHead(status).end();
      else hub(request, response);
    };
    await fetchSmall();
    expect(asked).toBeGreaterThan(3);
    home = join(root, `home-${homes++}`);
    hubHandler = (_, response) => response.writeHead(status).end();
    expect((await failure(fetchSmall())).message).toContain(`is busy (status ${status})`);
  });

  it('names the files to put in place when the hub cannot be reached', async () => {
    const gone = addressOf(server);
    server.close();
    const options = { home, endpoint: gone };
    const error = await failure(fetchModel('dinov3-vits16', options));
    expect(error.message).toMatch(/cannot be reached \(ECONNREFUSED\).*put config\.json.*models\/dinov3-vits16/);
  });

  it('stops on request and keeps what has arrived', async () => {
    const abort = new AbortController();
    storageHandler = (_, response) => {
      response.writeHead(200, { 'content-length': weights.length });
      response.write(weights.subarray(0, 200_000));
    };
    const work = fetchSmall({
      signal: abort.signal,
      onProgress: (_, { done }) => {
        if (done >= 200_000) abort.abort();
      },
    });
    await expect(work).rejects.toThrow(InterruptedError);
    expect(existsSync(join(home, 'models/dinov3-vits16/model.safetensors'))).toBe(false);
    expect((await readFile(join(home, 'models/dinov3-vits16/model.safetensors.partial'))).length).toBeGreaterThan(0);
  });

  it('fetches all parts of a model that comes in parts', async () => {
    const parts = { 'model-1-of-2.safetensors': weights.subarray(0, 1000), 'model-2-of-2.safetensors': weights };
    hubHandler = (request, response) => {
      const file = request.url!.slice(REPOSITORY.length);
      const names = Object.keys(parts);
      if (file === 'model.safetensors.index.json') {
        response.end(JSON.stringify({ weight_map: { a: names[0], b: names[1], c: names[0] } }));
      } else if (file in parts) response.end(parts[file as keyof typeof parts]);
      else hub(request, response);
    };
    const { directory } = await fetchSmall();
    expect(await readFile(join(directory, 'model-1-of-2.safetensors'))).toEqual(weights.subarray(0, 1000));
    expect(existsSync(join(directory, 'model.safetensors'))).toBe(false);
  });

  it('has nothing to fetch for the bundled model', async () => {
    expect((await fetchModel('nano', { home, endpoint: addressOf(server) })).licenseNotice).toBe('');
    expect(requests).toEqual([]);
  });
});
