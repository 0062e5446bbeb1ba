import type { Pool } from 'pg';
import { Random } from '../../../server/geometry/random.ts';
import {
  copyVectors,
  insertVectors,
  type VectorRows,
  type WriteVectors,
} from '../../../server/storage/vectorWrites.ts';
import { rounded, timed, withTables, type Place } from './places.ts';

/** Rows in a statement of the plain way; more rows hit the limit of 65,535 parameters sooner than they gain time. */
const ROWS_PER_STATEMENT = 1000;

const CLUSTERS = 50;

export function randomVectors(setId: string, count: number, dimension: number): VectorRows {
  const random = new Random(1);
  const vectors = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    // At random, so that the order of the rows tells nothing, as with most data sets.
    const cluster = 1 + Math.floor(CLUSTERS * random.uniform());
    for (let d = 0; d < dimension; d++) vectors[row * dimension + d] = random.normal() + Math.sin(d * cluster);
  }
  return { setId, dimension, indices: Int32Array.from({ length: count }, (_, i) => i), vectors };
}

export async function createSet(pool: Pool, id: string, dimension: number): Promise<void> {
  await pool.query(
    `INSERT INTO datasets (id, name, kind, fingerprint, image_count, label_name, failures)
     VALUES ($1, $1, 'vectors', $1, 0, 'class', '[]')`,
    [id],
  );
  await pool.query(
    `INSERT INTO embedding_sets (id, dataset_id, name, model_name, model_checksum, trained, pooling, resolution, normalize,
                                 engine, dimension)
     VALUES ($1, $1, 'bench', 'none', $1, true, 'none', 0, false, 'none', $2)`,
    [id, dimension],
  );
}

/** One statement of many rows at a time, each vector as text: what a program does that knows nothing better. */
const multiRowInsert: WriteVectors = async (pool, { setId, dimension, indices, vectors }) => {
  for (let start = 0; start < indices.length; start += ROWS_PER_STATEMENT) {
    const part = indices.subarray(start, start + ROWS_PER_STATEMENT);
    const rows = Array.from(part, (_, i) => `($1, $${2 * i + 2}, $${2 * i + 3}::vector)`);
    const values = Array.from(part, (index) => [
      index,
      `[${vectors.subarray(index * dimension, (index + 1) * dimension).join(',')}]`,
    ]);
    await pool.query(
      `INSERT INTO embeddings (embedding_set_id, image_index, vector) VALUES ${rows.join(', ')} ON CONFLICT DO NOTHING`,
      [setId, ...values.flat()],
    );
  }
  return true;
};

/** Vectors a second into an empty set, by each way that the store takes. */
export async function measureVectorWrites(place: Place, points: number, dimension: number) {
  return withTables(place, async ({ pool, kind }) => {
    const { rows } = await pool.query<{ id: number }>("SELECT 'vector'::regtype::oid::int AS id");
    const ways: Record<string, WriteVectors> = {
      'multi-row INSERT, text': multiRowInsert,
      'INSERT of binary arrays': insertVectors(rows[0].id),
    };
    if (kind === 'server') ways['binary COPY'] = copyVectors;
    const figures = [];
    for (const [way, write] of Object.entries(ways)) {
      const id = `${kind} ${way}`;
      await createSet(pool, id, dimension);
      const vectors = randomVectors(id, points, dimension);
      const { milliseconds, cpu } = await timed(() => write(pool, vectors));
      const size = await pool.query<{ bytes: string }>("SELECT pg_total_relation_size('embeddings') AS bytes");
      const bytesPerPoint = rounded(Number(size.rows[0].bytes) / points, 0);
      figures.push({
        store: kind,
        way,
        points,
        dimension,
        perSecond: rounded((1000 * points) / milliseconds, 0),
        cpuMs: rounded(cpu, 0),
        bytesPerPoint,
      });
      await pool.query('TRUNCATE datasets CASCADE');
    }
    return figures;
  });
}
