import { cp, mkdir, rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AtlasCache, renderAtlasPage } from '../../server/dataset/atlas.ts';
import type { ImageDataset } from '../../server/dataset/dataset.ts';
import { openDataset } from '../../server/dataset/openDataset.ts';
import { encodePng } from '../../server/dataset/png.ts';
import { cifar10FileBytes, writeSmallCifar10 } from '../support/cifar10Fixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

let root: string;
beforeAll(async () => {
  root = await temporaryFolder();
});
const open = (name: string, cifar10Dir?: string): Promise<ImageDataset> =>
  openDataset(name, { cacheFolder: join(root, 'cache'), cifar10Dir });

describe('CIFAR-10 from its six files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await writeSmallCifar10(join(root, 'cifar10'));
  });

  it('gives images, classes, splits and names in the official order', async () => {
    const all = await open('cifar10', folder);
    expect([all.size, all.label.names[3], all.label.codes[0], all.label.codes[5]]).toEqual([24, 'cat', 0, 2]);
    expect([...all.columns[0].codes]).toEqual([...Array<number>(20).fill(0), ...Array<number>(4).fill(1)]);
    expect([all.imageName(19), all.imageName(20)]).toEqual(['train/00019', 'test/00000']);
    const test = await open('cifar10/test', folder);
    expect(test.size).toBe(4);
    expect(await test.readPixels(2)).toEqual(await all.readPixels(22));
    expect(test.fingerprint).not.toBe(all.fingerprint);
    const { data, width, height } = await all.readPixels(5);
    const record = cifar10FileBytes(1, 4).subarray(3073, 2 * 3073);
    expect([width, height, data.length]).toEqual([32, 32, 3072]);
    expect([...data.subarray(3 * 33, 3 * 34)]).toEqual([record[34], record[1 + 1024 + 33], record[1 + 2048 + 33]]);
    await expect(all.readPixels(24)).rejects.toThrow(RangeError);
    await expect(all.readPixels(-1)).rejects.toThrow(RangeError);
    await Promise.all([all.close(), test.close()]);
  });

  it('refuses a truncated file, a missing file and an impossible label, naming the place', async () => {
    const broken = await writeSmallCifar10(join(root, 'broken'));
    const file = join(broken, 'data_batch_3.bin');
    await truncate(file, 5000);
    await expect(open('cifar10', broken)).rejects.toThrow(`${file}: 5000 bytes found, 30730000 expected`);
    const bytes = cifar10FileBytes(2, 4);
    bytes[2 * 3073] = 77;
    await writeFile(file, bytes);
    await expect(open('cifar10', broken)).rejects.toThrow(`${file}: record 2 of 4 has label 77; labels are 0 to 9`);
    await rename(file, `${file}.away`);
    await expect(open('cifar10', broken)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(open('cifar10', broken)).rejects.toThrow(`${file}: no such file`);
  });
});

