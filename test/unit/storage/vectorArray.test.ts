import { describe, expect, it } from 'vitest';
import { packVectors, unpackVectorsInto } from '../../../server/storage/vectorArray.ts';

describe('vectors in the binary format of pgvector', () => {
  it('are packed as Postgres documents it: array header, then length, dimension and big-endian floats of each', () => {
    const packed = packVectors(Float32Array.of(1, -2, 0.5, 4), 2, 16_500);
    const header = [1, 0, 16_500, 2, 1].map((_, field) => packed.readInt32BE(field * 4));
    expect(header).toEqual([1, 0, 16_500, 2, 1]);
    expect([packed.readInt32BE(20), packed.readInt16BE(24), packed.readInt16BE(26)]).toEqual([12, 2, 0]);
    expect([packed.readFloatBE(28), packed.readFloatBE(32)]).toEqual([1, -2]);
    expect([packed.readInt32BE(36), packed.readFloatBE(44), packed.readFloatBE(48)]).toEqual([12, 0.5, 4]);
    expect(packed).toHaveLength(52);
  });

  it('are unpacked into their rows, and no others', () => {
    const sent = Buffer.alloc(12);
    sent.writeInt16BE(2, 0);
    sent.writeFloatBE(1.5, 4);
    sent.writeFloatBE(-7, 8);
    const target = new Float32Array(new SharedArrayBuffer(24));
    unpackVectorsInto(sent, 2, target, 1);
    expect([...target]).toEqual([0, 0, 1.5, -7, 0, 0]);
  });

  it('are refused with row and component when one is not finite', () => {
    expect(() => packVectors(Float32Array.of(1, 2, 3, Infinity), 2, 1)).toThrow(
      'row 1 of the embeddings has Infinity at component 1; every component must be a finite number',
    );
  });
});
