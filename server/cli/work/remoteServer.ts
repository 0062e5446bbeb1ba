import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  BadInputError,
  ConflictError,
  ForbiddenError,
  NotFoundError,
  UnauthenticatedError,
  UnavailableError,
  type AppError,
} from '../../errors.ts';
import { atomicWrite } from '../../formats/atomicWrite.ts';
import { UnreachableError } from '../remote.ts';

interface ApiError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

const CAUSES: Readonly<Record<string, new (message: string) => AppError>> = {
  BAD_USER_INPUT: BadInputError,
  NOT_FOUND: NotFoundError,
  CONFLICT: ConflictError,
  FORBIDDEN: ForbiddenError,
  UNAUTHENTICATED: UnauthenticatedError,
};

/** A server elsewhere, as whoever the token belongs to. Refusals come with the server's own words. */
export class RemoteServer {
  readonly #origin: string;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal;

  constructor(origin: string, token: string | undefined, signal: AbortSignal) {
    this.#origin = origin;
    this.#token = token;
    this.#signal = signal;
  }

  /** An address of the server for people. */
  address(path: string): string {
    return new URL(path, this.#origin).href;
  }

  /** @throws AppError of the kind that the server names; UnreachableError when nobody answers */
  async ask<Data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Data> {
    const response = await this.#fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json().catch(() => null)) as { data?: Data; errors?: ApiError[] } | null;
    if (answer?.errors?.[0] !== undefined) throw this.#refusal(answer.errors[0]);
    if (answer?.data == null) throw new UnavailableError(`${this.#origin} is no server of Circle Limit`);
    return answer.data;
  }

  /** Values of a subscription until it ends; end it early with `break`. */
  async *watch<Data>(query: string, variables: Readonly<Record<string, unknown>>): AsyncGenerator<Data> {
    const client = createClient({
      url: `${this.#origin.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: this.#token === undefined ? {} : { token: this.#token },
    });
    try {
      for await (const { data, errors } of client.iterate<Data>({ query, variables: { ...variables } })) {
        if (errors?.[0] !== undefined) throw this.#refusal(errors[0]);
        this.#signal.throwIfAborted();
        if (data != null) yield data;
      }
    } finally {
      await client.dispose();
    }
  }

  /** A file of the server, which has its name only when it is whole. */
  async download(path: string, out: string): Promise<void> {
    const response = await this.#fetch(path);
    if (!response.ok || response.body === null) {
      const answer = (await response.json().catch(() => null)) as { errors?: ApiError[] } | null;
      throw this.#refusal(answer?.errors?.[0] ?? { message: `${path} answered ${response.status}` });
    }
    const body = Readable.fromWeb(response.body as ReadableStream);
    await atomicWrite(out, (destination) => pipeline(body, destination, { end: false }));
  }

  async #fetch(path: string, options: RequestInit = {}): Promise<Response> {
    const headers = new Headers(options.headers);
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`);
    try {
      return await fetch(`${this.#origin}${path}`, { ...options, headers, signal: this.#signal });
    } catch (cause) {
      this.#signal.throwIfAborted();
      throw new UnreachableError(`no server answers at ${this.#origin}`, { cause });
    }
  }

  #refusal({ message, extensions }: ApiError): AppError {
    const Cause = CAUSES[extensions?.code ?? ''] ?? UnavailableError;
    const hint = Cause === UnauthenticatedError && this.#token === undefined ? '; set CIRCLE_LIMIT_TOKEN' : '';
    return new Cause(`${this.#origin}: ${message}${hint}`);
  }
}
