import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import { beforeAll, describe, expect, it } from 'vitest';
import { atomicWrite, atomicWriteWith } from '../../server/formats/atomicWrite.ts';
import { writeCsvLayout } from '../../server/formats/csv.ts';
import { encodeLabelsNpy, labelsFromStrings } from '../../server/formats/labels.ts';
import { encodeParquetLayout, ParquetTableReader } from '../../server/formats/parquet.ts';
import { readEmbeddings, readLabels } from '../../server/formats/readTables.ts';
import { packageRoot } from '../../server/paths.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/** Two labels, of which a page says that the first is there a thousand million times. */
const HOSTILE = 'test/fixtures/fuzz/parquet.run-beyond-all-rows';

/** Two columns, in both of which the library fails. */
const TWO_DAMAGED = 'test/fixtures/fuzz/parquet.two-columns-damaged';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('embeddings in CSV', () => {
  it('are read with and without a header, leaving descriptive columns out', async () => {
    const bare = await readEmbeddings(await write('bare.csv', '1,2.5\r\n-3e-2,4\r\n'));
    expect(bare).toMatchObject({ rows: 2, dimension: 2 });
    expect([...bare.values]).toEqual([1, 2.5, Math.fround(-0.03), 4]);
    expect(bare.values.buffer).toBeInstanceOf(SharedArrayBuffer);
    const headed = await readEmbeddings(
      await write('headed.csv', '\ufeffindex,e0,e1,label\n7,1,2,"a, b"\n8,3,4,c\n\n'),
    );
    expect([...headed.values]).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['text.csv', '1,2\n3,four\n', /text\.csv: line 2, column 2 is "four"; a finite number is expected/],
    ['nan.csv', '1,2\n3,NaN\n', /line 2, column 2 is "NaN"/],
    ['nanFirst.csv', 'nan,2\n3,1\n', /line 1, column 1 is "nan"/],
    ['huge.csv', '1,2\n3,1e39\n', /line 2, column 2 is "1e39"/],
    ['ragged.csv', '1,2\n3\n', /cannot be read as CSV \(Invalid Record Length: expect 2, got 1 on line 2\)/],
    ['quote.csv', '1,2\n"3,4\n', /cannot be read as CSV/],
    ['empty.csv', '', /holds no vectors/],
    ['headerOnly.csv', 'a,b\n', /holds no vectors/],
    ['wrong.txt', '1,2', /\.npy, \.npz, \.csv or \.parquet/],
  ])('%s is refused, saying where', async (name, content, reason) => {
    const reading = readEmbeddings(await write(name, content));
    await expect(reading).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(reason) as string,
    });
  });
});

