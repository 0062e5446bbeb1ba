import type { FileHandle } from 'node:fs/promises';
import { atomicWriteWith } from './atomicWrite.ts';
import { encodeNpyHeader } from './npyEncode.ts';

/** Arrays that can be written, each as its own numpy type in little-endian C order. */
export type NpyWritable = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;
export type NpyDescr = '<f4' | '<f8' | '<i4' | '<i8' | '|u1';

/** Bytes of an array as a whole .npy file. @throws RangeError when the shape does not fit. */
export function encodeNpy(values: NpyWritable, shape: readonly number[]): Uint8Array {
  requireShape(values.length, shape);
  return concatenate(encodeNpyHeader(descrOf(values), shape), bytesOf(values));
}

/** Bytes of a one-dimensional array of text (`<U…`) as a whole .npy file. */
export function encodeNpyStrings(values: readonly string[]): Uint8Array {
  const codePoints = values.map((value) => Array.from(value, (character) => character.codePointAt(0) ?? 0));
  const length = codePoints.reduce((longest, points) => Math.max(longest, points.length), 1);
  const data = new Uint32Array(values.length * length);
  codePoints.forEach((points, row) => {
    data.set(points, row * length);
  });
  return concatenate(encodeNpyHeader(`<U${length}`, [values.length]), new Uint8Array(data.buffer));
}

/** Writes an array to a file, atomically. */
export async function writeNpy(file: string, values: NpyWritable, shape: readonly number[]): Promise<void> {
  requireShape(values.length, shape);
  await atomicWriteWith(file, async (handle) => {
    await writeFully(handle, encodeNpyHeader(descrOf(values), shape));
    await writeFully(handle, bytesOf(values));
  });
}

/**
 * Writes a matrix block by block, atomically, so that it need not be in memory as a whole.
 * @param blocks whole rows, in order.
 * @throws RangeError when the blocks do not add up to rows × columns values.
 */
export async function writeNpyBlocks(
  file: string,
  descr: NpyDescr,
  shape: readonly [rows: number, columns: number],
  blocks: AsyncIterable<NpyWritable> | Iterable<NpyWritable>,
): Promise<void> {
  await atomicWriteWith(file, async (handle) => {
    await writeFully(handle, encodeNpyHeader(descr, shape));
    let written = 0;
    for await (const block of blocks) {
      if (descrOf(block) !== descr) throw new RangeError(`block of ${descrOf(block)} in an array of ${descr}`);
      await writeFully(handle, bytesOf(block));
      written += block.length;
    }
    requireShape(written, shape);
  });
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let position = 0; position < bytes.length;) {
    position += (await handle.write(bytes, position, bytes.length - position)).bytesWritten;
  }
}

function descrOf(values: NpyWritable): NpyDescr {
  if (values instanceof Float32Array) return '<f4';
  if (values instanceof Float64Array) return '<f8';
  if (values instanceof Int32Array) return '<i4';
  if (values instanceof BigInt64Array) return '<i8';
  return '|u1';
}

function requireShape(count: number, shape: readonly number[]): void {
  const expected = shape.reduce((product, size) => product * size, 1);
  if (count !== expected) throw new RangeError(`${count} values do not fill shape (${shape.join(', ')})`);
}

function bytesOf(values: NpyWritable): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
