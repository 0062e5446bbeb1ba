import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, rename, rm, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from '../dataset/dataset.ts';
import { InterruptedError, UnavailableError, messageOf } from '../errors.ts';

export interface DownloadRequest {
  readonly url: string;
  readonly target: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: Progress) => void;
}

export type FailureKind =
  'unauthorized' | 'forbidden' | 'missing' | 'busy' | 'damaged' | 'interrupted' | 'disk' | 'unreachable';

/** Why a file did not arrive. */
export class DownloadFailure {
  readonly kind: FailureKind;
  readonly detail: string;
  readonly #cause: unknown;

  constructor(kind: FailureKind, detail: string, cause?: unknown) {
    this.kind = kind;
    this.detail = detail;
    this.#cause = cause;
  }

  toError(message: string): Error {
    const options = { cause: this.#cause };
    return this.kind === 'interrupted'
      ? new InterruptedError(message, options)
      : new UnavailableError(message, options);
  }
}

/** Tries in all, for a line that breaks or a server that is busy; what has arrived is kept between them. */
const TRIES = 4;
const FIRST_WAIT_MILLISECONDS = 250;
/** A server that sends nothing for this long counts as gone. */
const STALL_MILLISECONDS = 30_000;
const MAX_REDIRECTS = 5;

/** What the hub says of a file before it sends it. */
interface Expected {
  readonly bytes: number | null;
  /** Hex SHA-256 of large files (`x-linked-etag`); null for small ones, whose ETag is a git hash. */
  readonly sha256: string | null;
}

/** Downloads one file to `target`, by way of `target.partial`. @returns null, or why it did not arrive. */
export async function downloadFile(request: DownloadRequest): Promise<DownloadFailure | null> {
  if (await exists(request.target)) return null;
  let failure: DownloadFailure | null = null;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    // An abort ends the wait early, and the check after it tells.
    const wait = attempt === 0 ? 0 : FIRST_WAIT_MILLISECONDS * 2 ** (attempt - 1);
    if (wait > 0) await delay(wait, undefined, { signal: request.signal }).catch(() => undefined);
    if (request.signal?.aborted === true) return new DownloadFailure('interrupted', 'on request');
    failure = await attemptDownload(request);
    if (failure === null || (failure.kind !== 'busy' && failure.kind !== 'unreachable')) return failure;
  }
  return failure;
}

async function attemptDownload(request: DownloadRequest): Promise<DownloadFailure | null> {
  const partial = `${request.target}.partial`;
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(new Error('no data for 30 s')), STALL_MILLISECONDS);
  const signal = AbortSignal.any([stall.signal, ...(request.signal === undefined ? [] : [request.signal])]);
  try {
    const have = (await exists(partial)) ? (await stat(partial)).size : 0;
    const { response, expected } = await open(request, have, signal);
    if (response.status === 416 && expected.bytes === null) {
      // The part is as long as the file or longer; only a whole download can tell which.
      await rm(partial, { force: true });
      return new DownloadFailure('unreachable', 'the part on disk did not fit and was removed');
    }
    const refused = refusal(response);
    if (refused !== null) return refused;
    const start = response.status === 206 ? have : 0;
    const total = expected.bytes ?? start + Number(response.headers.get('content-length') ?? 0);
    await receive(response, partial, start, (done) => {
      timer.refresh();
      request.onProgress({ done, total });
    });
    return await finish(partial, request.target, { ...expected, bytes: total === 0 ? null : total });
  } catch (cause) {
    if (request.signal?.aborted === true) return new DownloadFailure('interrupted', 'on request', cause);
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    const local = ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EPERM', 'EISDIR'].includes(code);
    return new DownloadFailure(local ? 'disk' : 'unreachable', reasonOf(cause), cause);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Follows redirects by hand: the size and checksum stand on the hub's own answer, and the token must not go to the
 * storage server that it points to.
 */
async function open(
  { url, token }: DownloadRequest,
  have: number,
  signal: AbortSignal,
): Promise<{ response: Response; expected: Expected }> {
  let address = new URL(url);
  let expected: Expected = { bytes: null, sha256: null };
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (have > 0) headers.range = `bytes=${have}-`;
    if (token !== undefined && address.origin === new URL(url).origin) headers.authorization = `Bearer ${token}`;
    const response = await fetch(address, { headers, redirect: 'manual', signal });
    expected = mergeExpected(expected, response);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return { response, expected };
    await response.body?.cancel();
    address = new URL(location, address);
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`);
}

function mergeExpected(known: Expected, { headers, status }: Response): Expected {
  const size = headers.get('x-linked-size') ?? /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  const hash = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(headers.get('x-linked-etag') ?? '')?.[1];
  const length = status === 200 ? headers.get('content-length') : null;
  return {
    bytes:
      known.bytes ?? (size !== undefined && size !== null ? Number(size) : length === null ? null : Number(length)),
    sha256: known.sha256 ?? hash ?? null,
  };
}

function refusal({ status, body }: Response): DownloadFailure | null {
  if (status === 200 || status === 206 || status === 416) return null;
  void body?.cancel();
  if (status === 401) return new DownloadFailure('unauthorized', 'status 401');
  if (status === 403) return new DownloadFailure('forbidden', 'status 403');
  if (status === 404 || status === 410) return new DownloadFailure('missing', `status ${status}`);
  return new DownloadFailure(status === 429 || status >= 500 ? 'busy' : 'unreachable', `status ${status}`);
}

async function receive(
  { body, status }: Response,
  partial: string,
  start: number,
  onBytes: (done: number) => void,
): Promise<void> {
  // 416 with a known size: the part is complete already, and `finish` checks it.
  if (status === 416 || body === null) return;
  let done = start;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, forward) {
      done += chunk.length;
      onBytes(done);
      forward(null, chunk);
    },
  });
  await pipeline(body as ReadableStream, counter, createWriteStream(partial, { flags: start > 0 ? 'a' : 'w' }));
}

async function finish(partial: string, target: string, { bytes, sha256 }: Expected): Promise<DownloadFailure | null> {
  const { size } = await stat(partial);
  if (bytes !== null && size < bytes)
    return new DownloadFailure('unreachable', `cut short at ${size} of ${bytes} bytes`);
  if (bytes !== null && size > bytes) return discard(partial, `${size} bytes instead of ${bytes}`);
  if (sha256 !== null) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(partial), hash);
    if (hash.digest('hex') !== sha256) return discard(partial, 'its checksum is wrong');
  }
  await rename(partial, target);
  return null;
}

async function discard(partial: string, reason: string): Promise<DownloadFailure> {
  await rm(partial, { force: true });
  return new DownloadFailure('damaged', reason);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** fetch hides the reason, such as ECONNREFUSED, in its error's cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code ?? messageOf(cause ?? error);
}