describe('embeddings in Parquet', () => {
  it('are read from columns of floats, over several row groups', async () => {
    const file = join(folder, 'scalars.parquet');
    const length = 2500;
    parquetWriteFile({
      filename: file,
      rowGroupSize: 1000,
      columnData: [
        { name: 'id', data: Int32Array.from({ length }, (_, i) => i), type: 'INT32' },
        { name: 'e0', data: Float32Array.from({ length }, (_, i) => i / 4), type: 'FLOAT' },
        { name: 'label', data: Array.from({ length }, (_, i) => (i % 2 ? 'odd' : 'even')), type: 'STRING' },
        { name: 'e1', data: Float64Array.from({ length }, (_, i) => -i), type: 'DOUBLE' },
      ],
    });
    const { rows, dimension, values } = await readEmbeddings(file);
    expect({ rows, dimension }).toEqual({ rows: length, dimension: 2 });
    expect([...values]).toEqual(Array.from({ length }, (_, i) => [i / 4, -i]).flat());
    expect((await readLabels(file, length)).names).toEqual(['even', 'odd']);
  });

  it('are read from one column of lists', async () => {
    const file = join(folder, 'lists.parquet');
    writeLists(file, [
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const { rows, dimension, values } = await readEmbeddings(file);
    expect({ rows, dimension, values: [...values] }).toEqual({ rows: 2, dimension: 3, values: [1, 2, 3, 4, 5, 6] });
  });

  it('are refused when lists differ in length, a value is missing, or the file is none', async () => {
    const file = join(folder, 'bad.parquet');
    writeLists(file, [
      [1, 2, 3],
      [4, 5],
    ]);
    await expect(readEmbeddings(file)).rejects.toThrow(/row 1 of column vector has 2 values; the rows before have 3/);
    parquetWriteFile({ filename: file, columnData: [{ name: 'e', data: [1.5, null], type: 'DOUBLE' }] });
    await expect(readEmbeddings(file)).rejects.toThrow(/row 1, column e is (null|undefined)/);
    parquetWriteFile({ filename: file, columnData: [{ name: 'text', data: ['a'], type: 'STRING' }] });
    await expect(readEmbeddings(file)).rejects.toThrow(/neither a column of lists of floats nor columns of floats/);
    await writeFile(file, 'not parquet at all');
    await expect(readEmbeddings(file)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('are given up in one line, in time and memory of their own, when a page claims more than it can hold', async () => {
    const file = await write('hostile.parquet', await readFile(join(packageRoot, HOSTILE)));
    const before = process.memoryUsage().rss;
    await expect(readLabels(file, 2)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^\S+hostile\.parquet: .* it is damaged/) as string,
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
    const impatient = new ParquetTableReader(1000);
    await expect(impatient.readLabels(file)).rejects.toThrow('hostile.parquet: reading was given up after 1 s');
    // The next file has a reader again.
    expect((await impatient.readEmbeddings(file)).rows).toBe(2);
    await impatient.close();
    await expect(impatient.readLabels(file)).rejects.toThrow('hostile.parquet: its reader was closed');
  });

  it('are refused when several columns are damaged, and the next file is read by the same reader', async () => {
    const reader = new ParquetTableReader();
    const whole = join(packageRoot, 'test/fixtures/datasets/plain.parquet');
    await expect(reader.readEmbeddings(join(packageRoot, TWO_DAMAGED))).rejects.toThrow(/row 1, column x/);
    await expect(reader.readEmbeddings(whole)).rejects.toThrow(/has neither a column of lists/);
    await reader.close();
  });
});

function writeLists(filename: string, data: number[][]): void {
  parquetWriteFile({
    filename,
    columnData: [{ name: 'vector', data }],
    schema: [
      { name: 'root', num_children: 1 },
      { name: 'vector', converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' },
    ],
  });
}

describe('labels', () => {
  it('are read from a column named label or from an only column', async () => {
    const table = await readLabels(await write('table.csv', 'file,label\na.png,cat\nb.png,dog\nc.png,\n'), 3);
    expect([table.names, [...table.codes]]).toEqual([
      ['cat', 'dog'],
      [0, 1, -1],
    ]);
    expect((await readLabels(await write('only.csv', '3\n1\n3\n'), 3)).names).toEqual(['1', '3']);
    expect((await readLabels(await write('headed.csv', 'label\n3\n1\n'), 2)).names).toEqual(['1', '3']);
  });

  it('are refused when they are not one a vector, or in an unnamed column', async () => {
    await expect(readLabels(await write('few.csv', 'label\na\n'), 2)).rejects.toThrow(/holds 1 labels for 2 vectors/);
    await expect(readLabels(await write('wide.csv', 'a,b\n1,2\n'), 1)).rejects.toThrow(/has no column named label/);
    const broken = await write('broken.csv', `"a\nb","${'c'.repeat(3000)}"\n1,2\n`);
    await expect(readLabels(broken, 1)).rejects.toThrow(/^[^\n]{0,400}its first line is a\\nb, c+…\)$/);
  });

  it('come back from the .npy file that was written', async () => {
    for (const values of [
      ['3', '1', '-1', '3'],
      ['cat', '', 'dog'],
      ['', ''],
    ]) {
      const labels = labelsFromStrings(values);
      const read = await readLabels(await write('labels.npy', encodeLabelsNpy(labels)), values.length);
      expect(read).toEqual(labels);
    }
  });
});

describe('layouts', () => {
  const table = {
    positions: Float64Array.of(0.1, -0.2, 1 / 3, 2e-17),
    labels: labelsFromStrings(['a "b", c', '']),
    imageIndices: Int32Array.of(4, 9),
  };

  it('are written as CSV with exactly index, x, y and label', async () => {
    const file = join(folder, 'layout.csv');
    const destination = createWriteStream(file);
    await writeCsvLayout(table, destination);
    await new Promise((resolve) => destination.end(resolve));
    expect(await readFile(file, 'utf8')).toBe(
      'index,x,y,label\n4,0.1,-0.2,"a ""b"", c"\n9,0.3333333333333333,2e-17,\n',
    );
  });

  it('are written as Parquet that reads back', async () => {
    const file = await write('layout.parquet', encodeParquetLayout(table));
    expect([...(await readEmbeddings(file)).values]).toEqual([...Float32Array.from(table.positions)]);
    expect(await readLabels(file, 2)).toEqual(table.labels);
  });
});

describe('atomic writing', () => {
  it('replaces the old content and makes missing folders', async () => {
    const file = join(folder, 'deep', 'er', 'a.txt');
    await atomicWrite(file, 'old');
    await atomicWrite(file, 'new');
    expect(await readFile(file, 'utf8')).toBe('new');
  });

  it('leaves the old file and nothing else when writing fails', async () => {
    const file = join(folder, 'kept', 'a.txt');
    await atomicWrite(file, 'old');
    const failing = atomicWriteWith(file, async (handle) => {
      await handle.write('half');
      throw new Error('disk on fire');
    });
    await expect(failing).rejects.toThrow('disk on fire');
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(join(folder, 'kept'))).toEqual(['a.txt']);
  });

  it('says plainly why a place cannot be written to', async () => {
    const blocked = join(folder, 'blocked');
    await mkdir(blocked);
    await writeFile(join(blocked, 'file'), '');
    await expect(atomicWrite(join(blocked, 'file', 'x.txt'), '')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
