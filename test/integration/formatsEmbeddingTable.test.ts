import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMBEDDING_FORMATS, writeEmbeddings } from '../../server/formats/embeddingTable.ts';
import { labelAt, labelsFromStrings } from '../../server/formats/labels.ts';
import { readEmbeddings, readLabels } from '../../server/formats/readTables.ts';
import { packageRoot } from '../../server/paths.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const fixture = (name: string): string => join(packageRoot, 'test/fixtures/npy', name);
let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

describe('.npz archives written by numpy', () => {
  it.each(['plain', 'compressed'])('%s.npz gives embeddings and labels', async (name) => {
    const { rows, dimension, values } = await readEmbeddings(fixture(`${name}.npz`));
    expect([rows, dimension, ...values]).toEqual([2, 3, 0.5, -1.25, 3, 65504, 2 ** -14, 2 ** -24]);
    expect((await readLabels(fixture(`${name}.npz`), 2)).names).toEqual(['cat', 'dog']);
  });

  it('without names are told apart by their dimensions', async () => {
    expect((await readEmbeddings(fixture('unnamed.npz'))).values[3]).toBe(65504);
    expect((await readLabels(fixture('unnamed.npz'), 2)).names).toEqual(['3', '5']);
  });

  it('are refused when several arrays could be meant, or when they are no archive', async () => {
    await expect(readEmbeddings(fixture('ambiguous.npz'))).rejects.toThrow(/holds a, b; one array of embeddings/);
    const file = join(folder, 'text.npz');
    await writeFile(file, 'not an archive');
    await expect(readEmbeddings(file)).rejects.toThrow(`${file}: cannot be read as an .npz archive`);
  });
});

describe('Embeddings written with labels and names', () => {
  it.each(EMBEDDING_FORMATS)('as %s read back as the same bits and labels', async (format) => {
    const [rows, dimension] = [1203, 7];
    const values = Float32Array.from({ length: rows * dimension }, (_, i) => Math.sin(i) * 10 ** ((i % 60) - 30));
    const texts = Array.from({ length: rows }, (_, row) => ['', 'cat', 'a "dog", ø 🐈'][row % 3]);
    const file = join(folder, `table.${format}`);
    const names = texts.map((_, row) => `train/${row}.png`);
    await writeEmbeddings(file, { vectors: { rows, dimension, values }, labels: labelsFromStrings(texts), names });
    const read = await readEmbeddings(file);
    expect([read.rows, read.dimension]).toEqual([rows, dimension]);
    expect(Buffer.compare(Buffer.from(read.values.buffer), Buffer.from(values.buffer))).toBe(0);
    if (format !== 'npy') {
      const labels = await readLabels(file, rows);
      expect(texts.map((_, row) => labelAt(labels, row))).toEqual(texts);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('as Parquet are the same after several row groups', async () => {
    // 1024 values a row: 1024 rows a group.
    const [rows, dimension] = [1100, 1024];
    const values = Float32Array.from({ length: rows * dimension }, (_, i) => i % 997);
    const names = Array.from({ length: rows }, (_, row) => `${row}.png`);
    const file = join(folder, 'groups.parquet');
    const labels = labelsFromStrings(names.map((_, row) => `class ${row % 7}`));
    await writeEmbeddings(file, { vectors: { rows, dimension, values }, labels, names });
    expect((await parquetMetadataAsync(await asyncBufferFromFile(file))).row_groups).toHaveLength(2);
    const read = await readEmbeddings(file);
    expect(Buffer.compare(Buffer.from(read.values.buffer), Buffer.from(values.buffer))).toBe(0);
    expect(labelAt(await readLabels(file, rows), 1099)).toBe('class 0');
  });
});
