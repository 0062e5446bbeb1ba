import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNpyFloat32, readNpyFloat64, readNpyStrings } from '../../server/formats/npy.ts';
import { encodeNpy, encodeNpyStrings, writeNpy, writeNpyBlocks } from '../../server/formats/npyWrite.ts';
import { readEmbeddings } from '../../server/formats/readTables.ts';
import { packageRoot } from '../../server/paths.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const fixture = (name: string): string => join(packageRoot, 'test/fixtures/npy', name);
const VALUES = [0.5, -1.25, 3, 65504, 2 ** -14, 2 ** -24];

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

describe('.npy files written by numpy', () => {
  it.each(['float32.v1', 'float32.v2', 'float32.v3', 'little.f2', 'big.f2', 'big.f4', 'little.f8', 'big.f8'])(
    '%s.npy reads as the same numbers, over shared memory',
    async (name) => {
      const { shape, values } = await readNpyFloat32(fixture(`${name}.npy`));
      expect(shape).toEqual([2, 3]);
      expect([...values]).toEqual(VALUES);
      expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
    },
  );

  it('hold integers of every width and byte order', async () => {
    const names = (await readdir(fixture(''))).filter((name) => name.startsWith('integers.'));
    expect(names).toHaveLength(11);
    for (const name of names) {
      expect([...(await readNpyFloat64(fixture(name))).values], name).toEqual([0, 1, 127, 100, 3]);
      expect(await readNpyStrings(fixture(name)), name).toEqual(['0', '1', '127', '100', '3']);
    }
    expect([...(await readNpyFloat32(fixture('bool.npy'))).values]).toEqual([1, 0, 1]);
  });

  it('hold text in both byte orders, empty text, and bytes', async () => {
    const names = ['cat', 'dog', 'naïve 🐟', '', 'cat'];
    expect(await readNpyStrings(fixture('text.npy'))).toEqual(names);
    expect(await readNpyStrings(fixture('text.big.npy'))).toEqual(names);
    expect(await readNpyStrings(fixture('text.empty.npy'))).toEqual(['', '']);
    expect(await readNpyStrings(fixture('bytes.npy'))).toEqual(['cat', 'dog', 'a']);
  });

  it.each([
    ['fortran.npy', /is stored in Fortran order/],
    ['object.npy', /holds Python objects/],
    ['structured.npy', /holds structures/],
    ['complex.npy', /holds dtype '<c8'/],
    ['nan.npy', /row 1, column 1 is NaN/],
    ['toobig.f8.npy', /row 1, column 0 is Infinity/],
    ['labels.npy', /holds int64 values; float16, float32 or float64 is expected/],
    ['bool.npy', /holds bool values/],
    ['text.npy', /holds text/],
    ['one.npy', /has shape \(2\); embeddings are \(rows, dimension\)/],
    ['scalar.npy', /has shape \(\)/],
    ['none.npy', /holds no vectors/],
    ['missing.npy', /no such file/],
  ])('%s is refused as embeddings in one sentence', async (name, reason) => {
    const error = await readEmbeddings(fixture(name)).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ name: 'BadInputError', code: 'BAD_USER_INPUT' });
    expect((error as Error).message).toMatch(reason);
    expect((error as Error).message.startsWith(`${fixture(name)}: `)).toBe(true);
    expect((error as Error).message).not.toContain('\n');
  });

  it('are refused when a byte is missing or one is too many', async () => {
    const whole = await readFile(fixture('float32.v1.npy'));
    const file = join(folder, 'cut.npy');
    await writeFile(file, whole.subarray(0, -1));
    await expect(readEmbeddings(file)).rejects.toThrow(/cut short: 151 bytes found, 152 expected for \(2, 3\) float32/);
    await writeFile(file, Buffer.concat([whole, Buffer.alloc(1)]));
    await expect(readEmbeddings(file)).rejects.toThrow(/longer than its header says: 153 bytes found/);
  });
});

describe('.npy files written here', () => {
  it('are the bytes that numpy writes', async () => {
    expect(encodeNpy(Float32Array.from(VALUES), [2, 3])).toEqual(
      new Uint8Array(await readFile(fixture('float32.v1.npy'))),
    );
    expect(encodeNpy(BigInt64Array.from([3n, 1n, -1n, 3n, 10n]), [5])).toEqual(
      new Uint8Array(await readFile(fixture('labels.npy'))),
    );
    const names = ['cat', 'dog', 'naïve 🐟', '', 'cat'];
    expect(encodeNpyStrings(names)).toEqual(new Uint8Array(await readFile(fixture('text.npy'))));
  });

  it('read back as the same float64 bits, over several chunks', async () => {
    const file = join(folder, 'large.npy');
    const values = Float64Array.from({ length: 300_001 }, (_, i) => Math.sin(i) * 10 ** ((i % 600) - 300));
    await writeNpy(file, values, [values.length]);
    const read = await readNpyFloat64(file);
    expect(Buffer.compare(Buffer.from(read.values.buffer), Buffer.from(values.buffer))).toBe(0);
  });

  it('read back as the same numbers for any matrix', async () => {
    const file = join(folder, 'any.npy');
    await fc.assert(
      fc.asyncProperty(fc.float32Array({ minLength: 1, noNaN: true }), async (values) => {
        await writeNpy(file, values, [values.length, 1]);
        expect((await readNpyFloat32(file)).values).toEqual(values);
      }),
      { numRuns: 20 },
    );
  });

  it('can be written block by block, and are not there when blocks are missing', async () => {
    const file = join(folder, 'blocks.npy');
    await writeNpyBlocks(file, '<f4', [3, 2], [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6)]);
    expect([...(await readEmbeddings(file)).values]).toEqual([1, 2, 3, 4, 5, 6]);
    const incomplete = join(folder, 'incomplete.npy');
    await expect(writeNpyBlocks(incomplete, '<f4', [3, 2], [Float32Array.of(1, 2)])).rejects.toThrow(RangeError);
    expect((await readdir(folder)).filter((name) => name.includes('incomplete'))).toEqual([]);
  });
});
