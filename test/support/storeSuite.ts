import { expect, it } from 'vitest';
import type { ImageDataset } from '../../server/dataset/dataset.ts';
import { BadInputError, NotFoundError } from '../../server/errors.ts';
import { Random } from '../../server/geometry/random.ts';
import { CosineIndex } from '../../server/neighbors/cosineNeighbors.ts';
import { DiskIndex } from '../../server/neighbors/diskIndex.ts';
import type { Store } from '../../server/storage/store.ts';
import { DIMENSION, exactVectors, imageDataset, openSet, SIZE } from './storeFixtures.ts';
import { randomLayout } from './randomLayout.ts';
import { itKeepsRuns, itKeepsSeries, itKeepsShareLinks } from './storeRunSuite.ts';

/** What every store must do, whatever it runs on. `store` is read when a test runs. */
export function describeStore(store: () => Store): void {
  itKeepsDatasets(store);
  itKeepsEmbeddings(store);
  itAnswersSql(store);
  itKeepsRuns(store);
  itKeepsSeries(store);
  itKeepsShareLinks(store);
}

function itKeepsDatasets(store: () => Store): void {
  it('gives a data set back as it was saved, with every image name, label and column', async () => {
    const dataset = imageDataset('round trip');
    const saved = await store().datasets.saveDataset(dataset);
    expect(saved).toMatchObject({ name: 'round trip', kind: 'folder', fingerprint: 'print', imageCount: SIZE });
    expect(saved.imageSize).toEqual({ width: 32, height: 24 });
    expect(saved.failures).toEqual(dataset.failures);
    const columns = await store().datasets.readImageColumns(saved.id);
    const names = Array.from({ length: SIZE }, (_, i) => dataset.imageName(i));
    expect(await store().datasets.readImageNames(saved.id)).toEqual(names);
    expect(columns.label).toEqual(dataset.label);
    expect(columns.columns).toEqual(dataset.columns);
    expect(columns.numbers).toEqual(dataset.numbers);
  });

  it('answers SQL about the label of each image', async () => {
    const saved = await store().datasets.saveDataset(imageDataset('labels in SQL', 'print', 8));
    const rows = await store().sql.query<{ name: string | null; images: number }>(
      `SELECT labels.name, count(*)::int AS images FROM images LEFT JOIN labels
       ON labels.dataset_id = images.dataset_id AND labels.code = images.label_code
       WHERE images.dataset_id = $1 GROUP BY labels.name, labels.code ORDER BY labels.code NULLS FIRST`,
      [saved.id],
    );
    expect(rows.map((row) => row.images)).toEqual([2, 2, 2, 2]);
    expect(rows.map((row) => row.name)).toEqual([null, 'ship', 'it\'s "a", {cat}\\', 'ø 🐈']);
  });

  it('saves the same data set once, also when two save it at the same time', async () => {
    const [first, second] = await Promise.all([
      store().datasets.saveDataset(imageDataset('twice')),
      store().datasets.saveDataset(imageDataset('twice')),
    ]);
    expect(second.id).toBe(first.id);
    const changed = await store().datasets.saveDataset(imageDataset('twice', 'changed', 3));
    expect(changed.id).not.toBe(first.id);
    expect((await store().datasets.findDatasetByName('twice'))?.id).toBe(changed.id);
    expect((await store().datasets.listDatasets()).filter((dataset) => dataset.name === 'twice')).toHaveLength(2);
  });

  it('refuses a column that does not have one value for each image, and saves nothing of it', async () => {
    const dataset = {
      ...imageDataset('short column'),
      columns: [{ name: 'split', names: [], codes: new Int32Array(2) }],
    };
    await expect(store().datasets.saveDataset(dataset)).rejects.toThrow(/column "split" has 2 values for 6001 images/);
    expect(await store().datasets.findDatasetByName('short column')).toBeNull();
  });
}

/** As the documentation of Postgres has them. */
const NEIGHBORS_BY_COSINE = `
  SELECT other.image_index AS point, other.vector <=> asked.vector AS distance
  FROM embeddings asked JOIN embeddings other USING (embedding_set_id)
  WHERE asked.embedding_set_id = $1 AND asked.image_index = $2 AND other.image_index <> $2
  ORDER BY distance, point LIMIT $3`;
const NEIGHBORS_ON_DISK = `
  SELECT other.index AS point, acosh(1 + 2 * ((other.x - asked.x) ^ 2 + (other.y - asked.y) ^ 2)
    / ((1 - asked.x ^ 2 - asked.y ^ 2) * (1 - other.x ^ 2 - other.y ^ 2))) AS distance
  FROM layout asked, layout other WHERE asked.index = $1 AND other.index <> $1
  ORDER BY distance, point LIMIT $2`;

