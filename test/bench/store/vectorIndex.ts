import type { Pool } from 'pg';
import { copyVectors } from '../../../server/storage/vectorWrites.ts';
import { createSet, randomVectors } from './vectors.ts';
import { rounded, timed, withTables, type Place } from './places.ts';

const K = 10;
const QUERIES = 40;

/** pgvector's index against the exact scan: time and recall of the ten nearest by cosine, time to build, size. */
export async function measureVectorIndex(place: Place, points: number, dimension: number) {
  return withTables(place, async ({ pool }) => {
    await createSet(pool, 'index', dimension);
    await copyVectors(pool, randomVectors('index', points, dimension));
    await pool.query('ANALYZE embeddings');
    const exact = await search(pool, points, dimension);
    const { milliseconds: building } = await timed(() =>
      pool.query(
        `CREATE INDEX bench_hnsw ON embeddings USING hnsw ((vector::vector(${dimension})) vector_cosine_ops)
         WHERE embedding_set_id = 'index'`,
      ),
    );
    const { rows } = await pool.query<{ index: string; vectors: string }>(
      `SELECT pg_relation_size('bench_hnsw') AS index, pg_total_relation_size('embeddings') -
              pg_relation_size('bench_hnsw') AS vectors`,
    );
    const figures = [
      {
        way: 'exact scan',
        ...exact.times,
        recallAt10: 1,
        buildSeconds: 0,
        bytesPerPoint: rounded(Number(rows[0].vectors) / points, 0),
      },
    ];
    for (const width of [40, 200]) {
      const found = await search(pool, points, dimension, width);
      figures.push({
        way: `HNSW, ef_search ${width}`,
        ...found.times,
        recallAt10: rounded(recall(exact.neighbors, found.neighbors), 3),
        buildSeconds: rounded(building / 1000, 1),
        bytesPerPoint: rounded(Number(rows[0].index) / points, 0),
      });
    }
    await pool.query('TRUNCATE datasets CASCADE');
    return figures;
  });
}

async function search(pool: Pool, points: number, dimension: number, width?: number) {
  const client = await pool.connect();
  const times: number[] = [];
  const neighbors: number[][] = [];
  try {
    if (width !== undefined) await client.query(`SET hnsw.ef_search = ${width}`);
    const plan = await client.query<Record<string, string>>(`EXPLAIN ${nearestTo(0, dimension)}`);
    const isPlanned = plan.rows.some((row) => Object.values(row)[0].includes('bench_hnsw'));
    if (isPlanned !== (width !== undefined))
      throw new Error(`not the plan that is measured: ${JSON.stringify(plan.rows)}`);
    for (let query = 0; query < QUERIES; query++) {
      const image = Math.floor((query * points) / QUERIES);
      const statement = nearestTo(image, dimension);
      const { result, milliseconds } = await timed(() => client.query<{ image: number }>(statement));
      times.push(milliseconds);
      neighbors.push(
        result.rows
          .map((row) => row.image)
          .filter((found) => found !== image)
          .slice(0, K),
      );
    }
  } finally {
    client.release(true);
  }
  times.sort((a, b) => a - b);
  return { neighbors, times: { p50: rounded(times[QUERIES >> 1]), p95: rounded(times[Math.floor(0.95 * QUERIES)]) } };
}

function nearestTo(image: number, dimension: number): string {
  const asked = `SELECT vector::vector(${dimension}) FROM embeddings WHERE embedding_set_id = 'index' AND image_index = ${image}`;
  return `SELECT image_index AS image FROM embeddings WHERE embedding_set_id = 'index'
          ORDER BY vector::vector(${dimension}) <=> (${asked}) LIMIT ${K + 1}`;
}

function recall(exact: readonly number[][], found: readonly number[][]): number {
  const shares = exact.map((list, query) => list.filter((image) => found[query].includes(image)).length / K);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
