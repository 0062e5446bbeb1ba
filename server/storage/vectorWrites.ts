import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { COPY_HEADER, COPY_TRAILER } from './backup/copyFormat.ts';
import { inTransaction } from './database/database.ts';
import { packCopyRows, packVectors, rowsIn } from './vectorArray.ts';

/** Bytes of vectors in one statement or piece: bounds memory, and how long this thread is busy packing. */
const BYTES_PER_PIECE = 512 * 1024;

export interface VectorRows {
  readonly setId: string;
  readonly dimension: number;
  readonly indices: Int32Array;
  /** indices × dimension */
  readonly vectors: Float32Array;
}

/**
 * Stores vectors of a set and counts those that are new; storing one again changes nothing. False when there is no set
 * with this id and dimension.
 */
export type WriteVectors = (pool: Pool, rows: VectorRows) => Promise<boolean>;

/** By binary COPY, all or nothing, for a server. The rows pass a table of the connection's own. */
export const copyVectors: WriteVectors = (pool, rows) =>
  inTransaction(pool, async (client) => {
    const { setId, dimension } = rows;
    const set = await client.query('SELECT 1 FROM embedding_sets WHERE id = $1 AND dimension = $2', [setId, dimension]);
    if (set.rowCount === 0) return false;
    // COPY itself would end at the first image that is there already.
    await client.query('SET LOCAL client_min_messages = warning');
    await client.query(
      'CREATE TEMPORARY TABLE IF NOT EXISTS incoming_vectors (image_index int, vector vector) ON COMMIT DELETE ROWS',
    );
    const copy = client.query(copyFrom('COPY incoming_vectors FROM STDIN (FORMAT binary)'));
    await pipeline(Readable.from(copyPieces(rows)), copy);
    // In order: two that store the same images at the same time wait for each other, and not in a circle.
    await client.query(
      `WITH added AS (
         INSERT INTO embeddings (embedding_set_id, image_index, vector)
         SELECT $1, image_index, vector FROM incoming_vectors ORDER BY image_index ON CONFLICT DO NOTHING RETURNING 1
       )
       UPDATE embedding_sets SET stored_count = stored_count + (SELECT count(*) FROM added) WHERE id = $1`,
      [setId],
    );
    return true;
  });

/** By arrays in binary form, a statement a piece, for the embedded store, which takes no COPY over its connection. */
export function insertVectors(vectorTypeId: number): WriteVectors {
  return async (pool, rows) => {
    for (const { setId, dimension, indices, vectors } of piecesOf(rows)) {
      const { rowCount } = await pool.query(
        `WITH target AS (
           SELECT id FROM embedding_sets WHERE id = $1 AND dimension = $2
         ), added AS (
           INSERT INTO embeddings (embedding_set_id, image_index, vector)
           SELECT target.id, entry.image_index, entry.vector
           FROM target, unnest($3::int[], $4::vector[]) AS entry(image_index, vector)
           ON CONFLICT DO NOTHING RETURNING 1
         )
         UPDATE embedding_sets SET stored_count = stored_count + (SELECT count(*) FROM added)
         WHERE id = (SELECT id FROM target)`,
        [setId, dimension, Array.from(indices), packVectors(vectors, dimension, vectorTypeId)],
      );
      if (rowCount === 0) return false;
    }
    return true;
  };
}

function* copyPieces(rows: VectorRows): Generator<Buffer> {
  yield COPY_HEADER;
  for (const { indices, vectors, dimension } of piecesOf(rows)) yield packCopyRows(indices, vectors, dimension);
  yield COPY_TRAILER;
}

function* piecesOf({ setId, dimension, indices, vectors }: VectorRows): Generator<VectorRows> {
  const rows = rowsIn(BYTES_PER_PIECE, dimension);
  for (let start = 0; start < indices.length; start += rows) {
    const end = Math.min(start + rows, indices.length);
    const part = {
      indices: indices.subarray(start, end),
      vectors: vectors.subarray(start * dimension, end * dimension),
    };
    yield { setId, dimension, ...part };
  }
}