function itAnswersSql(store: () => Store): void {
  it('answers SQL with the neighbors that the server finds: by cosine through pgvector, and on the disk', async () => {
    const rows = 900;
    const set = await openSet(store(), await store().datasets.saveDataset(imageDataset('sql', 'print', rows)));
    const random = new Random(3);
    const vectors = Float32Array.from({ length: rows * DIMENSION }, () => random.normal());
    const imageIndices = Int32Array.from({ length: rows }, (_, i) => i);
    await store().embeddingSets.saveEmbeddings(set.id, { imageIndices, vectors });
    const cosines = await CosineIndex.create(await store().embeddingSets.readEmbeddings(set.id, imageIndices));
    const positions = randomLayout(rows, 3, 8);
    await store().sql.query('CREATE TABLE layout (index int, x float8, y float8)');
    await store().sql.query('INSERT INTO layout SELECT * FROM unnest($1::int[], $2::float8[], $3::float8[])', [
      [...imageIndices],
      [...positions.filter((_, i) => i % 2 === 0)],
      [...positions.filter((_, i) => i % 2 === 1)],
    ]);
    const disk = DiskIndex.build(positions, 'poincare');
    for (const point of [0, 450, 899]) {
      const byCosine = await store().sql.query<SqlNeighbor>(NEIGHBORS_BY_COSINE, [set.id, point, 30]);
      expectSame(byCosine, await cosines.nearest(point, 30));
      const onDisk = await store().sql.query<SqlNeighbor>(NEIGHBORS_ON_DISK, [point, 30]);
      expectSame(onDisk, disk.nearestToPoint(point, 30));
    }
    await store().sql.query('DROP TABLE layout');
  });
}

interface SqlNeighbor {
  readonly point: number;
  readonly distance: number;
}

function expectSame(
  rows: readonly SqlNeighbor[],
  { points, distances }: { readonly points: Int32Array; readonly distances: Float64Array },
): void {
  expect(rows.map(({ point }) => point)).toEqual([...points]);
  // pgvector sums in single precision.
  rows.forEach(({ distance }, rank) => expect(distance).toBeCloseTo(distances[rank], 5));
}

