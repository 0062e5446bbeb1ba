import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawPng } from '../../../server/export/png.ts';

describe('a small picture of a layout', () => {
  it('shows a point that would be smaller than a pixel as one that is seen', async () => {
    const table = { positions: Float64Array.of(0.4, 0.4), labels: null, imageIndices: Int32Array.of(0) };
    const picture = drawPng(table, { size: 96, plain: true, pointsOnly: true });
    const pixels = await sharp(picture).ensureAlpha().raw().toBuffer();
    const covered = pixels.filter((_, index) => index % 4 === 3).reduce((sum, alpha) => sum + alpha / 255, 0);
    // A disk of one pixel's radius, give or take its edge.
    expect(covered).toBeGreaterThan(2);
    expect(covered).toBeLessThan(5);
  });
});
