import { copyFile, mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { crc32, createGzip } from 'node:zlib';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import type { ImageDataset } from '../../server/dataset/dataset.ts';
import { openDataset, requireDataset } from '../../server/dataset/openDataset.ts';
import { packageRoot } from '../../server/paths.ts';
import { makeImageFolder } from '../support/imageFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

// The archives and tables were made by Python's zipfile and tarfile and by pyarrow: test/fixtures/datasets/make.py.
const fixture = (name: string): string => join(packageRoot, 'test/fixtures/datasets', name);
let root: string;
let cacheFolder: string;
beforeAll(async () => {
  root = await temporaryFolder();
  cacheFolder = join(root, 'cache');
});

const open = (name: string, onProgress?: () => void): Promise<ImageDataset> =>
  openDataset(name, { cacheFolder, onProgress });
const namesOf = (dataset: ImageDataset): string[] =>
  Array.from({ length: dataset.size }, (_, index) => dataset.imageName(index));
const labelsOf = ({ label }: ImageDataset): string[] => [...label.codes].map((code) => label.names[code] ?? '');
const colorOf = async (dataset: ImageDataset, index: number): Promise<string> => {
  const { data } = await dataset.readPixels(index);
  const [red, green, blue] = data.subarray(data.length - 3);
  return red > 180 ? 'red' : green > 140 ? 'green' : blue > 180 ? 'blue' : 'none';
};

describe('A zip archive', () => {
  it('gives its images in order, with the first folder that is not common to all as label', async () => {
    const dataset = await open(fixture('photos.zip'));
    expect([dataset.kind, dataset.size, dataset.label.names]).toEqual(['archive', 9, ['blue', 'green', 'red']]);
    expect(dataset.imageSize).toEqual({ width: 12, height: 8 });
    for (let index = 0; index < dataset.size; index++) {
      expect(await colorOf(dataset, index)).toBe(labelsOf(dataset)[index]);
    }
    await dataset.close();
  });

  it('lists what is no picture and what has a name that leads out of it, and reads neither', async () => {
    const dataset = await open(fixture('photos.zip'));
    const reasons = new Map(dataset.failures.map(({ file, reason }) => [file, reason]));
    expect([...reasons.keys()].sort()).toEqual(['../outside.png', 'photos/broken.png']);
    expect(reasons.get('../outside.png')).toBe('has a name that leads out of the archive');
    expect(namesOf(dataset).some((name) => name.includes('..'))).toBe(false);
    await dataset.close();
  });

  it('is refused in one sentence when it is cut short', async () => {
    const file = join(root, 'cut.zip');
    await copyFile(fixture('photos.zip'), file);
    await truncate(file, 700);
    await expect(open(file)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(open(file)).rejects.toThrow(`${file}: cannot be read as a zip archive`);
  });

  it('does not decode an image of more pixels than the limit', async () => {
    const zip = new ZipFile();
    const small = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    zip.addBuffer(withPngSize(small, 20_000, 20_000), 'bomb.png');
    zip.addBuffer(small, 'a.png');
    zip.end();
    const file = join(root, 'bomb.zip');
    await pipeline(zip.outputStream, createWriteStream(file));
    const dataset = await open(file);
    expect(namesOf(dataset)).toEqual(['a.png']);
    expect(dataset.failures).toHaveLength(1);
    expect(dataset.failures[0].reason).toMatch(/pixel/);
    await dataset.close();
  });
});

describe('Tar archives in the WebDataset layout', () => {
  it.each(['shard-{000000..000001}.tar', 'shards'])('are the shards of one data set: %s', async (name) => {
    const folder = join(root, 'shards');
    await mkdir(folder, { recursive: true });
    for (const shard of ['shard-000000.tar', 'shard-000001.tar']) await copyFile(fixture(shard), join(folder, shard));
    const dataset = await open(name === 'shards' ? folder : join(folder, name));
    expect(dataset.size).toBe(6);
    expect(namesOf(dataset)[4]).toBe('shard-000001.tar/sample11.jpg');
    expect(labelsOf(dataset)).toEqual(['7', '8', '7', '7', '8', '7']);
    expect(await colorOf(dataset, 5)).toBe('green');
    await dataset.close();
  });

  it('are read from .tar.gz too, with long names, and links are not followed', async () => {
    const dataset = await open(fixture('photos.tar.gz'));
    expect(namesOf(dataset)).toEqual(['pictures/red/1.png', `pictures/${'a'.repeat(150)}/é.png`]);
    expect(labelsOf(dataset)).toEqual(['red', 'a'.repeat(150)]);
    expect(await Promise.all([colorOf(dataset, 0), colorOf(dataset, 1)])).toEqual(['red', 'blue']);
    expect(dataset.failures).toEqual([
      { file: 'pictures/red/link.png', reason: 'is a link, which is not followed in an archive' },
    ]);
    await dataset.close();
  });

  it('are refused when a shard is missing, cut short, or unpacks to far more than it is long', async () => {
    await expect(open(join(root, 'shards', 'shard-{000000..000002}.tar'))).rejects.toThrow(
      /shard-000002.tar is missing/,
    );
    const cut = join(root, 'cut.tar');
    await copyFile(fixture('shard-000000.tar'), cut);
    await truncate(cut, 1300);
    await expect(open(cut)).rejects.toThrow(`${cut}: cannot be read as a tar archive`);
    const bomb = join(root, 'bomb.tar.gz');
    const zeros = Array.from({ length: 64 }, () => Buffer.alloc(1 << 20));
    await pipeline(Readable.from(zeros), createGzip(), createWriteStream(bomb));
    await expect(open(bomb)).rejects.toThrow(/unpacks to more than 100 times its length/);
    const unpacked = await readdir(join(cacheFolder, 'unpacked'));
    expect(unpacked.every((file) => /^[0-9a-f]{32}\.tar$/.test(file))).toBe(true);
  });
});

describe('Parquet files in the form of Hugging Face', () => {
  it('give images, named classes and splits, and list rows without a picture', async () => {
    const dataset = await open(fixture('hub'));
    expect([dataset.kind, dataset.size]).toEqual(['parquet', 12]);
    expect(dataset.label.names).toEqual(['crimson', 'leaf', 'sea']);
    expect([...dataset.label.codes]).toEqual([0, 1, 2, 0, 1, 2, 0, 2, 0, 1, 2, 0]);
    expect(dataset.columns[0]).toMatchObject({ name: 'split', names: ['test', 'train'] });
    expect([...dataset.columns[0].codes]).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(dataset.failures.map(({ file }) => file)).toEqual(['train-00000-of-00001.parquet/4.png']);
    const colors = ['red', 'green', 'blue'];
    // Backward too: rows of another group than the one read last.
    for (const index of [0, 11, 3, 7, 2])
      expect(await colorOf(dataset, index)).toBe(colors[dataset.label.codes[index]]);
    await dataset.close();
  });

  it('are read with a plain column of bytes, and a label that may be missing', async () => {
    const dataset = await open(fixture('plain.parquet'));
    expect(labelsOf(dataset)).toEqual(['a', '', 'b']);
    expect(namesOf(dataset)[1]).toBe('row 1');
    await dataset.close();
  });

  it('are refused without a column of images, or when they are no Parquet', async () => {
    await expect(open(fixture('noimages.parquet'))).rejects.toThrow(/has no column of images \(it has x\)/);
    const file = join(root, 'text.parquet');
    await writeFile(file, 'not a table at all, but long enough');
    await expect(open(file)).rejects.toThrow(`${file}: cannot be read as Parquet`);
    await expect(requireDataset(fixture('make.py'))).rejects.toThrow(
      /is a file, not a folder, an archive or a Parquet/,
    );
  });
});

describe('What is known of a source of images', () => {
  it('is remembered: a second opening reads no image, and a changed file alone is read again', async () => {
    const folder = await makeImageFolder(join(root, 'remembered'), 3);
    const first = await open(folder);
    // Content that no longer is a picture, under the old size and time: only a reader would notice.
    const file = join(folder, 'red', '001.png');
    const { size, atime, mtime } = await stat(file);
    const content = await readFile(file);
    await utimes(file, atime, mtime);
    const dated = await open(folder);
    expect(dated.fingerprint).toBe(first.fingerprint);
    await writeFile(file, Buffer.alloc(size));
    await utimes(file, atime, mtime);
    expect((await open(folder)).fingerprint).toBe(first.fingerprint);
    await writeFile(file, Buffer.concat([content, Buffer.from('more')]));
    const changed = await open(folder);
    expect([changed.size, changed.fingerprint === first.fingerprint]).toEqual([9, false]);
    await rm(file);
    expect((await open(folder)).size).toBe(8);
  });

  it.each(['photos.zip', 'photos.tar.gz', 'hub', 'plain.parquet'])(
    'gives the same data set again for %s',
    async (name) => {
      const first = await open(fixture(name));
      let indexed = 0;
      const second = await open(fixture(name), () => indexed++);
      expect(second.fingerprint).toBe(first.fingerprint);
      expect(second.contentHashes).toEqual(first.contentHashes);
      expect(second.failures).toEqual(first.failures);
      expect(indexed).toBe(0);
      await Promise.all([first.close(), second.close()]);
    },
  );
});

/** The same PNG file with another size in its header. */
function withPngSize(png: Buffer, width: number, height: number): Buffer {
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(width, 16);
  bomb.writeUInt32BE(height, 20);
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
  return bomb;
}