function itKeepsEmbeddings(store: () => Store): void {
  it('gives vectors back bit by bit, in the order asked for, over shared memory', async () => {
    const set = await openSet(store(), await store().datasets.saveDataset(imageDataset('exact')));
    const vectors = exactVectors(300);
    const imageIndices = Int32Array.from({ length: 300 }, (_, i) => (i * 7) % 300);
    await store().embeddingSets.saveEmbeddings(set.id, { imageIndices, vectors });
    const matrix = await store().embeddingSets.readEmbeddings(set.id, imageIndices);
    expect(matrix.values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([matrix.rows, matrix.dimension]).toEqual([300, DIMENSION]);
    expect(Buffer.compare(Buffer.from(matrix.values.buffer), Buffer.from(vectors.buffer))).toBe(0);
  });

  it('knows which embeddings are missing, so that a stopped extraction goes on, and counts each image once', async () => {
    const set = await openSet(store(), await store().datasets.saveDataset(imageDataset('resume')));
    expect(set.storedCount).toBe(0);
    const batch = { imageIndices: Int32Array.of(5, 3, 9), vectors: exactVectors(3) };
    await store().embeddingSets.saveEmbeddings(set.id, batch);
    await store().embeddingSets.saveEmbeddings(set.id, { ...batch, vectors: new Float32Array(3 * DIMENSION) });
    const missing = await store().embeddingSets.findMissing(set.id, Int32Array.of(9, 8, 5, 1, 3));
    expect([...missing]).toEqual([8, 1]);
    const reopened = await openSet(store(), (await store().datasets.findDatasetByName('resume'))!);
    expect(reopened).toMatchObject({ id: set.id, storedCount: 3, trained: false, engine: 'onnx' });
    const kept = await store().embeddingSets.readEmbeddings(set.id, batch.imageIndices);
    expect([...kept.values]).toEqual([...batch.vectors]);
  });

  it('makes a set of its own for other options', async () => {
    const dataset = await store().datasets.saveDataset(imageDataset('options', 'print', 4));
    const [cls, mean] = await Promise.all([openSet(store(), dataset), openSet(store(), dataset, 'mean')]);
    expect(mean.id).not.toBe(cls.id);
  });

  it('refuses a missing image, a wrong length and a component that is not a number', async () => {
    const set = await openSet(store(), await store().datasets.saveDataset(imageDataset('refusals', 'print', 4)));
    const save = (vectors: Float32Array): Promise<void> =>
      store().embeddingSets.saveEmbeddings(set.id, { imageIndices: Int32Array.of(0), vectors });
    await expect(store().embeddingSets.readEmbeddings(set.id, Int32Array.of(2))).rejects.toThrow(
      /no embedding of image 2/,
    );
    await expect(save(new Float32Array(5))).rejects.toThrow(/takes vectors of 12 components, not 5/);
    await expect(save(new Float32Array(DIMENSION).fill(NaN))).rejects.toThrow(BadInputError);
    await expect(store().embeddingSets.readEmbeddings('set_none', Int32Array.of(0))).rejects.toThrow(NotFoundError);
    expect((await store().embeddingSets.findEmbeddingSet(set.id))?.storedCount).toBe(0);
  });

  it('imports vectors that have no images, once', async () => {
    const columns = {
      names: ['a', 'b'],
      label: { name: 'class', names: [], codes: Int32Array.of(-1, -1) },
      columns: [],
      numbers: [],
    };
    const dataset = await store().datasets.saveVectorDataset('imported.npy', 'f', columns);
    const values = new Float32Array(new SharedArrayBuffer(2 * DIMENSION * 4));
    values.set(exactVectors(2));
    const matrix = { rows: 2, dimension: DIMENSION, values };
    const set = await store().embeddingSets.importEmbeddingSet(dataset, 'mine', matrix);
    expect(set).toMatchObject({ name: 'mine', storedCount: 2, dimension: DIMENSION });
    expect((await store().embeddingSets.importEmbeddingSet(dataset, 'mine', matrix)).id).toBe(set.id);
    const read = await store().embeddingSets.readEmbeddings(set.id, Int32Array.of(0, 1));
    expect([...read.values]).toEqual([...values]);
  });

  // Compared each with each, these take twice as long as writing them; else a fraction of that.
  it('takes over vectors in time that grows with the images, not with their square', { timeout: 60_000 }, async () => {
    const size = 6000;
    const hashes = new Int32Array(8 * size).map((_, at) => (at % 8 === 0 ? at : 0));
    const many = (print: string): ImageDataset => ({
      ...imageDataset('many', print, size),
      contentHashes: new Uint8Array(hashes.buffer),
    });
    const start = performance.now();
    const first = await openSet(store(), await store().datasets.saveDataset(many('one')));
    const imageIndices = Int32Array.from({ length: size }, (_, index) => index);
    await store().embeddingSets.saveEmbeddings(first.id, { imageIndices, vectors: exactVectors(size) });
    const second = await openSet(store(), await store().datasets.saveDataset(many('two')));
    const written = performance.now();
    expect(await store().embeddingSets.adoptEmbeddings(second.id)).toBe(size);
    expect(performance.now() - written).toBeLessThan(written - start);
  });

  it('takes over vectors of the same images from another version of a data set, and from no other choice', async () => {
    const version = (print: string, contents: readonly number[]): ImageDataset => ({
      ...imageDataset('growing', print, contents.length),
      contentHashes: Uint8Array.from({ length: 32 * contents.length }, (_, i) => contents[i >> 5]),
    });
    const first = await openSet(store(), await store().datasets.saveDataset(version('one', [3, 1, 4, 1])));
    const vectors = exactVectors(4);
    await store().embeddingSets.saveEmbeddings(first.id, { imageIndices: Int32Array.of(0, 1, 2, 3), vectors });
    const grown = await store().datasets.saveDataset(version('two', [9, 1, 3, 2]));
    const other = await openSet(store(), grown, 'mean');
    expect(await store().embeddingSets.adoptEmbeddings(other.id)).toBe(0);
    const second = await openSet(store(), grown);
    expect(await store().embeddingSets.adoptEmbeddings(second.id)).toBe(2);
    expect(await store().embeddingSets.adoptEmbeddings(second.id)).toBe(0);
    expect([...(await store().embeddingSets.findMissing(second.id, Int32Array.of(0, 1, 2, 3)))]).toEqual([0, 3]);
    const adopted = await store().embeddingSets.readEmbeddings(second.id, Int32Array.of(2));
    expect([...adopted.values]).toEqual([...vectors.subarray(0, DIMENSION)]);
    expect((await store().embeddingSets.findEmbeddingSet(second.id))?.storedCount).toBe(2);
  });
}
