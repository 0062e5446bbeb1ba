import type { Pool, PoolClient } from 'pg';
import type {
  CategoricalColumn,
  DatasetFailure,
  DatasetKind,
  ImageDataset,
  NumericColumn,
} from '../dataset/dataset.ts';
import { BadInputError, NotFoundError } from '../errors.ts';
import { inTransaction } from './database/database.ts';
import type { Dataset, PrismaClient } from './generated/client.ts';
import { newId } from './ids.ts';
import type { DatasetStore, ImageColumns, NamedImages, StoredDataset } from './store.ts';

/** Images per statement: some hundred kilobytes, so that neither this thread nor the database is held up for long. */
const IMAGES_PER_STATEMENT = 5_000;
/** Codes have two bytes each. */
const CODES_PER_STATEMENT = 100_000;

interface DatasetToSave {
  readonly name: string;
  readonly kind: DatasetKind;
  readonly fingerprint: string;
  readonly size: number;
  readonly imageSize: { readonly width: number; readonly height: number } | null;
  readonly failures: readonly DatasetFailure[];
  readonly label: CategoricalColumn;
  readonly columns: readonly CategoricalColumn[];
  readonly numbers?: readonly NumericColumn[] | undefined;
  /** 32 bytes an image, where they are known. */
  readonly contentHashes?: Uint8Array | undefined;
  imageName(index: number): string;
}

/** Data sets and what is known of their images; the images themselves stay where they are. */
export class PostgresDatasetStore implements DatasetStore {
  readonly #prisma: PrismaClient;
  readonly #pool: Pool;

  constructor(prisma: PrismaClient, pool: Pool) {
    this.#prisma = prisma;
    this.#pool = pool;
  }

  saveDataset(dataset: ImageDataset): Promise<StoredDataset> {
    return this.#save(dataset);
  }

  saveVectorDataset(name: string, fingerprint: string, images: NamedImages): Promise<StoredDataset> {
    return this.#save({
      name,
      kind: 'vectors',
      fingerprint,
      size: images.names.length,
      imageSize: null,
      failures: [],
      label: images.label,
      columns: images.columns,
      numbers: images.numbers,
      imageName: (index) => images.names[index],
    });
  }

  async findDataset(id: string): Promise<StoredDataset | null> {
    const row = await this.#prisma.dataset.findUnique({ where: { id } });
    return row === null ? null : toDataset(row);
  }

  /** The newest of that name: a folder may have changed since. */
  async findDatasetByName(name: string): Promise<StoredDataset | null> {
    const row = await this.#prisma.dataset.findFirst({ where: { name }, orderBy: { position: 'desc' } });
    return row === null ? null : toDataset(row);
  }

  async listDatasets(): Promise<StoredDataset[]> {
    const rows = await this.#prisma.dataset.findMany({ orderBy: { position: 'desc' } });
    return rows.map(toDataset);
  }

  /** @throws NotFoundError when there is no such data set. */
  async readImageColumns(datasetId: string): Promise<ImageColumns> {
    const dataset = await this.#prisma.dataset.findUnique({
      where: { id: datasetId },
      include: {
        labels: { orderBy: { code: 'asc' } },
        columns: { orderBy: { position: 'asc' } },
        numbers: { orderBy: { position: 'asc' } },
      },
    });
    if (dataset === null) throw new NotFoundError(`there is no data set ${datasetId}`);
    const codes = await this.#readLabelCodes(datasetId, dataset.imageCount);
    return {
      label: { name: dataset.labelName, names: dataset.labels.map((label) => label.name), codes },
      columns: dataset.columns.map((column) => ({
        name: column.name,
        names: column.names,
        codes: new Int32Array(Uint8Array.from(column.codes).buffer),
      })),
      numbers: dataset.numbers.map(({ name, values }) => ({
        name,
        values: new Float64Array(Uint8Array.from(values).buffer),
      })),
    };
  }

  async readImageNames(datasetId: string): Promise<string[]> {
    const names: string[] = [];
    for (;;) {
      const { rows } = await this.#pool.query<{ names: string[] | null }>(
        `SELECT json_agg(name ORDER BY image_index) AS names
         FROM images WHERE dataset_id = $1 AND image_index >= $2 AND image_index < $3`,
        [datasetId, names.length, names.length + IMAGES_PER_STATEMENT],
      );
      const found = rows[0].names ?? [];
      for (const name of found) names.push(name);
      if (found.length < IMAGES_PER_STATEMENT) return names;
    }
  }

  /** −1 for none. */
  async #readLabelCodes(datasetId: string, imageCount: number): Promise<Int32Array> {
    const codes = new Int32Array(imageCount);
    for (let start = 0; start < imageCount; start += CODES_PER_STATEMENT) {
      const { rows } = await this.#pool.query<{ codes: Buffer }>(
        `SELECT string_agg(int2send(coalesce(label_code, -1)::int2), ''::bytea ORDER BY image_index) AS codes
         FROM images WHERE dataset_id = $1 AND image_index >= $2 AND image_index < $3`,
        [datasetId, start, start + CODES_PER_STATEMENT],
      );
      // In the order of the network.
      const found = Buffer.from(rows[0].codes).swap16();
      codes.set(new Int16Array(found.buffer, found.byteOffset, found.byteLength / 2), start);
    }
    return codes;
  }

  async #save(dataset: DatasetToSave): Promise<StoredDataset> {
    for (const { name, codes } of [dataset.label, ...dataset.columns]) requireValues(name, codes, dataset.size);
    for (const { name, values } of dataset.numbers ?? []) requireValues(name, values, dataset.size);
    const identity = { name_fingerprint: { name: dataset.name, fingerprint: dataset.fingerprint } };
    const known = await this.#prisma.dataset.findUnique({ where: identity });
    if (known !== null) return toDataset(known);
    await inTransaction(this.#pool, async (client) => {
      const id = newId('dataset');
      if (!(await insertDataset(client, id, dataset))) return;
      await insertLabelsAndColumns(client, id, dataset);
      for (let start = 0; start < dataset.size; start += IMAGES_PER_STATEMENT) {
        await insertImages(client, id, dataset, start, Math.min(start + IMAGES_PER_STATEMENT, dataset.size));
      }
    });
    return toDataset(await this.#prisma.dataset.findUniqueOrThrow({ where: identity }));
  }
}

