import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import type { LayoutTable } from '../formats/layoutTable.ts';
import { encodeParquetLayout } from '../formats/parquet.ts';
import { drawPng, type DrawPngOptions } from './png.ts';

/** What is asked of the worker, once in its life. */
export interface EncodeRequest {
  readonly table: LayoutTable;
  readonly kind: 'parquet' | 'png';
  readonly picture: DrawPngOptions;
}
export type EncodeAnswer =
  { readonly kind: 'encoded'; readonly bytes: Uint8Array } | { readonly kind: 'failed'; readonly message: string };

try {
  parentPort?.postMessage({ kind: 'encoded', bytes: encode(workerData as EncodeRequest) } satisfies EncodeAnswer);
} catch (error) {
  parentPort?.postMessage({ kind: 'failed', message: messageOf(error) } satisfies EncodeAnswer);
}

function encode({ table, kind, picture }: EncodeRequest): Uint8Array {
  return kind === 'parquet' ? encodeParquetLayout(table) : drawPng(table, picture);
}
