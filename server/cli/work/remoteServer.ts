import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { ApiError, CircleLimitClient, UnreachableServerError } from '../../client/index.ts';
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

const CAUSES: Readonly<Record<string, new (message: string, options?: ErrorOptions) => AppError>> = {
  BAD_USER_INPUT: BadInputError,
  NOT_FOUND: NotFoundError,
  CONFLICT: ConflictError,
  FORBIDDEN: ForbiddenError,
  UNAUTHENTICATED: UnauthenticatedError,
};

/** A server elsewhere, as whoever the token belongs to: the package's client, with errors of the command line. */
export class RemoteServer {
  readonly #client: CircleLimitClient;
  readonly #hasToken: boolean;

  constructor(url: string, token: string | undefined, signal: AbortSignal) {
    this.#client = new CircleLimitClient({ url, token, signal });
    this.#hasToken = token !== undefined;
  }

  /** @throws AppError of the kind that the server names; UnreachableError when nobody answers */
  async ask<Result>(request: (client: CircleLimitClient) => Promise<Result>): Promise<Result> {
    try {
      return await request(this.#client);
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  /** Values until there are no more; end it early with `break`. Errors as in `ask`. */
  async *follow<Value>(request: (client: CircleLimitClient) => AsyncIterable<Value>): AsyncGenerator<Value> {
    try {
      yield* request(this.#client);
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  /** A file of the server, which has its name only when it is whole. */
  async download(path: string, out: string): Promise<void> {
    const { body } = await this.ask((client) => client.file(path));
    if (body === null) throw new UnavailableError(`${this.#client.origin}${path} is empty`);
    const content = Readable.fromWeb(body as ReadableStream);
    await atomicWrite(out, (destination) => pipeline(content, destination, { end: false }));
  }

  #refusal(error: unknown): unknown {
    if (!(error instanceof ApiError)) return error;
    const cause = { cause: error };
    if (error instanceof UnreachableServerError) return new UnreachableError(error.message, cause);
    const Cause = CAUSES[error.code] ?? UnavailableError;
    const hint = Cause === UnauthenticatedError && !this.#hasToken ? '; set CIRCLE_LIMIT_TOKEN' : '';
    return new Cause(`${this.#client.origin}: ${error.message}${hint}`, cause);
  }
}
