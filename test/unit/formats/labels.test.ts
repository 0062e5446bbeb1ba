import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints, labelAt, labelsFromStrings } from '../../../server/formats/labels.ts';

describe('labels', () => {
  it('give every row its own text back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 5 })), (values) => {
        fc.pre(!values.includes('-1'));
        const labels = labelsFromStrings(values);
        expect(values.map((_, row) => labelAt(labels, row))).toEqual(values);
      }),
    );
  });

  it('are numbered the same whatever the order of the rows', () => {
    expect(labelsFromStrings(['b', 'a', 'c']).names).toEqual(labelsFromStrings(['c', 'b', 'a']).names);
  });

  it('sort integers by value and take −1 as no label', () => {
    const labels = labelsFromStrings(['10', '9', '-1', '2']);
    expect(labels.names).toEqual(['2', '9', '10']);
    expect([...labels.codes]).toEqual([2, 1, -1, 0]);
  });

  it('keep a class named -1 among texts', () => {
    expect(labelsFromStrings(['-1', 'cat']).names).toEqual(['-1', 'cat']);
  });

  it('are ordered by code point, above the surrogates too', () => {
    expect(['🐟', '\uffee', 'é', 'z', 'Z'].sort(compareCodePoints)).toEqual(['Z', 'z', 'é', '\uffee', '🐟']);
  });
});
