import { expect, it } from 'vitest';
import type { ImageDataset } from '../../server/dataset/dataset.ts';
import { BadInputError, NotFoundError } from '../../server/errors.ts';
import type { ModelDescription } from '../../server/extraction/extraction.ts';
import { DEFAULT_PROJECTION_PARAMETERS, type IterationStatistics } from '../../server/storage/run.ts';
import type { EmbeddingSet, NewRun, Store, StoredDataset } from '../../server/storage/store.ts';

const MODEL: ModelDescription = {
  name: 'nano',
  directory: '/models/nano',
  architecture: 'dinov3-vit',
  embeddingSize: 12,
  patchSize: 16,
  resolution: 32,
  parameterCount: 1,
  checksum: 'abc',
  trained: false,
};
const DIMENSION = 12;
const SIZE = 6_001;

function imageDataset(name: string, fingerprint = 'print', size = SIZE): ImageDataset {
  return {
    name,
    kind: 'folder',
    size,
    fingerprint,
    imageSize: { width: 32, height: 24 },
    failures: [{ file: 'broken.png', reason: 'it is empty' }],
    label: {
      name: 'class',
      names: ['ship', 'it\'s "a", {cat}\\', 'ø 🐈'],
      codes: Int32Array.from({ length: size }, (_, i) => (i % 4) - 1),
    },
    columns: [{ name: 'split', names: ['train', 'test'], codes: Int32Array.from({ length: size }, (_, i) => i % 2) }],
    imageName: (index) => `folder, "${String(index)}"`,
    readPixels: () => Promise.reject(new Error('no pixels are needed')),
    close: () => Promise.resolve(),
  };
}

/** Values of every magnitude that float32 has, subnormal ones and −0 among them. */
function exactVectors(rows: number): Float32Array {
  const special = [-0, 1e-45, -1.1754942e-38, 3.4028235e38, -3.4028235e38, 0.1, 1 / 3, 16777217];
  return Float32Array.from(
    { length: rows * DIMENSION },
    (_, i) => special[i % 9] ?? Math.sin(i) * 10 ** ((i % 60) - 30),
  );
}

function openSet(store: Store, dataset: StoredDataset, pooling: 'cls' | 'mean' = 'cls'): Promise<EmbeddingSet> {
  return store.embeddingSets.openEmbeddingSet(
    dataset,
    MODEL,
    { pooling, resolution: 32, normalize: true },
    'onnx',
    DIMENSION,
  );
}

function newRun(changes: Partial<NewRun> = {}): NewRun {
  return {
    name: 'first',
    request: { datasetName: 'emoji', modelName: 'nano', limit: 100, pooling: 'cls', resolution: null },
    parameters: { ...DEFAULT_PROJECTION_PARAMETERS, curvatureScale: 2.5, seed: 7 },
    embeddingSetId: null,
    ...changes,
  };
}

const statistic = (iteration: number, loss = 1 / iteration): IterationStatistics => ({
  iteration,
  loss,
  gradientNorm: 0.1 * iteration,
  curvatureScale: 1.5,
  exaggeration: 12,
  recallAt15: iteration % 2 === 0 ? loss : null,
});

/** What every store must do, whatever it runs on. `store` is read when a test runs. */
export function describeStore(store: () => Store): void {
  itKeepsDatasets(store);
  itKeepsEmbeddings(store);
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
    expect(columns.names).toEqual(Array.from({ length: SIZE }, (_, i) => dataset.imageName(i)));
    expect(columns.label).toEqual(dataset.label);
    expect(columns.columns).toEqual(dataset.columns);
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
}