/** False when another process has stored the same data set meanwhile. */
async function insertDataset(client: PoolClient, id: string, dataset: DatasetToSave): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO datasets (id, name, kind, fingerprint, image_count, image_width, image_height, label_name, failures)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (name, fingerprint) DO NOTHING`,
    [
      id,
      dataset.name,
      dataset.kind,
      dataset.fingerprint,
      dataset.size,
      dataset.imageSize?.width ?? null,
      dataset.imageSize?.height ?? null,
      dataset.label.name,
      JSON.stringify(dataset.failures),
    ],
  );
  return rowCount === 1;
}

async function insertLabelsAndColumns(client: PoolClient, id: string, dataset: DatasetToSave): Promise<void> {
  await client.query(
    `INSERT INTO labels (dataset_id, code, name)
     SELECT $1, label.ordinal - 1, label.name FROM unnest($2::text[]) WITH ORDINALITY AS label(name, ordinal)`,
    [id, dataset.label.names],
  );
  for (const [position, column] of dataset.columns.entries()) {
    await client.query(
      'INSERT INTO image_columns (dataset_id, position, name, names, codes) VALUES ($1, $2, $3, $4, $5)',
      [id, position, column.name, column.names, bytesOf(column.codes)],
    );
  }
  for (const [position, { name, values }] of (dataset.numbers ?? []).entries()) {
    await client.query('INSERT INTO image_numbers (dataset_id, position, name, "values") VALUES ($1, $2, $3, $4)', [
      ...[id, position, name],
      bytesOf(values),
    ]);
  }
}

async function insertImages(
  client: PoolClient,
  id: string,
  dataset: DatasetToSave,
  start: number,
  end: number,
): Promise<void> {
  const names = Array.from({ length: end - start }, (_, offset) => dataset.imageName(start + offset));
  const { contentHashes } = dataset;
  const hashes = contentHashes === undefined ? null : Buffer.from(contentHashes.subarray(32 * start, 32 * end));
  await client.query(
    `INSERT INTO images (dataset_id, image_index, name, label_code, content_hash)
     SELECT $1, $2 + image.ordinal - 1, image.name, nullif(image.code, -1),
            CASE WHEN $5::bytea IS NULL THEN NULL
                 ELSE substring($5::bytea FROM (32 * image.ordinal - 31)::int FOR 32) END
     FROM unnest($3::text[], $4::int[]) WITH ORDINALITY AS image(name, code, ordinal)`,
    [id, start, names, Array.from(dataset.label.codes.subarray(start, end)), hashes],
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float64Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function requireValues(name: string, { length }: ArrayLike<number>, size: number): void {
  if (length !== size) {
    throw new BadInputError(`column "${name}" has ${length} values for ${size} images; give one for each image`);
  }
}

function toDataset(row: Dataset): StoredDataset {
  const { imageWidth: width, imageHeight: height } = row;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as DatasetKind,
    fingerprint: row.fingerprint,
    imageCount: row.imageCount,
    imageSize: width === null || height === null ? null : { width, height },
    failures: row.failures as unknown as DatasetFailure[],
    createdAt: row.createdAt,
  };
}
