import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sharedData } from './sharedData.ts';

/** Largest |a − b|; NaN when one has it, so that a comparison with a limit fails. */
export function maxAbsoluteError(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return NaN;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/** Copies a parity fixture, with the weights file of one naming, to a folder of its own; returns the folder. */
export async function fixtureModel(fixture: string, weights: string, folder: string): Promise<string> {
  const directory = join(folder, `${fixture}-${weights}`);
  await mkdir(directory, { recursive: true });
  const source = sharedData(`dinov3-parity/${fixture}`);
  await copyFile(join(source, 'config.json'), join(directory, 'config.json'));
  await copyFile(join(source, weights), join(directory, 'model.safetensors'));
  return directory;
}

export interface RawTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A safetensors file's tensors, read in the simplest way: the tests' own reader, independent of the product's. */
export async function readRawTensors(file: string): Promise<Map<string, RawTensor>> {
  const content = await readFile(file);
  const headerBytes = Number(content.readBigUInt64LE(0));
  const header = JSON.parse(content.toString('utf8', 8, 8 + headerBytes)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors = new Map<string, RawTensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [begin, end] = offsets.map((offset) => 8 + headerBytes + offset);
    tensors.set(name, { dtype, shape, bytes: content.subarray(begin, end) });
  }
  return tensors;
}

/** The bytes of a safetensors file with these tensors. */
export function encodeSafetensors(tensors: ReadonlyMap<string, RawTensor>): Buffer {
  const header: Record<string, object> = {};
  let offset = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...[...tensors.values()].map(({ bytes }) => bytes)]);
}
