import { createHash } from 'node:crypto';
import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type { Pool } from 'pg';
import { BadInputError, NotFoundError } from '../errors.ts';
import type { EmbeddedBatch, ModelDescription, ResolvedChoices } from '../extraction/extraction.ts';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import type { EmbeddingSet as EmbeddingSetRow, PrismaClient } from './generated/client.ts';
import { newId } from './ids.ts';
import { readPage } from './pages.ts';
import type { EmbeddingSet, EmbeddingSetStore, Page, PageRequest, StoredDataset } from './store.ts';
import { rowsIn, unpackVectorsInto } from './vectorArray.ts';
import type { WriteVectors } from './vectorWrites.ts';

/** Bytes of vectors in one statement: bounds memory, and how long this thread is busy with one answer. */
const BYTES_PER_STATEMENT = 512 * 1024;
const INDICES_PER_STATEMENT = 10_000;
/** pgvector's limit for the type `vector`. */
const MAX_DIMENSION = 16_000;

type SetIdentity = Pick<
  EmbeddingSetRow,
  | 'datasetId'
  | 'name'
  | 'modelName'
  | 'modelChecksum'
  | 'trained'
  | 'pooling'
  | 'resolution'
  | 'interpolation'
  | 'normalize'
  | 'engine'
  | 'dimension'
>;

/** Embeddings by set: one pgvector row an image. */
export class PostgresEmbeddingSetStore implements EmbeddingSetStore {
  readonly #prisma: PrismaClient;
  readonly #pool: Pool;
  readonly #write: WriteVectors;

  constructor(prisma: PrismaClient, pool: Pool, write: WriteVectors) {
    this.#prisma = prisma;
    this.#pool = pool;
    this.#write = write;
  }

