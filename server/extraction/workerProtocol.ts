import type { RgbImage } from '../dataset/dataset.ts';
import { AppError, BadInputError, UnavailableError, messageOf } from '../errors.ts';
import type { EngineName, Interpolation, Pooling } from './extraction.ts';

/** What a worker opens at its start. */
export interface EmbedderOptions {
  readonly directory: string;
  readonly engine: EngineName | 'auto';
  /** Threads inside the engine. */
  readonly threads: number;
  readonly pooling: Pooling;
  /** Pixels, a multiple of the patch size. */
  readonly resolution: number;
  /** Default: the model's own. */
  readonly interpolation?: Interpolation | undefined;
  /** Scale every vector to length 1. */
  readonly normalize: boolean;
}

export type RequestMessage =
  { readonly kind: 'embed'; readonly job: number; readonly images: readonly RgbImage[] } | { readonly kind: 'close' };

export type ReplyMessage =
  | { readonly kind: 'ready'; readonly engineName: EngineName }
  | { readonly kind: 'embedded'; readonly job: number; readonly reply: EmbeddedImages }
  | { readonly kind: 'failed'; readonly job: number | null; readonly error: ErrorMessage };

export interface EmbeddedImages {
  /** images × dimension. */
  readonly vectors: Float32Array;
  /** The first image whose vector has a value that is not finite; −1 for none. */
  readonly notFinite: number;
  /** Time within the model, without reading and resizing. */
  readonly engineMilliseconds: number;
}

/** An error in a form that crosses threads: classes do not survive the copy. */
export interface ErrorMessage {
  readonly kind: 'badInput' | 'unavailable' | 'defect';
  readonly message: string;
  readonly stack: string | undefined;
}

export function encodeError(error: unknown): ErrorMessage {
  const kind = error instanceof BadInputError ? 'badInput' : error instanceof AppError ? 'unavailable' : 'defect';
  return { kind, message: messageOf(error), stack: error instanceof Error ? error.stack : undefined };
}

export function decodeError({ kind, message, stack }: ErrorMessage): Error {
  if (kind === 'badInput') return new BadInputError(message);
  if (kind === 'unavailable') return new UnavailableError(message);
  const error = new Error(message);
  error.stack = stack;
  return error;
}
