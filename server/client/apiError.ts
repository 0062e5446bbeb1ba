/** A refusal of the server, in its own words. */
export class ApiError extends Error {
  override readonly name: string = 'ApiError';
  /** Such as `NOT_FOUND`; all are listed in the documentation. */
  readonly code: string;

  constructor(message: string, code: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** No server answers at the address; its code is `UNAVAILABLE`. */
export class UnreachableServerError extends ApiError {
  override readonly name = 'UnreachableServerError';

  constructor(origin: string, options?: ErrorOptions) {
    super(`no server answers at ${origin}`, 'UNAVAILABLE', options);
  }
}

/** What the server sends, whether it did as asked or not. */
export interface Answer<Result> {
  readonly data?: Result | null | undefined;
  readonly errors?: readonly { readonly message: string; readonly extensions?: unknown }[] | undefined;
}

/** The data of an answer; null is what something else than a server of Circle Limit answers. */
export function resultOf<Result>(answer: Answer<Result> | null, origin: string): Result {
  const error = answer?.errors?.[0];
  if (error !== undefined) {
    const { code } = (error.extensions ?? {}) as { code?: string };
    throw new ApiError(error.message, code ?? 'INTERNAL');
  }
  if (answer?.data == null) throw new ApiError(`${origin} is no server of Circle Limit`, 'UNAVAILABLE');
  return answer.data;
}

/** How the server closes the socket of somebody whom it does not know, and when a right ends. */
const CLOSE_CODES: Readonly<Record<number, string>> = { 4401: 'UNAUTHENTICATED', 4403: 'FORBIDDEN' };

/** What graphql-ws throws when a socket ends that was not to: the event of its closing, or an error. */
export function socketError(cause: unknown, origin: string): unknown {
  if (cause instanceof ApiError || typeof cause !== 'object' || cause === null) return cause;
  const { code, reason } = cause as { code?: unknown; reason?: unknown };
  const known = typeof code === 'number' ? CLOSE_CODES[code] : undefined;
  if (known !== undefined) return new ApiError(String(reason), known);
  return new UnreachableServerError(origin, { cause });
}
