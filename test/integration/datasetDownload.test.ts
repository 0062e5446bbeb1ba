import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isCifar10AtHand, isReachable } from '../../server/dataset/cifar10Source.ts';
import { openDataset, type OpenDatasetOptions } from '../../server/dataset/openDataset.ts';
import { cifar10Archive } from '../support/cifar10Fixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let archive: { bytes: Buffer; md5: string };
let root: string;
let cases = 0;
let server: Server;
let origin: string;
let cacheFolder: string;
/** One answer a request; the last one stays. */
let answers: Answer[];
let ranges: (string | undefined)[];

beforeAll(async () => {
  root = await temporaryFolder();
  archive = await cifar10Archive(4, {
    '../escaped.txt': 'no',
    'cifar-10-batches-bin/../../evil.bin': 'no',
    'x.sh': '',
  });
});

beforeEach(async () => {
  cacheFolder = join(root, String(cases++));
  answers = [];
  ranges = [];
  cutConnection = () => undefined;
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** As the official server does: the whole, or from a byte on. */
const honest: Answer = (request, response) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const { length } = archive.bytes;
  if (from > 0) response.writeHead(206, { 'content-range': `bytes ${from}-${length - 1}/${length}` });
  else response.writeHead(200, { 'content-length': length });
  response.end(archive.bytes.subarray(from));
};
const ignoringRange: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': archive.bytes.length }).end(archive.bytes);
};
/** Breaks the connection of `cutAfter` once the first bytes are known to be stored. */
let cutConnection = (): unknown => undefined;
const cutAfter =
  (bytes: number): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': archive.bytes.length });
    response.write(archive.bytes.subarray(0, bytes));
    cutConnection = () => response.destroy();
  };
const stalling: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': archive.bytes.length });
  response.write(archive.bytes.subarray(0, 5000));
};
const status =
  (code: number): Answer =>
  (_, response) => {
    response.writeHead(code).end('sorry');
  };

function options(more: Partial<OpenDatasetOptions> = {}): OpenDatasetOptions {
  return {
    cacheFolder,
    onProgress: () => cutConnection(),
    cifar10Archive: {
      url: `${origin}/cifar-10-binary.tar.gz`,
      bytes: archive.bytes.length,
      md5: archive.md5,
      stallMilliseconds: 500,
      retryMilliseconds: 1,
    },
    ...more,
  };
}

const partialFile = (): string => join(cacheFolder, 'cifar10', 'cifar-10-binary.tar.gz.partial');

async function expectOpens(more: Partial<OpenDatasetOptions> = {}): Promise<void> {
  const dataset = await openDataset('cifar10', options(more));
  expect(dataset.size).toBe(24);
  await dataset.close();
}

async function expectUnavailable(reason: RegExp): Promise<void> {
  const error = await openDataset('cifar10', options()).catch((thrown: unknown) => thrown as Error);
  expect(error).toMatchObject({ code: 'UNAVAILABLE' });
  const { message } = error as Error;
  expect(message).toMatch(reason);
  expect(message).toContain(`${origin}/cifar-10-binary.tar.gz`);
  expect(message).toContain('CIFAR10_DIR can name a folder');
}

