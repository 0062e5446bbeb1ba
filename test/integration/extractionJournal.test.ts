import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedBatch } from '../../server/extraction/extraction.ts';
import { ExtractionJournal, type JournalIdentity } from '../../server/extraction/extractionJournal.ts';

const IDENTITY: JournalIdentity = {
  dataset: 'abc',
  model: 'def',
  pooling: 'cls',
  resolution: 32,
  interpolation: 'bilinear',
  normalize: false,
  dimension: 3,
};
const FIRST: EmbeddedBatch = { imageIndices: Int32Array.of(4, 7), vectors: Float32Array.of(1, 2, 3, 4, 5, 6) };
const SECOND: EmbeddedBatch = { imageIndices: Int32Array.of(9), vectors: Float32Array.of(7, 8, 9) };

describe('The extraction journal', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journal-'));
    path = join(folder, 'out.npy.partial');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function reopen(identity = IDENTITY): Promise<EmbeddedBatch[]> {
    const found: EmbeddedBatch[] = [];
    const journal = await ExtractionJournal.open(path, identity, (batch) => found.push(batch));
    await journal.close();
    return found;
  }

  async function write(...batches: EmbeddedBatch[]): Promise<void> {
    const journal = await ExtractionJournal.open(path, IDENTITY, () => undefined);
    for (const batch of batches) await journal.append(batch);
    await journal.close();
  }

  it('gives back every finished batch when it is opened again', async () => {
    await write(FIRST, SECOND);
    expect(await reopen()).toEqual([FIRST, SECOND]);
  });

  it('drops a record that a crash cut short and keeps those before it', async () => {
    await write(FIRST, SECOND);
    await truncate(path, (await stat(path)).size - 5);
    expect(await reopen()).toEqual([FIRST]);
    await write(SECOND);
    expect(await reopen()).toEqual([FIRST, SECOND]);
  });

  it('starts anew when it belongs to another model', async () => {
    await write(FIRST);
    expect(await reopen({ ...IDENTITY, model: 'other' })).toEqual([]);
    expect((await readFile(path)).toString('latin1')).toContain('"model":"other"');
  });
});