function itKeepsRuns(store: () => Store): void {
  it('gives a run back as it was created and changed', async () => {
    const run = await store().runs.createRun(newRun());
    expect(run).toMatchObject({ ...newRun(), status: 'QUEUED', notes: '', tags: [], quality: null, failure: null });
    const changes = {
      status: 'FAILED',
      tags: ['a', 'b'],
      group: 'g',
      archivedAt: new Date('2026-01-03T00:00:00.000Z'),
      notes: 'n',
      pointCount: 10,
      iteration: 3,
      stage: { name: 'Optimizing', done: 1, total: 2, unit: 'iterations', ratePerSecond: 0.5, etaSeconds: null },
      failure: { code: 'INTERNAL', message: 'it broke' },
      provenance: { engine: 'onnx', seconds: { extraction: 1.25 } },
      startedAt: new Date('2026-01-02T03:04:05.678Z'),
    } as const;
    expect(await store().runs.updateRun(run.id, changes)).toMatchObject(changes);
    expect(await store().runs.updateRun(run.id, { failure: null })).toMatchObject({ ...changes, failure: null });
    expect(await store().runs.findRun('run_none')).toBeNull();
    await expect(store().runs.updateRun('run_none', { notes: '' })).rejects.toThrow(NotFoundError);
    await expect(store().runs.createRun(newRun({ embeddingSetId: 'set_none' }))).rejects.toThrow(NotFoundError);
  });

  it('lists runs newest first, in pages that stay the same while runs are added', async () => {
    const ids: string[] = [];
    const filter = { tag: 'paged' };
    const add = async (): Promise<void> => {
      const run = await store().runs.createRun(newRun());
      await store().runs.updateRun(run.id, { tags: ['paged'] });
      ids.unshift(run.id);
    };
    for (let i = 0; i < 5; i++) await add();
    const first = await store().runs.listRuns({ first: 2 }, filter);
    expect(first).toMatchObject({ totalCount: 5, hasNextPage: true });
    const expected = [...ids];
    await add();
    const second = await store().runs.listRuns({ first: 3, after: first.items[1].cursor }, filter);
    expect([...first.items, ...second.items].map((item) => item.value.id)).toEqual(expected);
    expect(second.hasNextPage).toBe(false);
    await expect(store().runs.listRuns({ first: 2, after: 'nonsense' })).rejects.toThrow(/not a cursor/);
  });

  it('filters runs by status, names, tag and a part of the name in which % is a plain character', async () => {
    const make = async (
      name: string,
      datasetName: string,
      status: 'DONE' | 'PAUSED' | 'OPTIMIZING',
    ): Promise<string> => {
      const run = await store().runs.createRun(newRun({ name, request: { ...newRun().request, datasetName } }));
      return (await store().runs.updateRun(run.id, { status, tags: ['filter'] })).id;
    };
    const done = await make('Fifty 50% of it', 'cifar10', 'DONE');
    const paused = await make('fifty 500 of it', 'cifar10', 'PAUSED');
    const moving = await make('another', 'other', 'OPTIMIZING');
    const list = async (filter: object): Promise<string[]> =>
      (await store().runs.listRuns({ first: 9 }, { tag: 'filter', ...filter })).items.map((item) => item.value.id);
    expect(await list({ search: '50%' })).toEqual([done]);
    expect(await list({ search: 'FIFTY' })).toEqual([paused, done]);
    expect(await list({ datasetName: 'other' })).toEqual([moving]);
    await store().runs.updateRun(paused, { group: 'a sweep', archivedAt: new Date(0) });
    expect(await list({ group: 'a sweep' })).toEqual([paused]);
    expect(await list({ archived: true })).toEqual([paused]);
    expect(await list({ archived: false })).toEqual([moving, done]);
    await store().runs.updateRun(paused, { group: null, archivedAt: null });
    expect(await list({ archived: true })).toEqual([]);
    expect(await list({ statuses: ['DONE', 'OPTIMIZING'] })).toEqual([moving, done]);
    const unfinished = (await store().runs.listUnfinishedRuns()).map((run) => run.id);
    expect(unfinished).toContain(moving);
    expect(unfinished).not.toContain(paused);
    expect(unfinished).not.toContain(done);
  });
}

