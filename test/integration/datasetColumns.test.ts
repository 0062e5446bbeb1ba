import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImageDataset } from '../../server/dataset/dataset.ts';
import { openDataset } from '../../server/dataset/openDataset.ts';
import { openStore } from '../../server/storage/openStore.ts';
import { makeImageFolder } from '../support/imageFolder.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

let root: string;
let folder: string;
beforeAll(async () => {
  root = await temporaryFolder();
  folder = await makeImageFolder(join(root, 'images'), 2);
});

const open = (name: string): Promise<ImageDataset> => openDataset(name, { cacheFolder: join(root, 'cache') });
const textsOf = ({ names, codes }: { names: readonly string[]; codes: Int32Array }): string[] =>
  Array.from(codes, (code) => names[code] ?? '');

async function withMetadata<T>(file: string, text: string, use: (dataset: ImageDataset) => T | Promise<T>): Promise<T> {
  await writeFile(join(folder, file), text);
  const dataset = await open(folder);
  try {
    return await use(dataset);
  } finally {
    await dataset.close();
    await rm(join(folder, file));
  }
}

describe('A table beside the images of a folder', () => {
  it('gives numbers, classes and a label, by the names of the files and in any order', async () => {
    const table = [
      'file_name,sharpness,camera,label,caption',
      'red/001.png,-3e2,Leica,warm,',
      'blue/000.png,0.5,"Canon, old",cold,',
      'green/000.png,,Leica,,',
    ].join('\n');
    await withMetadata('metadata.csv', table, (dataset) => {
      // In the order of the files: blue, green, red.
      expect(dataset.numbers).toEqual([{ name: 'sharpness', values: Float64Array.of(0.5, NaN, NaN, NaN, NaN, -300) }]);
      expect(dataset.columns.map(({ name }) => name)).toEqual(['camera']);
      expect(textsOf(dataset.columns[0])).toEqual(['Canon, old', '', 'Leica', '', '', 'Leica']);
      expect(textsOf(dataset.label)).toEqual(['cold', '', '', '', '', 'warm']);
      expect(dataset.failures).toEqual([]);
    });
  });

  it('may be one JSON object a line, whose nested values are left out', async () => {
    const lines = [
      { file_name: 'red/000.png', year: 1999, objects: { bbox: [1, 2] }, indoor: true },
      { file_name: 'red/001.png', year: 2004.5, indoor: false },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join('\n');
    await withMetadata('metadata.jsonl', text, (dataset) => {
      expect(dataset.numbers?.map(({ name, values }) => [name, ...values])).toEqual([
        ['year', NaN, NaN, NaN, NaN, 1999, 2004.5],
      ]);
      expect(textsOf(dataset.columns[0])).toEqual(['', '', '', '', 'true', 'false']);
      // Without a label of its own the folders stay the labels.
      expect(dataset.label.names).toEqual(['blue', 'green', 'red']);
    });
  });

  it('never shadows what points have anyway, and makes another data set when it changes', async () => {
    const first = await withMetadata('metadata.csv', 'file_name,radius\nred/000.png,1\n', (dataset) => {
      expect(dataset.numbers?.map(({ name }) => name)).toEqual(['data_radius']);
      return dataset.fingerprint;
    });
    const second = await withMetadata('metadata.csv', 'file_name,radius\nred/000.png,2\n', (one) => one.fingerprint);
    const none = await open(folder);
    expect(new Set([first, second, none.fingerprint]).size).toBe(3);
    await none.close();
  });

  it.each([
    ['metadata.csv', 'name,x\na,1\n', 'has no column named file_name (its columns are name, x)'],
    ['metadata.csv', 'file_name,x\nred/000.png,1\ngone.png,2\nlost.png,3\n', /"gone.png".*, and 1 more like it/],
    ['metadata.csv', 'file_name,x\nred/000.png,1,2\n', 'cannot be read as CSV'],
    ['metadata.jsonl', '{"file_name": "red/000.png"}\n{broken\n', 'line 2 is no JSON object'],
    ['metadata.csv', '', 'is empty'],
  ])('is told of among the failures where it cannot be used: %s %j', async (file, text, reason) => {
    await withMetadata(file, text, (dataset) => {
      expect(dataset.size).toBe(6);
      expect(dataset.failures).toHaveLength(1);
      expect(dataset.failures[0].file).toBe(file);
      expect(dataset.failures[0].reason).toMatch(reason);
    });
  });
});

describe('A table that is a link', () => {
  it('out of the folder is not read', async () => {
    await writeFile(join(root, 'secret.csv'), 'file_name,x\nred/000.png,7\n');
    await symlink(join(root, 'secret.csv'), join(folder, 'metadata.csv'));
    const dataset = await open(folder);
    expect(dataset.numbers).toEqual([]);
    expect(dataset.failures).toEqual([
      { file: 'metadata.csv', reason: 'is a symbolic link that leads out of the folder' },
    ]);
    await dataset.close();
    await rm(join(folder, 'metadata.csv'));
  });
});

describe('Columns of a Parquet file', () => {
  it('of numbers and of few short texts describe its images; long texts, lists and nested ones are left out', async () => {
    const file = join(root, 'described.parquet');
    const picture = async (shade: number): Promise<Uint8Array> =>
      sharp({ create: { width: 8, height: 8, channels: 3, background: { r: shade, g: 0, b: 0 } } })
        .png()
        .toBuffer();
    parquetWriteFile({
      filename: file,
      columnData: [
        { name: 'image', data: await Promise.all([10, 90, 170].map(picture)), type: 'BYTE_ARRAY' },
        { name: 'label', data: ['a', 'b', 'a'], type: 'STRING' },
        { name: 'score', data: [0.25, null, 4], type: 'DOUBLE', nullable: true },
        { name: 'views', data: [10n, 2n ** 40n, -1n], type: 'INT64' },
        { name: 'style', data: ['oil', 'ink', 'oil'], type: 'STRING' },
        { name: 'caption', data: ['a', 'b', 'c'].map((letter) => letter.repeat(400)), type: 'STRING' },
        { name: 'taken', data: [new Date(0), new Date(1), new Date(2)], type: 'TIMESTAMP' },
      ],
    });
    const dataset = await open(file);
    expect(dataset.numbers?.map(({ name, values }) => [name, ...values])).toEqual([
      ['score', 0.25, NaN, 4],
      ['views', 10, 2 ** 40, -1],
    ]);
    expect(dataset.columns.map((column) => [column.name, ...textsOf(column)])).toEqual([
      ['style', 'oil', 'ink', 'oil'],
    ]);
    expect(textsOf(dataset.label)).toEqual(['a', 'b', 'a']);
    await dataset.close();
  });
});

describe('circle-limit import --columns', () => {
  it('takes a table with a line for each row, and refuses one of another length', async () => {
    const home = join(root, 'home');
    await mkdir(home);
    await writeFile(join(root, 'vectors.csv'), '1,2\n3,4\n5,6\n');
    await writeFile(join(root, 'short.csv'), 'weight\n1\n2\n');
    await writeFile(join(root, 'known.csv'), 'weight,kind\n1,x\n2.5,y\n,x\n');
    const args = ['import', join(root, 'vectors.csv'), '--name', 'three', '--columns'];
    const refused = await runCli([...args, join(root, 'short.csv')], { CIRCLE_LIMIT_HOME: home });
    expect(refused.stderr).toContain('has 2 lines for 3 rows; one line a row is needed');
    const taken = await runCli([...args, join(root, 'known.csv'), '--json'], { CIRCLE_LIMIT_HOME: home });
    expect(taken.code).toBe(0);
    expect(JSON.parse(taken.stdout)).toMatchObject({ rows: 3 });
    const both = await runCli([...args, join(root, 'known.csv'), '--images', folder], { CIRCLE_LIMIT_HOME: home });
    expect(both.stderr).toContain('--columns and --images exclude each other');

    const store = await openStore({ databaseUrl: undefined, home });
    try {
      const [{ id }] = await store.datasets.listDatasets();
      const { columns, numbers } = await store.datasets.readImageColumns(id);
      expect(numbers).toEqual([{ name: 'weight', values: Float64Array.of(1, 2.5, NaN) }]);
      expect(columns.map((column) => [column.name, ...textsOf(column)])).toEqual([['kind', 'x', 'y', 'x']]);
    } finally {
      await store.close();
    }
  });
});