  openEmbeddingSet(
    dataset: StoredDataset,
    model: ModelDescription,
    choices: ResolvedChoices,
    engine: string,
    dimension: number,
  ): Promise<EmbeddingSet> {
    return this.#open({
      datasetId: dataset.id,
      name: `${dataset.name} · ${model.name}`,
      modelName: model.name,
      modelChecksum: model.checksum,
      trained: model.trained,
      ...choices,
      engine,
      dimension,
    });
  }

  /** Importing the same vectors again completes and returns the first import. */
  async importEmbeddingSet(dataset: StoredDataset, name: string, vectors: EmbeddingMatrix): Promise<EmbeddingSet> {
    if (vectors.rows !== dataset.imageCount) {
      throw new BadInputError(
        `${name}: ${String(vectors.rows)} vectors for the ${String(dataset.imageCount)} entries of ${dataset.name}; give one for each entry`,
      );
    }
    const set = await this.#open({
      datasetId: dataset.id,
      name,
      modelName: 'imported',
      modelChecksum: await checksumOf(vectors),
      trained: true,
      pooling: 'none',
      resolution: 0,
      interpolation: 'none',
      normalize: false,
      engine: 'import',
      dimension: vectors.dimension,
    });
    if (set.storedCount < vectors.rows) {
      const imageIndices = Int32Array.from({ length: vectors.rows }, (_, index) => index);
      await this.saveEmbeddings(set.id, { imageIndices, vectors: vectors.values });
    }
    return this.#require(set.id);
  }

  async findEmbeddingSet(id: string): Promise<EmbeddingSet | null> {
    const row = await this.#prisma.embeddingSet.findUnique({ where: { id } });
    return row === null ? null : toEmbeddingSet(row);
  }

  async findSetOf(
    dataset: StoredDataset,
    model: ModelDescription,
    choices: ResolvedChoices,
  ): Promise<EmbeddingSet | null> {
    const where = { datasetId: dataset.id, modelChecksum: model.checksum, ...choices };
    const row = await this.#prisma.embeddingSet.findFirst({ where });
    return row === null ? null : toEmbeddingSet(row);
  }

  async adoptEmbeddings(setId: string): Promise<number> {
    const before = await this.#require(setId);
    const { modelChecksum, pooling, resolution, interpolation, normalize, dimension, datasetId } = before;
    const others = await this.#prisma.embeddingSet.findMany({
      where: {
        ...{ modelChecksum, pooling, resolution, interpolation, normalize, dimension },
        datasetId: { not: datasetId },
        storedCount: { gt: 0 },
      },
      orderBy: { position: 'desc' },
    });
    const { imageCount } = await this.#prisma.dataset.findUniqueOrThrow({ where: { id: datasetId } });
    // A planner without figures of two data sets that are new compares every image with every other.
    if (others.length > 0) await this.#pool.query('ANALYZE images');
    for (const other of others) {
      for (let start = 0; start < imageCount; start += INDICES_PER_STATEMENT) {
        await this.#adoptFrom(other, before, start, start + INDICES_PER_STATEMENT);
      }
    }
    return (await this.#require(setId)).storedCount - before.storedCount;
  }

  listEmbeddingSets(page: PageRequest): Promise<Page<EmbeddingSet>> {
    return readPage(
      page,
      (before, take) =>
        this.#prisma.embeddingSet.findMany({
          where: before === undefined ? {} : { position: { lt: before } },
          orderBy: { position: 'desc' },
          take,
        }),
      () => this.#prisma.embeddingSet.count(),
      toEmbeddingSet,
    );
  }

  async saveEmbeddings(setId: string, batch: EmbeddedBatch): Promise<void> {
    const rows = batch.imageIndices.length;
    if (rows === 0) return;
    const dimension = batch.vectors.length / rows;
    if (await this.#write(this.#pool, { setId, dimension, indices: batch.imageIndices, vectors: batch.vectors }))
      return;
    const set = await this.#require(setId);
    throw new BadInputError(
      `the embedding set ${setId} takes vectors of ${String(set.dimension)} components, not ${String(dimension)}`,
    );
  }

  async findMissing(setId: string, imageIndices: Int32Array): Promise<Int32Array> {
    const missing: number[] = [];
    for (let start = 0; start < imageIndices.length; start += INDICES_PER_STATEMENT) {
      const { rows } = await this.#pool.query<{ missing: number[] }>(
        `SELECT coalesce(json_agg(wanted.image_index ORDER BY wanted.ordinal), '[]') AS missing
         FROM unnest($2::int[]) WITH ORDINALITY AS wanted(image_index, ordinal)
         WHERE NOT EXISTS (
           SELECT FROM embeddings stored
           WHERE stored.embedding_set_id = $1 AND stored.image_index = wanted.image_index)`,
        [setId, Array.from(imageIndices.subarray(start, start + INDICES_PER_STATEMENT))],
      );
      for (const index of rows[0].missing) missing.push(index);
    }
    return Int32Array.from(missing);
  }

  async readEmbeddings(setId: string, imageIndices: Int32Array): Promise<EmbeddingMatrix> {
    const { dimension } = await this.#require(setId);
    const rows = imageIndices.length;
    const values = new Float32Array(new SharedArrayBuffer(rows * dimension * Float32Array.BYTES_PER_ELEMENT));
    const rowsPerStatement = rowsIn(BYTES_PER_STATEMENT, dimension);
    for (let start = 0; start < rows; start += rowsPerStatement) {
      const indices = imageIndices.subarray(start, start + rowsPerStatement);
      const { found, packed } = await this.#readRows(setId, indices);
      if (found < indices.length) {
        const [missing] = await this.findMissing(setId, indices);
        throw new NotFoundError(`the embedding set ${setId} has no embedding of image ${String(missing)}`);
      }
      unpackVectorsInto(packed, dimension, values, start);
    }
    return { rows, dimension, values };
  }

  async #open(identity: SetIdentity): Promise<EmbeddingSet> {
    const { datasetId, modelChecksum, pooling, resolution, interpolation, normalize, dimension } = identity;
    if (!Number.isInteger(dimension) || dimension < 1 || dimension > MAX_DIMENSION) {
      throw new BadInputError(
        `${identity.name}: vectors of ${String(dimension)} components cannot be stored; give 1 to ${String(MAX_DIMENSION)}`,
      );
    }
    const key = { datasetId, modelChecksum, pooling, resolution, interpolation, normalize };
    await this.#prisma.embeddingSet.createMany({ data: { id: newId('set'), ...identity }, skipDuplicates: true });
    const row = await this.#prisma.embeddingSet.findFirst({ where: key });
    if (row === null) throw new NotFoundError(`the data set ${datasetId} was deleted meanwhile`);
    if (row.dimension !== dimension) {
      throw new BadInputError(
        `the embedding set ${row.id} has ${String(row.dimension)} components, not ${String(dimension)}`,
      );
    }
    return toEmbeddingSet(row);
  }

  async #adoptFrom(source: EmbeddingSetRow, target: EmbeddingSet, start: number, end: number): Promise<void> {
    await this.#pool.query(
      `WITH added AS (
         INSERT INTO embeddings (embedding_set_id, image_index, vector)
         SELECT DISTINCT ON (wanted.image_index) $1, wanted.image_index, known.vector
         FROM images wanted
         JOIN images same ON same.dataset_id = $4 AND same.content_hash = wanted.content_hash
         JOIN embeddings known ON known.embedding_set_id = $3 AND known.image_index = same.image_index
         WHERE wanted.dataset_id = $2 AND wanted.image_index >= $5 AND wanted.image_index < $6
         ON CONFLICT DO NOTHING RETURNING 1
       )
       UPDATE embedding_sets SET stored_count = stored_count + (SELECT count(*) FROM added) WHERE id = $1`,
      [target.id, target.datasetId, source.id, source.datasetId, start, end],
    );
  }

  async #readRows(setId: string, indices: Int32Array): Promise<{ found: number; packed: Buffer }> {
    // LIMIT keeps the planner from scanning the whole set for each statement: it looks up row by row.
    const { rows } = await this.#pool.query<{ found: number; packed: Buffer | null }>(
      `SELECT count(*)::int AS found, string_agg(vector_send(stored.vector), ''::bytea ORDER BY wanted.ordinal) AS packed
       FROM unnest($2::int[]) WITH ORDINALITY AS wanted(image_index, ordinal)
       CROSS JOIN LATERAL (
         SELECT vector FROM embeddings
         WHERE embedding_set_id = $1 AND image_index = wanted.image_index LIMIT 1) AS stored`,
      [setId, Array.from(indices)],
    );
    return { found: rows[0].found, packed: rows[0].packed ?? Buffer.alloc(0) };
  }

  async #require(id: string): Promise<EmbeddingSet> {
    const set = await this.findEmbeddingSet(id);
    if (set === null) throw new NotFoundError(`there is no embedding set ${id}`);
    return set;
  }
}

/** Hex SHA-256 of shape and components, in pieces so that other work gets its turn. */
async function checksumOf(vectors: EmbeddingMatrix): Promise<string> {
  const hash = createHash('sha256').update(`${String(vectors.rows)}x${String(vectors.dimension)}`);
  const bytes = Buffer.from(vectors.values.buffer, vectors.values.byteOffset, vectors.values.byteLength);
  for (let start = 0; start < bytes.length; start += BYTES_PER_STATEMENT) {
    hash.update(bytes.subarray(start, start + BYTES_PER_STATEMENT));
    await yieldToEvents();
  }
  return hash.digest('hex');
}

function toEmbeddingSet({ position: _position, ...set }: EmbeddingSetRow): EmbeddingSet {
  return set;
}