function itKeepsSeries(store: () => Store): void {
  it('gives keyframes back exactly, the newest at or before an iteration', async () => {
    const { id } = await store().runs.createRun(newRun());
    const layout = (seed: number): Float64Array => Float64Array.from({ length: 2_000 }, (_, i) => Math.sin(i + seed));
    for (const iteration of [0, 50, 100])
      await store().runs.saveKeyframe(id, { iteration, coordinates: layout(iteration) });
    await store().runs.saveKeyframe(id, { iteration: 50, coordinates: layout(51) });
    expect(await store().runs.listKeyframes(id)).toEqual([0, 50, 100]);
    expect(await store().runs.readKeyframe(id, 99)).toEqual({ iteration: 50, coordinates: layout(51) });
    expect(await store().runs.readKeyframe(id)).toEqual({ iteration: 100, coordinates: layout(100) });
    expect(await store().runs.readKeyframe('run_none')).toBeNull();
    await expect(store().runs.saveKeyframe('run_none', { iteration: 1, coordinates: layout(1) })).rejects.toThrow(
      NotFoundError,
    );
  });

  it('gives statistics back in order; an iteration done again replaces its figures', async () => {
    const { id } = await store().runs.createRun(newRun());
    await store().runs.saveStatistics(id, [statistic(1), statistic(2)]);
    await store().runs.saveStatistics(id, [statistic(2, 0.25), statistic(3)]);
    await store().runs.saveStatistics(id, []);
    expect(await store().runs.readStatistics(id)).toEqual([statistic(1), statistic(2, 0.25), statistic(3)]);
  });

  it('keeps exactly one checkpoint of a run, whole, however long it is', async () => {
    const { id } = await store().runs.createRun(newRun());
    const state = Uint8Array.from({ length: 3_000_001 }, (_, i) => (i * 31) % 251);
    expect(await store().runs.readCheckpoint(id)).toBeNull();
    await store().runs.saveCheckpoint(id, { iteration: 10, state });
    const read = await store().runs.readCheckpoint(id);
    expect(read?.iteration).toBe(10);
    expect(Buffer.compare(read!.state, state)).toBe(0);
    await store().runs.saveCheckpoint(id, { iteration: 20, state: state.subarray(0, 5) });
    expect(await store().runs.readCheckpoint(id)).toEqual({ iteration: 20, state: state.slice(0, 5) });
    await store().runs.deleteCheckpoint(id);
    expect(await store().runs.readCheckpoint(id)).toBeNull();
  });

  it('deletes with a run all that belongs to it', async () => {
    const { id } = await store().runs.createRun(newRun());
    const other = await store().runs.createRun(newRun());
    await store().runs.saveKeyframe(id, { iteration: 1, coordinates: new Float64Array(4) });
    await store().runs.saveStatistics(id, [statistic(1)]);
    await store().runs.saveCheckpoint(id, { iteration: 1, state: new Uint8Array(9) });
    const tokenHash = Buffer.from(`deleted ${id}`);
    await store().shareLinks.createShareLink({ tokenHash, runIds: [other.id, id], viewState: '', expiresAt: null });
    await store().runs.deleteRun(id);
    const [left] = await store().sql.query<{ left: number }>(
      `SELECT ((SELECT count(*) FROM keyframes WHERE run_id = $1) + (SELECT count(*) FROM run_statistics WHERE run_id = $1)
        + (SELECT count(*) FROM run_checkpoints WHERE run_id = $1) + (SELECT count(*) FROM runs WHERE id = $1))::int AS left`,
      [id],
    );
    expect(left.left).toBe(0);
    expect(await store().shareLinks.findShareLinkByTokenHash(tokenHash)).toBeNull();
    expect(await store().runs.findRun(other.id)).not.toBeNull();
    await expect(store().runs.deleteRun(id)).rejects.toThrow(NotFoundError);
  });

  it('deletes with a data set its images, embeddings and runs', async () => {
    const dataset = await store().datasets.saveDataset(imageDataset('to delete', 'print', 10));
    const set = await openSet(store(), dataset);
    await store().embeddingSets.saveEmbeddings(set.id, { imageIndices: Int32Array.of(1), vectors: exactVectors(1) });
    const run = await store().runs.createRun(newRun({ embeddingSetId: set.id }));
    await store().sql.query('DELETE FROM datasets WHERE id = $1', [dataset.id]);
    const [left] = await store().sql.query<{ left: number }>(
      `SELECT ((SELECT count(*) FROM images WHERE dataset_id = $1) + (SELECT count(*) FROM labels WHERE dataset_id = $1)
        + (SELECT count(*) FROM image_columns WHERE dataset_id = $1)
        + (SELECT count(*) FROM embeddings WHERE embedding_set_id = $2))::int AS left`,
      [dataset.id, set.id],
    );
    expect(left.left).toBe(0);
    expect(await store().embeddingSets.findEmbeddingSet(set.id)).toBeNull();
    expect(await store().runs.findRun(run.id)).toBeNull();
  });
}

function itKeepsShareLinks(store: () => Store): void {
  it('finds a share link by its token hash, notes its use and keeps the time of its revocation', async () => {
    const [left, right] = [await store().runs.createRun(newRun()), await store().runs.createRun(newRun())];
    const link = {
      tokenHash: new Uint8Array(32).fill(left.id.charCodeAt(9)),
      runIds: [right.id, left.id],
      viewState: 'zoom=2',
      expiresAt: new Date('2030-01-01T00:00:00.000Z'),
    };
    const created = await store().shareLinks.createShareLink(link);
    expect(created).toMatchObject({
      runIds: link.runIds,
      viewState: 'zoom=2',
      expiresAt: link.expiresAt,
      revokedAt: null,
    });
    expect(await store().shareLinks.findShareLinkByTokenHash(link.tokenHash)).toEqual(created);
    expect((await store().shareLinks.listShareLinks(left.id)).map((found) => found.id)).toEqual([created.id]);
    await store().shareLinks.touchShareLink(created.id);
    const revoked = await store().shareLinks.revokeShareLink(created.id);
    expect(revoked.lastUsedAt).toBeInstanceOf(Date);
    expect(revoked.revokedAt).toBeInstanceOf(Date);
    expect((await store().shareLinks.revokeShareLink(created.id)).revokedAt).toEqual(revoked.revokedAt);
    await expect(store().shareLinks.revokeShareLink('share_none')).rejects.toThrow(NotFoundError);
    await expect(
      store().shareLinks.createShareLink({ ...link, tokenHash: new Uint8Array(32), runIds: ['run_none'] }),
    ).rejects.toThrow(NotFoundError);
    expect(await store().shareLinks.findShareLinkByTokenHash(new Uint8Array(32))).toBeNull();
  });
}
