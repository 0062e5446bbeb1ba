import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeNpyHeader } from '../../../server/formats/npyEncode.ts';
import { npyTypeName, parseNpyHeader } from '../../../server/formats/npyHeader.ts';

const SIZES: Readonly<Record<string, [string, number]>> = {
  '<f4': ['float32', 4],
  '<f8': ['float64', 8],
  '<i4': ['int32', 4],
  '<i8': ['int64', 8],
  '|u1': ['uint8', 1],
};

describe('the .npy header', () => {
  it('reads back the type and shape that were written, with data aligned to 64 bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(SIZES)),
        fc.array(fc.nat(100_000), { minLength: 1, maxLength: 3 }),
        (descr, shape) => {
          const bytes = encodeNpyHeader(descr, shape);
          const header = parseNpyHeader(bytes, 'a.npy');
          expect(header.shape).toEqual(shape);
          expect(header.count).toBe(shape.reduce((product, size) => product * size, 1));
          expect([npyTypeName(header.type), header.type.itemBytes]).toEqual(SIZES[descr]);
          expect(header.dataOffset).toBe(bytes.length);
          expect(bytes.length % 64).toBe(0);
        },
      ),
    );
  });

  it('refuses any header that is cut short, naming the file', () => {
    const whole = encodeNpyHeader('<f4', [3, 4]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseNpyHeader(whole.subarray(0, length), 'cut.npy')).toThrow(/^cut\.npy: /);
    }
  });

  it('refuses bytes that are no .npy file without failing in another way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => parseNpyHeader(bytes, 'noise.npy')).toThrow(/^noise\.npy: /);
      }),
    );
  });

  it('refuses a damaged dictionary without failing in another way', () => {
    const whole = encodeNpyHeader('<f4', [3, 4]);
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 60 }), fc.integer({ min: 0, max: 255 }), (position, byte) => {
        const damaged = whole.slice();
        damaged[position] = byte;
        let message = 'damaged.npy: ';
        try {
          parseNpyHeader(damaged, 'damaged.npy');
        } catch (error) {
          message = String((error as Error).message);
        }
        expect(message).toMatch(/^damaged\.npy: /);
      }),
    );
  });

  it('names a version that it does not know', () => {
    const future = encodeNpyHeader('<f4', [1]);
    future[6] = 9;
    expect(() => parseNpyHeader(future, 'f.npy')).toThrow('f.npy: is of .npy version 9.0; versions 1 to 3 can be read');
  });
});
