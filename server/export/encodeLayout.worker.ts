import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import type { LayoutTable } from '../formats/layoutTable.ts';
import { encodeParquetLayout } from '../formats/parquet.ts';
import { drawPng, type DrawPngOptions } from './png.ts';
import { drawSharePicture, type SharePicture } from './sharePicture.ts';

/** What is asked of the worker, once in its life. */
export type EncodeRequest =
  | { readonly kind: 'parquet' | 'png'; readonly table: LayoutTable; readonly picture: DrawPngOptions }
  | { readonly kind: 'share'; readonly share: SharePicture };
export type EncodeAnswer =
  { readonly kind: 'encoded'; readonly bytes: Uint8Array } | { readonly kind: 'failed'; readonly message: string };

try {
  parentPort?.postMessage({ kind: 'encoded', bytes: encode(workerData as EncodeRequest) } satisfies EncodeAnswer);
} catch (error) {
  parentPort?.postMessage({ kind: 'failed', message: messageOf(error) } satisfies EncodeAnswer);
}

function encode(request: EncodeRequest): Uint8Array {
  if (request.kind === 'share') return drawSharePicture(request.share);
  return request.kind === 'parquet' ? encodeParquetLayout(request.table) : drawPng(request.table, request.picture);
}