describe('The download of CIFAR-10', () => {
  it('unpacks the expected files only, reports its progress, and is not repeated', async () => {
    answers = [honest];
    const progress: number[] = [];
    expect(await isCifar10AtHand(options())).toBe(false);
    await expectOpens({
      onProgress: (activity, { done, total }) => {
        if (activity === 'download') progress.push(done / total);
      },
    });
    expect(progress.at(-1)).toBe(1);
    const unpacked = await readdir(join(cacheFolder, 'cifar10'), { recursive: true });
    expect(unpacked.filter((name) => !/(data_batch_[1-5]|test_batch)\.bin$/.test(name))).toEqual([
      'cifar-10-batches-bin',
    ]);
    expect(existsSync(join(root, 'evil.bin')) || existsSync(join(cacheFolder, 'escaped.txt'))).toBe(false);
    expect(await isCifar10AtHand(options())).toBe(true);
    await expectOpens();
    expect(ranges).toHaveLength(1);
  });

  it('goes on where a broken connection ended', async () => {
    answers = [cutAfter(20_000), honest];
    await expectOpens();
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('gives up on a silent connection and goes on by another', async () => {
    answers = [stalling, honest];
    await expectOpens();
    expect(ranges).toEqual([undefined, 'bytes=5000-']);
  });

  it('starts anew when the server ignores the range or sends another part', async () => {
    answers = [cutAfter(20_000), ignoringRange];
    await expectOpens();
    const wrongPart: Answer = (_, response) => {
      response
        .writeHead(206, { 'content-range': `bytes 0-9/${archive.bytes.length}` })
        .end(archive.bytes.subarray(0, 10));
    };
    cacheFolder += '-part';
    answers = [cutAfter(20_000), wrongPart, honest];
    ranges = [];
    await expectOpens();
    expect(ranges[2]).toBeUndefined();
  });

  it('waits out a server that is busy, up to three tries', async () => {
    answers = [status(503), status(503), honest];
    await expectOpens();
    cacheFolder += '-busy';
    answers = [status(503)];
    ranges = [];
    await expectUnavailable(/the server answers 503/);
    expect(ranges).toHaveLength(3);
  });

  it('does not repeat what a server refuses for good', async () => {
    answers = [status(404)];
    await expectUnavailable(/the server answers 404/);
    expect(ranges).toHaveLength(1);
  });

  it('deletes a file with another checksum and says so', async () => {
    const damaged = Buffer.from(archive.bytes);
    damaged[1000] ^= 1;
    answers = [(_, response) => response.writeHead(200).end(damaged)];
    await expectUnavailable(/has MD5 [0-9a-f]{32}, [0-9a-f]{32} is published; it was deleted/);
    expect(await readdir(join(cacheFolder, 'cifar10'))).toEqual([]);
  });

  it('refuses a file of another size', async () => {
    answers = [(_, response) => response.writeHead(200, { 'content-length': 10 }).end('0123456789')];
    await expectUnavailable(/the server gives 10 bytes, \d+ are published/);
    answers = [(_, response) => response.writeHead(200).end(Buffer.concat([archive.bytes, Buffer.alloc(9)]))];
    await expectUnavailable(/more than the published/);
  });

  it('takes up what an earlier start left, and drops it when it is not of this file', async () => {
    await mkdir(join(cacheFolder, 'cifar10'), { recursive: true });
    await writeFile(partialFile(), archive.bytes.subarray(0, 7000));
    answers = [honest];
    await expectOpens();
    expect(ranges).toEqual(['bytes=7000-']);
  });

  it('stops on request and keeps what has arrived', async () => {
    answers = [stalling];
    const controller = new AbortController();
    const stopped = openDataset(
      'cifar10',
      options({
        signal: controller.signal,
        onProgress: () => {
          controller.abort();
        },
      }),
    );
    await expect(stopped).rejects.toMatchObject({ name: 'InterruptedError' });
    expect((await stat(partialFile())).size).toBeGreaterThan(0);
    expect(await readFile(partialFile())).toEqual(archive.bytes.subarray(0, (await stat(partialFile())).size));
  });

  it('says that nobody answers', async () => {
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve));
    const { port } = dead.address() as AddressInfo;
    await new Promise((resolve) => dead.close(resolve));
    const url = `http://127.0.0.1:${port}/a.tar.gz`;
    const opening = openDataset('cifar10', options({ cifar10Archive: { ...options().cifar10Archive!, url } }));
    await expect(opening).rejects.toThrow(/refuses the connection; CIFAR10_DIR/);
    expect(await isReachable(url, 500)).toBe(false);
    answers = [status(200)];
    expect(await isReachable(`${origin}/x`, 2000)).toBe(true);
  });
});
