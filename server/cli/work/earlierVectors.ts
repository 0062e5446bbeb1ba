import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ImageDataset } from '../../dataset/dataset.ts';
import type { ResolvedChoices } from '../../extraction/extraction.ts';
import { atomicWrite } from '../../formats/atomicWrite.ts';
import type { EmbeddingMatrix } from '../../formats/embeddingMatrix.ts';
import { encodeNpy, readNpyFloat32 } from '../../formats/npy.ts';
import { readEmbeddings } from '../../formats/readTables.ts';
import { version } from '../../version.ts';

const HASH_BYTES = 32;

/** What decides the numbers in a file of embeddings, beside the images. */
export interface VectorIdentity extends ResolvedChoices {
  readonly modelChecksum: string;
}

export interface VectorRecord {
  readonly identity: VectorIdentity;
  /** For people and for later use: data set, model, engine, seconds … */
  readonly about: Readonly<Record<string, unknown>>;
  readonly vectors: EmbeddingMatrix;
  /** 32 bytes a row. */
  readonly hashes: Uint8Array;
}

const recordSchema = z.object({
  identity: z.object({
    modelChecksum: z.string(),
    pooling: z.string(),
    resolution: z.number(),
    interpolation: z.string(),
    normalize: z.boolean(),
  }),
  engine: z.string(),
  vectorsSha256: z.string(),
});

/** Vectors that are known from an earlier extraction into the same file, by image. */
export interface EarlierVectors {
  readonly engine: string;
  /** The vector of an image with this hash, or null. */
  find(hash: Uint8Array): Float32Array | null;
}

/** The files beside a file of embeddings that tell how it was made, and of which images. */
function filesBeside(vectorFile: string): { readonly record: string; readonly hashes: string } {
  const stem = vectorFile.replace(/\.[a-z]+$/, '');
  return { record: `${stem}.json`, hashes: `${stem}.hashes.npy` };
}

/** Hashes of the chosen images, 32 bytes each; where a data set has none, its fingerprint stands for the content. */
export function imageHashes(dataset: ImageDataset, imageIndices: Int32Array): Uint8Array {
  const hashes = new Uint8Array(HASH_BYTES * imageIndices.length);
  imageIndices.forEach((image, row) => {
    const hash =
      dataset.contentHashes?.subarray(HASH_BYTES * image, HASH_BYTES * (image + 1)) ??
      createHash('sha256').update(`${dataset.fingerprint}:${image}`).digest();
    hashes.set(hash, HASH_BYTES * row);
  });
  return hashes;
}

/**
 * Reads the vectors of an earlier extraction. Null when there are none, they were made by other weights or with other
 * choices, or any of the three files was changed since.
 */
export async function readEarlierVectors(file: string, identity: VectorIdentity): Promise<EarlierVectors | null> {
  const beside = filesBeside(file);
  if (![file, beside.record, beside.hashes].every((path) => existsSync(path))) return null;
  try {
    const record = recordSchema.safeParse(JSON.parse(await readFile(beside.record, 'utf8')));
    if (!record.success || !isSame(record.data.identity, identity)) return null;
    const { values, rows, dimension } = await readEmbeddings(file);
    const hashes = await readNpyFloat32(beside.hashes);
    if (checksum(values) !== record.data.vectorsSha256) return null;
    if (hashes.shape[0] !== rows || hashes.shape[1] !== HASH_BYTES) return null;
    const rowOf = new Map<string, number>();
    for (let row = 0; row < rows; row++) {
      rowOf.set(keyOf(Uint8Array.from(hashes.values.subarray(HASH_BYTES * row, HASH_BYTES * (row + 1)))), row);
    }
    return {
      engine: record.data.engine,
      find(hash) {
        const row = rowOf.get(keyOf(hash));
        return row === undefined ? null : values.subarray(row * dimension, (row + 1) * dimension);
      },
    };
  } catch {
    // A damaged file is as good as none: everything is computed.
    return null;
  }
}

/** Writes what a later extraction into the same file needs; the vectors themselves are written by the caller. */
export async function writeVectorRecord(
  file: string,
  { identity, about, vectors, hashes }: VectorRecord,
): Promise<void> {
  const beside = filesBeside(file);
  await atomicWrite(beside.hashes, encodeNpy(hashes, [vectors.rows, HASH_BYTES]));
  const record = { circleLimit: version, ...about, identity, vectorsSha256: checksum(vectors.values) };
  await atomicWrite(beside.record, `${JSON.stringify(record, null, 2)}\n`);
}

function isSame(found: z.output<typeof recordSchema>['identity'], wanted: VectorIdentity): boolean {
  return (Object.keys(found) as (keyof VectorIdentity)[]).every((key) => found[key] === wanted[key]);
}

function checksum(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('latin1');
}
