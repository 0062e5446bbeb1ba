import { get as getPlain, request as requestPlain } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import { get as getSecure, request as requestSecure } from 'node:https';
import type { Readable } from 'node:stream';
import { messageOf } from '../errors.ts';
import { errorCode } from '../formats/files.ts';

const MAX_REDIRECTS = 5;

/** An answer that is not the content asked for. */
export class AnswerError extends Error {
  /** Whether the same request may succeed later. */
  readonly mayPass: boolean;

  constructor(
    readonly status: number,
    detail = `the server answers ${status}`,
  ) {
    super(detail);
    this.mayPass = status >= 500 || status === 408 || status === 416 || status === 429;
  }
}

export interface BytesRequest {
  /** First byte wanted. */
  readonly from: number;
  readonly stallMilliseconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Goes to the origin of the address alone, never to where that redirects. */
  readonly token?: string | undefined;
  /** Is given the headers of every answer, those of redirects too. */
  readonly onHeaders?: (headers: IncomingHttpHeaders) => void;
}

export interface BytesAnswer {
  /** First byte given: `from`, or 0 where the server does not give parts. */
  readonly start: number;
  /** Bytes of the whole file, where the server says so. */
  readonly total: number | null;
  readonly body: Readable;
}

/**
 * Asks for a file from a byte on. Node's own client and not `fetch`, which would unpack a .tar.gz that a server marks
 * with Content-Encoding, so that its bytes were no longer the published ones.
 * @throws AnswerError for any status but 200 and 206, or a part that was not asked for.
 * @throws Error naming address and cause when there is no answer, or silence for `stallMilliseconds`.
 */
export async function requestBytes(url: string, request: BytesRequest): Promise<BytesAnswer> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'circle-limit' };
  if (request.from > 0) headers.range = `bytes=${request.from}-`;
  const response = await followRedirects(url, headers, request);
  if (response.statusCode === 200) {
    const length = response.headers['content-length'];
    return { start: 0, total: length === undefined ? null : Number(length), body: response };
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers['content-range'] ?? '');
  if (response.statusCode !== 206 || range === null || Number(range[1]) !== request.from) {
    response.destroy();
    const status = response.statusCode ?? 0;
    if (status !== 206) throw new AnswerError(status);
    // A part that cannot be placed: as if nothing were here, so that the next try starts anew.
    throw new AnswerError(416, `the server answers with the part ${response.headers['content-range'] ?? '(unnamed)'}`);
  }
  return { start: request.from, total: range[3] === '*' ? null : Number(range[3]), body: response };
}

/** Whether a server answers a HEAD request for the address within the time. */
export async function answersHead(url: string, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const address = new URL(url);
    const send = address.protocol === 'https:' ? requestSecure : requestPlain;
    const request = send(address, { method: 'HEAD', signal: AbortSignal.timeout(milliseconds) }, (response) => {
      response.resume();
      resolve((response.statusCode ?? 500) < 400);
    });
    request.on('error', () => {
      resolve(false);
    });
    request.end();
  });
}

async function followRedirects(
  url: string,
  headers: Record<string, string>,
  request: BytesRequest,
): Promise<IncomingMessage> {
  let address = new URL(url);
  const { origin } = address;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const authorization =
      request.token !== undefined && address.origin === origin ? { authorization: `Bearer ${request.token}` } : {};
    const sent = { headers: { ...headers, ...authorization }, signal: request.signal };
    const response = await send(address, sent, request.stallMilliseconds);
    request.onHeaders?.(response.headers);
    const { location } = response.headers;
    if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    const next = new URL(location, address);
    if (address.protocol === 'https:' && next.protocol !== 'https:') {
      throw new AnswerError(response.statusCode ?? 0, `the server leads from https to ${next.href}`);
    }
    address = next;
  }
  throw new AnswerError(310, `the server redirects more than ${MAX_REDIRECTS} times`);
}

function send(address: URL, options: RequestOptions, stallMilliseconds: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const get = address.protocol === 'https:' ? getSecure : getPlain;
    const request = get(address, options, resolve);
    request.setTimeout(stallMilliseconds, () => {
      request.destroy(new Error(`no byte from ${address.host} for ${stallMilliseconds / 1000} s`));
    });
    request.on('error', (error) => {
      reject(new Error(reasonOf(error, address), { cause: error }));
    });
  });
}

function reasonOf(error: Error, address: URL): string {
  switch (errorCode(error)) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${address.hostname} cannot be resolved (no network?)`;
    case 'ECONNREFUSED':
      return `${address.host} refuses the connection`;
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return `${address.host} cannot be reached (no network?)`;
    default:
      return messageOf(error);
  }
}
