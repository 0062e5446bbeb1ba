import { messageOf } from '../errors.ts';
import { errorCode } from '../formats/files.ts';
import { AnswerError } from './httpRequest.ts';

export type FailureKind = 'refused' | 'busy' | 'unreachable' | 'size' | 'checksum' | 'disk' | 'interrupted';

const DISK_CODES: readonly string[] = ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EPERM', 'EISDIR'];

/** Why a file did not arrive. Whoever asked for it knows what to tell people. */
export class DownloadFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    /** With which a server answered; null where none did. */
    readonly status: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether another try may succeed. */
  get mayPass(): boolean {
    return this.kind === 'busy' || this.kind === 'unreachable';
  }

  /** The system's word for it, such as ECONNREFUSED, or else the message. */
  get reason(): string {
    const { cause } = this;
    return errorCode(cause) || errorCode(cause instanceof Error ? cause.cause : undefined) || this.message;
  }
}

/** Finds the kind of whatever a try ended with. */
export function failureOf(error: unknown, signal: AbortSignal | undefined): DownloadFailure {
  const options = { cause: error };
  if (signal?.aborted === true) return new DownloadFailure('interrupted', 'on request', null, options);
  if (error instanceof DownloadFailure) return error;
  if (error instanceof AnswerError) {
    return new DownloadFailure(error.mayPass ? 'busy' : 'refused', error.message, error.status, options);
  }
  const kind = DISK_CODES.includes(errorCode(error)) ? 'disk' : 'unreachable';
  return new DownloadFailure(kind, messageOf(error), null, options);
}
