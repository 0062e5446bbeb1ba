import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import type { LayoutTable } from '../formats/layoutTable.ts';
import { encodeParquetLayout } from '../formats/parquet.ts';
import { drawPng } from './png.ts';

/** What is asked of the worker, once in its life. */
export interface EncodeRequest {
  readonly table: LayoutTable;
  readonly kind: 'parquet' | 'png' | 'points';
  /** Height of a picture in pixels. */
  readonly size: number;
}
export type EncodeAnswer =
  { readonly kind: 'encoded'; readonly bytes: Uint8Array } | { readonly kind: 'failed'; readonly message: string };

try {
  parentPort?.postMessage({ kind: 'encoded', bytes: encode(workerData as EncodeRequest) } satisfies EncodeAnswer);
} catch (error) {
  parentPort?.postMessage({ kind: 'failed', message: messageOf(error) } satisfies EncodeAnswer);
}

function encode({ table, kind, size }: EncodeRequest): Uint8Array {
  if (kind === 'parquet') return encodeParquetLayout(table);
  return drawPng(table, { size, pointsOnly: kind === 'points' });
}
