import { expect, it } from 'vitest';
import { LostClaimError, NotFoundError } from '../../server/errors.ts';
import type { Store } from '../../server/storage/store.ts';
import { exactVectors, imageDataset, newRun, openSet, statistic } from './storeFixtures.ts';

export function itKeepsRuns(store: () => Store): void {
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

export function itKeepsSeries(store: () => Store): void {
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

  it('gives statistics back in order, each iteration once, also one that was done again after a restart', async () => {
    const { id } = await store().runs.createRun(newRun());
    await store().runs.saveStatistics(id, [statistic(1), statistic(2)]);
    await store().runs.saveStatistics(id, [statistic(2), statistic(3)]);
    await store().runs.saveStatistics(id, []);
    expect(await store().runs.readStatistics(id)).toEqual([statistic(1), statistic(2), statistic(3)]);
    expect(await store().runs.readStatistics(id, 2)).toEqual([statistic(3)]);
  });

  it('keeps progress and figures together, and tells what people have changed meanwhile', async () => {
    const { runs } = store();
    const { id, stage } = await runs.createRun(newRun());
    await runs.claimRun(id, 'job/0', []);
    const changes = { name: 'by a person', notes: 'so', tags: ['told'], group: null, archivedAt: new Date(0) };
    await runs.updateRun(id, changes);
    const progress = { stage: { ...stage, done: 2, total: 9 }, iteration: 2 };
    expect(await runs.saveProgress(id, progress, [statistic(1), statistic(2)], 'job/0')).toEqual({
      ...changes,
      priority: 0,
    });
    expect(await runs.findRun(id)).toMatchObject({ ...progress, ...changes });
    const many = Array.from({ length: 10_002 }, (_, i) => statistic(i + 2));
    await runs.saveProgress(id, { ...progress, iteration: 10_003 }, many, 'job/0');
    await runs.saveProgress(id, { ...progress, iteration: 10_003 }, [], 'job/0');
    expect(await runs.readStatistics(id)).toEqual([statistic(1), ...many]);
    const late = runs.saveProgress(id, progress, [statistic(20_000)], 'copy/0');
    await expect(late).rejects.toThrow(LostClaimError);
    expect((await runs.readStatistics(id)).at(-1)?.iteration).toBe(10_003);
    await expect(runs.saveProgress('run_none', progress, [], 'job/0')).rejects.toThrow(NotFoundError);
  });

  it('keeps the newest live layout in single precision until the run ends, and the recall of every point', async () => {
    const { id } = await store().runs.createRun(newRun());
    const layout = (iteration: number) => ({ iteration, coordinates: Float64Array.of(0.5, -0.25, iteration, 0) });
    expect(await store().runs.readLiveFrame(id)).toBeNull();
    await store().runs.saveLiveFrame(id, layout(1));
    await store().runs.saveLiveFrame(id, layout(2));
    expect(await store().runs.readLiveFrame(id)).toEqual(layout(2));
    await store().runs.deleteWorkingState(id);
    expect(await store().runs.readLiveFrame(id)).toBeNull();
    expect(await store().runs.readRecall(id)).toBeNull();
    await store().runs.saveRecall(id, Float32Array.of(0, 0.5, 1));
    expect(await store().runs.readRecall(id)).toEqual(Buffer.from(Float32Array.of(0, 0.5, 1).buffer));
  });

  it('lets one attempt at a time write, so that a process that was taken for dead changes nothing', async () => {
    const { id } = await store().runs.createRun(newRun());
    const { runs } = store();
    expect(await runs.claimRun(id, 'job/0', ['job/0'])).toBe(true);
    expect(await runs.claimRun(id, 'copy/0', ['job/0', 'copy/0'])).toBe(false);
    await runs.updateRun(id, { iteration: 5 }, 'job/0');
    expect(await runs.claimRun(id, 'job/1', ['job/1'])).toBe(true);
    await expect(runs.updateRun(id, { iteration: 6 }, 'job/0')).rejects.toThrow(LostClaimError);
    expect((await runs.updateRun(id, { name: 'by a person' })).iteration).toBe(5);
    await runs.updateRun(id, { worker: null }, 'job/1');
    expect(await runs.claimRun(id, 'copy/0', ['job/1'])).toBe(true);
  });

  it('gives the first run for a key that was used before', async () => {
    const first = await store().runs.createRun(newRun({ idempotencyKey: 'once', priority: 3 }));
    expect(first.priority).toBe(3);
    expect((await store().runs.createRun(newRun({ idempotencyKey: 'once', name: 'again' }))).id).toBe(first.id);
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
    await store().runs.deleteWorkingState(id);
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
      `SELECT ((SELECT count(*) FROM keyframes WHERE run_id = $1) + (SELECT count(*) FROM run_statistics_blocks WHERE run_id = $1)
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
        + (SELECT count(*) FROM image_numbers WHERE dataset_id = $1)
        + (SELECT count(*) FROM embeddings WHERE embedding_set_id = $2))::int AS left`,
      [dataset.id, set.id],
    );
    expect(left.left).toBe(0);
    expect(await store().embeddingSets.findEmbeddingSet(set.id)).toBeNull();
    expect(await store().runs.findRun(run.id)).toBeNull();
  });
}

export function itKeepsShareLinks(store: () => Store): void {
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
    expect(await store().shareLinks.findShareLinkByTokenHash(link.tokenHash)).toMatchObject({ link: created });
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