describe('A folder of images', () => {
  let folder: string;
  const red = sharp({ create: { width: 20, height: 10, channels: 3, background: '#ff0000' } });
  beforeAll(async () => {
    folder = join(root, 'photos');
    await mkdir(join(folder, 'dogs', 'small'), { recursive: true });
    await mkdir(join(folder, 'cats'));
    await red
      .clone()
      .jpeg()
      .toFile(join(folder, 'cats', 'a.jpg'));
    await red
      .clone()
      .webp()
      .toFile(join(folder, 'cats', 'b.WEBP'));
    await red
      .clone()
      .avif()
      .toFile(join(folder, 'dogs', 'c.avif'));
    await red
      .clone()
      .gif()
      .toFile(join(folder, 'dogs', 'small', 'd.gif'));
    await red.clone().withMetadata({ orientation: 6 }).jpeg().toFile(join(folder, 'turned.jpg'));
    await sharp({ create: { width: 4, height: 4, channels: 4, background: '#00000000' } })
      .png()
      .toFile(join(folder, 'clear.png'));
    await red.clone().greyscale().toColorspace('b-w').png().toFile(join(folder, 'gray.png'));
    await writeFile(join(folder, 'broken.png'), 'not a picture');
    await writeFile(join(folder, 'empty.jpg'), '');
    await writeFile(join(folder, 'drawing.png'), '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
    await writeFile(join(folder, 'notes.txt'), 'no image');
    const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i * 31) % 256));
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    await writeFile(join(folder, 'half.jpg'), whole.subarray(0, whole.length / 2));
    await red.clone().jpeg().toFile(join(root, 'outside.jpg'));
    await symlink(join(root, 'outside.jpg'), join(folder, 'leak.jpg'));
    await symlink(join('cats', 'a.jpg'), join(folder, 'within.jpg'));
    await symlink(root, join(folder, 'up'));
  });

  it('is read in the order of its paths, with the first level as label and broken files listed', async () => {
    const dataset = await open(folder);
    const names = Array.from({ length: dataset.size }, (_, index) => dataset.imageName(index));
    expect(names).toEqual([
      'cats/a.jpg',
      'cats/b.WEBP',
      'clear.png',
      'dogs/c.avif',
      'dogs/small/d.gif',
      'gray.png',
      'half.jpg',
      'turned.jpg',
      'within.jpg',
    ]);
    expect(dataset.label.names).toEqual(['cats', 'dogs']);
    expect([...dataset.label.codes]).toEqual([0, 0, -1, 1, 1, -1, -1, -1, -1]);
    const reasons = new Map(dataset.failures.map(({ file, reason }) => [file, reason]));
    expect([...reasons.keys()].sort()).toEqual(['broken.png', 'drawing.png', 'empty.jpg', 'leak.jpg']);
    expect(reasons.get('leak.jpg')).toBe('is a symbolic link that leads out of the folder');
    expect(reasons.get('empty.jpg')).toBe('the file is empty');
    expect(reasons.get('drawing.png')).toBe('is svg, not JPEG, PNG, WebP, GIF or AVIF');
    expect(dataset.imageSize).toBeNull();
  });

  it('gives upright RGB pixels on white, and names a file that breaks when it is decoded', async () => {
    const dataset = await open(folder);
    const read = (name: string) =>
      dataset.readPixels(Array.from({ length: dataset.size }, (_, i) => dataset.imageName(i)).indexOf(name));
    expect(await read('turned.jpg')).toMatchObject({ width: 10, height: 20 });
    expect([...(await read('clear.png')).data.subarray(0, 3)]).toEqual([255, 255, 255]);
    expect((await read('gray.png')).data).toHaveLength(600);
    for (const name of ['cats/a.jpg', 'cats/b.WEBP', 'dogs/c.avif', 'dogs/small/d.gif']) {
      const [r, g, b] = (await read(name)).data;
      expect([r > 240, g < 15, b < 15], name).toEqual([true, true, true]);
    }
    await expect(read('half.jpg')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(read('half.jpg')).rejects.toThrow(join(folder, 'half.jpg'));
  });

  it('has a fingerprint of names and content, whatever the times of its files', async () => {
    const copy = join(root, 'copy');
    await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
    const { fingerprint } = await open(folder);
    expect((await open(copy)).fingerprint).toBe(fingerprint);
    await rename(join(copy, 'gray.png'), join(copy, 'grey.png'));
    expect((await open(copy)).fingerprint).not.toBe(fingerprint);
  });

  it('is refused when it holds no image, is a file, or is not there', async () => {
    await mkdir(join(root, 'none'));
    await expect(open(join(root, 'none'))).rejects.toThrow(/no image found; a folder with JPEG/);
    await writeFile(join(root, 'none', 'x.png'), 'x');
    await expect(open(join(root, 'none'))).rejects.toThrow(/none of 1 image files can be read \(x\.png: /);
    await expect(open(join(root, 'outside.jpg'))).rejects.toThrow(/is a file, not a folder/);
    await expect(open(join(root, 'nowhere'))).rejects.toThrow(/no such data set or folder; give cifar10/);
  });

  it('becomes an atlas in which a broken image is a gray tile', async () => {
    const dataset = await open(folder);
    const cache = new AtlasCache(join(root, 'atlas'));
    const [page, again] = await Promise.all([cache.page(dataset, 0), cache.page(dataset, 0)]);
    expect(again).toBe(page);
    expect(Buffer.compare(await cache.page(dataset, 0), page)).toBe(0);
    const { data, info } = await sharp(page).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([4096, 4096]);
    const at = (tile: number): number[] => [...data.subarray((32 * 4096 + tile * 64 + 32) * 3).subarray(0, 3)];
    expect(at(0)[0]).toBeGreaterThan(230);
    expect(at(0)[1]).toBeLessThan(25);
    expect(Math.abs(at(6)[0] - 0xdd)).toBeLessThan(8);
    await expect(renderAtlasPage(dataset, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('The emoji', () => {
  let emoji: ImageDataset;
  beforeAll(async () => {
    emoji = await open('emoji');
  });
  afterAll(() => emoji.close());

  it('are drawn once into the cache, with groups and subgroups as a hierarchy', async () => {
    expect(emoji.size).toBe(1652);
    expect(emoji.label.names).toHaveLength(9);
    const [subgroup] = emoji.columns;
    const groupOf = new Map<number, number>();
    subgroup.codes.forEach((code, index) => {
      const group = groupOf.get(code) ?? emoji.label.codes[index];
      expect(group).toBe(emoji.label.codes[index]);
      groupOf.set(code, group);
    });
    let rendered = false;
    const again = await openDataset('emoji', { cacheFolder: join(root, 'cache'), onProgress: () => (rendered = true) });
    expect([rendered, again.fingerprint]).toEqual([false, emoji.fingerprint]);
    await again.close();
  });

  it('are pictures on white that differ from each other', async () => {
    expect(emoji.imageName(0)).toBe('grinning face');
    const face = await emoji.readPixels(0);
    expect([...face.data.subarray(0, 3)]).toEqual([255, 255, 255]);
    const [r, g, b] = face.data.subarray((20 * 64 + 32) * 3);
    expect([r > 200, g > 150, b < 120]).toEqual([true, true, true]);
    const distinct = new Set<string>();
    for (let i = 0; i < emoji.size; i++) distinct.add(Buffer.from((await emoji.readPixels(i)).data).toString('base64'));
    expect(distinct.size).toBeGreaterThan(1600);
  });

  it('become PNG files, enlarged without smoothing', async () => {
    const image = await emoji.readPixels(0);
    const { data, info } = await sharp(await encodePng(image, { scale: 3 }))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([192, 192, 3]);
    for (const [x, y] of [
      [0, 0],
      [95, 60],
      [191, 191],
    ]) {
      const source = (Math.floor(y / 3) * 64 + Math.floor(x / 3)) * 3;
      expect([...data.subarray((y * 192 + x) * 3).subarray(0, 3)]).toEqual([
        ...image.data.subarray(source, source + 3),
      ]);
    }
    await expect(encodePng(image, { scale: 0.5 })).rejects.toThrow(RangeError);
  });
});
