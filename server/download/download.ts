import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { DownloadFailure, failureOf } from './downloadFailure.ts';
import { AnswerError, requestBytes } from './httpRequest.ts';

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** What is known of a file before it arrives. */
export interface FileFacts {
  readonly bytes?: number | undefined;
  readonly checksum?: { readonly algorithm: 'md5' | 'sha256'; readonly hex: string } | undefined;
}

/** A file on a server, with what its publisher says about it. */
export interface DownloadSource extends FileFacts {
  readonly url: string;
  /** Goes to the server of `url` alone, not to those that it leads to. */
  readonly token?: string | undefined;
  /** Reads more facts from the headers of an answer, that of a redirect too. */
  readonly factsIn?: (headers: IncomingHttpHeaders) => FileFacts;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes; the total is 0 where no server says it. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Give up on a connection that has been silent for so long. Default 30 s. */
  readonly stallMilliseconds?: number | undefined;
  /** Wait so long before the second try, twice as long before the third. Default 1 s. */
  readonly retryMilliseconds?: number | undefined;
  /** Tries in a row that may bring no new byte. Default 3. */
  readonly fruitlessTries?: number | undefined;
}

/**
 * Downloads a file to `target`. What has arrived stays in `<target>.partial`, from where the next try or the next start
 * goes on. The file appears under its name only when its size and checksum are the known ones.
 * @throws DownloadFailure when the server cannot be reached, refuses, or gives other content (which is then deleted), or
 * when the signal is aborted; what has arrived is kept.
 */
export async function downloadFile(
  source: DownloadSource,
  target: string,
  options: DownloadOptions = {},
): Promise<void> {
  const { signal, fruitlessTries = 3, retryMilliseconds = 1000 } = options;
  const partial = `${target}.partial`;
  await mkdir(dirname(target), { recursive: true });
  let facts: FileFacts = source;
  const learn = (more: FileFacts): FileFacts =>
    (facts = { bytes: facts.bytes ?? more.bytes, checksum: facts.checksum ?? more.checksum });
  let fruitless = 0;
  for (;;) {
    const before = await sizeOf(partial);
    if (before > 0 && before === facts.bytes) break;
    try {
      await receive(source, learn, partial, before, options);
      break;
    } catch (error) {
      const failure = failureOf(error, signal);
      fruitless = (await sizeOf(partial)) > before ? 1 : fruitless + 1;
      if (!failure.mayPass || fruitless >= fruitlessTries) throw failure;
      // An abort during the wait shows up at the next request.
      await delay(retryMilliseconds * 2 ** (fruitless - 1), undefined, { signal }).catch(() => undefined);
    }
  }
  await verify(partial, facts);
  await rename(partial, target);
}

/** One connection: asks for the bytes that are missing and appends them. */
async function receive(
  source: DownloadSource,
  learn: (more: FileFacts) => FileFacts,
  partial: string,
  have: number,
  options: DownloadOptions,
): Promise<void> {
  const request = {
    from: have,
    stallMilliseconds: options.stallMilliseconds ?? 30_000,
    signal: options.signal,
    token: source.token,
    onHeaders: (headers: IncomingHttpHeaders) => void learn(source.factsIn?.(headers) ?? {}),
  };
  let answer;
  try {
    answer = await requestBytes(source.url, request);
  } catch (error) {
    if (!(error instanceof AnswerError) || error.status !== 416) throw error;
    // Nothing is left to send when all is here. Else the server has fewer bytes, so these are not of this file.
    if (have > 0 && learn({}).bytes === have) return;
    await rm(partial, { force: true });
    throw error;
  }
  const { bytes } = learn({ bytes: answer.total ?? undefined });
  if (answer.total !== null && answer.total !== bytes) {
    answer.body.destroy();
    await rm(partial, { force: true });
    const detail = `the server gives ${answer.total} bytes, ${bytes} are published; it is another file`;
    throw new DownloadFailure('size', detail);
  }
  const handle = await open(partial, have > 0 ? 'r+' : 'w');
  try {
    await handle.truncate(answer.start);
    await append(answer.body, handle, answer.start, bytes, options);
  } catch (error) {
    if (error instanceof DownloadFailure) await rm(partial, { force: true });
    throw error;
  } finally {
    answer.body.destroy();
    await handle.close();
  }
}

async function append(
  body: AsyncIterable<Uint8Array>,
  handle: FileHandle,
  start: number,
  total: number | undefined,
  options: DownloadOptions,
): Promise<void> {
  let position = start;
  for await (const chunk of body) {
    if (total !== undefined && position + chunk.length > total) {
      throw new DownloadFailure('size', `the server gives more than the published ${total} bytes`);
    }
    for (let written = 0; written < chunk.length;) {
      written += (await handle.write(chunk, written, chunk.length - written, position + written)).bytesWritten;
    }
    position += chunk.length;
    options.onProgress?.({ done: position, total: total ?? 0 });
  }
  if (total !== undefined && position < total) {
    throw new Error(`the connection ended after ${position} of ${total} bytes`);
  }
  await handle.sync();
}

async function verify(file: string, { checksum }: FileFacts): Promise<void> {
  if (checksum === undefined) return;
  const hash = createHash(checksum.algorithm);
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  const found = hash.digest('hex');
  if (found === checksum.hex) return;
  await rm(file, { force: true });
  const name = checksum.algorithm === 'md5' ? 'MD5' : 'SHA-256';
  const detail = `the downloaded file has ${name} ${found}, ${checksum.hex} is published; it was deleted`;
  throw new DownloadFailure('checksum', detail);
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (status) => status.size,
    () => 0,
  );
}
