import { describe, expect, it } from 'vitest';
import { decodePoints } from '../../../client/src/disk/pointColors.ts';
import { lookOfPoint } from '../../../client/src/disk/pointLook.ts';
import { toBase64 } from '../../../server/graphql/loadedRuns.ts';

function points(pictured: boolean) {
  return decodePoints({
    datasetId: 'data_1',
    pictured,
    labelNames: ['oak', 'pine'],
    labelCodes: toBase64(Int16Array.of(1, -1)),
    imageIndices: toBase64(Int32Array.of(7, 9)),
    columns: [],
    numbers: [{ name: 'year' }],
    recallPerPoint: null,
  });
}

describe('What stands for a point', () => {
  it('is the picture of its image', () => {
    expect(lookOfPoint(points(true), 1, 'dark').picture).toBe('/images/data_1/9.png');
  });

  it('is no picture for rows of imported vectors, but label and color', () => {
    const look = lookOfPoint(points(false), 0, 'dark');
    expect(look).toMatchObject({ label: 'pine', picture: null });
    expect(look.color).toMatch(/^#[0-9a-f]{6}$/i);
    expect(lookOfPoint(points(false), 1, 'dark')).toMatchObject({ label: null, picture: null });
  });

  it('is nothing where the run has no such point', () => {
    expect(lookOfPoint(points(true), -1, 'light')).toMatchObject({ label: null, picture: null });
    expect(lookOfPoint(null, 3, 'light')).toMatchObject({ label: null, picture: null });
  });
});
