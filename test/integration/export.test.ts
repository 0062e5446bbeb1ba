import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  LAYOUT_FORMATS,
  writeLayout,
  type LayoutFormat,
  type WriteLayoutOptions,
} from '../../server/export/layoutExport.ts';
import { atomicWrite } from '../../server/formats/atomicWrite.ts';
import type { LayoutTable } from '../../server/formats/layoutTable.ts';
import { readNpy } from '../../server/formats/npy.ts';
import { readEmbeddings, readLabels } from '../../server/formats/readTables.ts';
import { DISK_COLORS } from '../../server/geometry/classPalette.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/** Points on a spiral of the disk, in three classes and some without one. */
function spiral(count: number): LayoutTable {
  const positions = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const radius = 0.95 * Math.sqrt((i + 0.5) / count);
    positions[2 * i] = radius * Math.cos(i);
    positions[2 * i + 1] = radius * Math.sin(i);
  }
  return {
    positions,
    labels: { names: ['cat', 'dog & <wolf>', 'emu'], codes: Int32Array.from({ length: count }, (_, i) => (i % 4) - 1) },
    imageIndices: Int32Array.from({ length: count }, (_, i) => 3 * i),
    imageNames: Array.from({ length: count }, (_, i) => `image ${i}`),
  };
}

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

async function write(format: LayoutFormat, table: LayoutTable, size?: number): Promise<string> {
  const file = join(folder, `layout.${format}`);
  await atomicWrite(file, (destination) => writeLayout(format, table, destination, { size }));
  return file;
}

describe('An exported layout', () => {
  const table = spiral(1200);

  it('reads back from npy, CSV, Parquet and JSON as it was', async () => {
    expect((await readNpy(await write('npy', table))).values).toEqual(table.positions);
    const csv = await write('csv', table);
    const lines = (await readFile(csv, 'utf8')).trimEnd().split('\n');
    expect(lines[0]).toBe('index,x,y,label');
    expect(lines.slice(1).flatMap((line) => line.split(',').slice(1, 3).map(Number))).toEqual([...table.positions]);
    expect((await readLabels(csv, 1200)).codes).toEqual(table.labels?.codes);
    const parquet = await write('parquet', table);
    expect([...(await readEmbeddings(parquet)).values]).toEqual([...Float32Array.from(table.positions)]);
    expect(await readLabels(parquet, 1200)).toEqual(table.labels);
    const json = JSON.parse(await readFile(await write('json', table), 'utf8')) as { points: unknown[] };
    expect(json).toMatchObject({ pointCount: 1200, labelNames: table.labels?.names });
    expect(json.points[5]).toEqual({
      index: 15,
      x: table.positions[10],
      y: table.positions[11],
      label: 'cat',
      name: 'image 5',
    });
    expect(json.points).toHaveLength(1200);
  });

  it('is the same bytes when it is written again, in every format', async () => {
    for (const format of LAYOUT_FORMATS) {
      const first = await readFile(await write(format, table, 300));
      expect((await readFile(await write(format, table, 300))).equals(first), format).toBe(true);
    }
  });

  it('is an SVG with every point as a vector, a legend and escaped labels', async () => {
    const file = await write('svg', table);
    const svg = await readFile(file, 'utf8');
    expect(svg.match(/<circle class="/g)).toHaveLength(1200 + 4);
    expect(svg).toContain('dog &#38; &#60;wolf&#62;');
    expect(svg).toContain('no label');
    const { width, height } = await sharp(file).metadata();
    expect([width, height]).toEqual([1260, 1064]);
  });

  it('puts a point where its coordinates say, with up being up', async () => {
    const one = { ...spiral(1), positions: Float64Array.of(0.5, 0.5), labels: null };
    const svg = await readFile(await write('svg', one), 'utf8');
    expect(svg).toContain('<circle class="none" cx="730" cy="270"');
    const png = await sharp(await write('png', one, 1064))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([png.info.width, png.info.height]).toEqual([1000, 1064]);
    const at = (x: number, y: number): string =>
      png.data.subarray((y * 1000 + x) * 3, (y * 1000 + x) * 3 + 3).toString('hex');
    const paper = DISK_COLORS.paper.slice(1).toLowerCase();
    expect(at(730, 270)).not.toBe(paper);
    expect(at(730, 730)).toBe(paper);
    expect(at(10, 10)).toBe(paper);
  });

  it('becomes an embedded picture above 20,000 points, and says so', async () => {
    const svg = await readFile(await write('svg', spiral(20_001)), 'utf8');
    expect(svg).toMatch(/<desc>[^<]*embedded raster picture/);
    expect(svg).toContain('href="data:image/png;base64,');
    expect(svg.match(/<circle class="/g)).toHaveLength(4);
  });

  it('is a picture without paper, or the disk alone, where that is asked for', async () => {
    const corner = async (options: WriteLayoutOptions): Promise<number> => {
      const file = join(folder, 'corner.png');
      await atomicWrite(file, (destination) => writeLayout('png', table, destination, { size: 128, ...options }));
      const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      if (options.plain) expect(info.width).toBe(info.height);
      else expect(info.width).toBeGreaterThan(info.height);
      return data[3];
    };
    expect(await corner({})).toBe(255);
    expect(await corner({ transparent: true })).toBe(0);
    expect(await corner({ plain: true })).toBe(255);
  });

  it('has legend, scale, the lines of its caption and what the circles are as text in an SVG', async () => {
    const file = join(folder, 'caption.svg');
    const captioned = { ...table, caption: 'made so\nmeasured & found' };
    await atomicWrite(file, (destination) => writeLayout('svg', captioned, destination));
    const svg = await readFile(file, 'utf8');
    expect(svg.match(/<text class="caption"[^>]*>[^<]*/g)?.map((text) => text.replace(/.*>/, ''))).toEqual([
      'made so',
      'measured &#38; found',
      'circles at hyperbolic distance 1 to 5 from the center',
    ]);
    expect(svg).toMatch(/<g class="scale"><text[^>]*>1<\/text>.*>4<\/text><\/g>/);
  });

  it('is refused when its lengths disagree or the size is absurd', async () => {
    await expect(write('npy', { ...table, imageIndices: new Int32Array(3) })).rejects.toThrow(RangeError);
    await expect(write('png', table, 100_000)).rejects.toThrow('size 100000');
  });
});
