import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InterruptedError, UnavailableError, messageOf } from '../errors.ts';
import type { Progress } from './dataset.ts';
import { AnswerError, requestBytes } from './httpRequest.ts';

/** A file on a server, with what its publisher says about it. */
export interface PublishedFile {
  readonly url: string;
  readonly bytes: number;
  /** Hex. */
  readonly md5: string;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Give up on a connection that has been silent for so long. Default 30 s. */
  readonly stallMilliseconds?: number | undefined;
  /** Wait so long before the second try, twice as long before the third. Default 1 s. */
  readonly retryMilliseconds?: number | undefined;
}

/** Tries in a row that may bring no new byte. */
const FRUITLESS_TRIES = 3;

/**
 * Downloads a published file to `target`. What has arrived stays in `<target>.partial`, from where the next try or the
 * next start goes on. The file appears under its name only when its MD5 is the published one.
 * @throws UnavailableError when the server cannot be reached, refuses, or gives other content (which is then deleted).
 * @throws InterruptedError when the signal is aborted; what has arrived is kept.
 */
export async function downloadFile(
  source: PublishedFile,
  target: string,
  options: DownloadOptions = {},
): Promise<void> {
  const partial = `${target}.partial`;
  await mkdir(dirname(target), { recursive: true });
  let fruitless = 0;
  for (;;) {
    const before = await sizeOf(partial);
    if (before === source.bytes) break;
    try {
      await receive(source, partial, before, options);
    } catch (error) {
      if (options.signal?.aborted === true) {
        throw new InterruptedError(`the download of ${source.url} was stopped; it goes on from there next time`);
      }
      fruitless = (await sizeOf(partial)) > before ? 1 : fruitless + 1;
      const final = error instanceof UnavailableError || (error instanceof AnswerError && !error.mayPass);
      if (final || fruitless >= FRUITLESS_TRIES) throw unavailable(source.url, error);
      await waitBeforeRetry((options.retryMilliseconds ?? 1000) * 2 ** (fruitless - 1), options.signal);
    }
  }
  await verify(partial, source);
  await rename(partial, target);
}

/** One connection: asks for the bytes that are missing and appends them. */
async function receive(source: PublishedFile, partial: string, have: number, options: DownloadOptions): Promise<void> {
  const request = {
    from: have,
    stallMilliseconds: options.stallMilliseconds ?? 30_000,
    signal: options.signal,
  };
  let answer;
  try {
    answer = await requestBytes(source.url, request);
  } catch (error) {
    // 416: the server has fewer bytes than are here, so these are not of this file.
    if (error instanceof AnswerError && error.status === 416) await rm(partial, { force: true });
    throw error;
  }
  if (answer.total !== null && answer.total !== source.bytes) {
    answer.body.destroy();
    await rm(partial, { force: true });
    throw new UnavailableError(
      `${source.url}: the server gives ${answer.total} bytes, ${source.bytes} are published; it is another file`,
    );
  }
  const handle = await open(partial, have > 0 ? 'r+' : 'w');
  try {
    await handle.truncate(answer.start);
    await append(answer.body, handle, answer.start, source, options);
  } finally {
    answer.body.destroy();
    await handle.close();
  }
}

async function append(
  body: AsyncIterable<Uint8Array>,
  handle: FileHandle,
  start: number,
  source: PublishedFile,
  options: DownloadOptions,
): Promise<void> {
  let position = start;
  for await (const chunk of body) {
    if (position + chunk.length > source.bytes) {
      throw new UnavailableError(`${source.url}: the server gives more than the published ${source.bytes} bytes`);
    }
    for (let written = 0; written < chunk.length;) {
      written += (await handle.write(chunk, written, chunk.length - written, position + written)).bytesWritten;
    }
    position += chunk.length;
    options.onProgress?.({ done: position, total: source.bytes });
  }
  if (position < source.bytes) throw new Error(`the connection ended after ${position} of ${source.bytes} bytes`);
  await handle.sync();
}

async function verify(file: string, source: PublishedFile): Promise<void> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  const found = hash.digest('hex');
  if (found === source.md5) return;
  await rm(file, { force: true });
  throw new UnavailableError(
    `${source.url}: the downloaded file has MD5 ${found}, ${source.md5} is published; it was deleted`,
  );
}

async function waitBeforeRetry(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  // An abort during the wait shows up at the next request.
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (status) => status.size,
    () => 0,
  );
}

function unavailable(url: string, error: unknown): UnavailableError {
  if (error instanceof UnavailableError) return error;
  return new UnavailableError(`${url} cannot be downloaded: ${messageOf(error)}`, { cause: error });
}
