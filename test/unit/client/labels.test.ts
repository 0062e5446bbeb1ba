import { describe, expect, it } from 'vitest';
import { HOME_VIEW } from '../../../client/src/disk/diskTransform.ts';
import { placeLabels } from '../../../client/src/disk/placeLabels.ts';

const SCREEN = { middleX: 195, middleY: 220, radius: 170 };
/** Of a letter of the title's typeface, in heights; no letter is wider on average. */
const LETTER_WIDTH = 0.52;

function labelsAround(radius: number, count: number) {
  return Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count;
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle), code: index, count: 100, share: 1 };
  });
}

describe('names on the disk', () => {
  it('stay within the rim, however near to it their regions lie', () => {
    const names = Array.from({ length: 8 }, (_, index) => `automobile ${index}`);
    const placed = placeLabels(labelsAround(0.9, 8), names, 'POINCARE', HOME_VIEW, SCREEN);
    expect(placed.length).toBeGreaterThan(3);
    for (const { text, x, y, size } of placed) {
      const half = (text.length * size * LETTER_WIDTH) / 2;
      const corner = Math.hypot(Math.abs(x - SCREEN.middleX) + half, Math.abs(y - SCREEN.middleY) + size / 2);
      expect(corner).toBeLessThanOrEqual(SCREEN.radius);
    }
  });

  it('stay within the screen where the disk is larger than it', () => {
    const view = { ...HOME_VIEW, zoom: 3 };
    const placed = placeLabels(labelsAround(0.37, 2), ['automobile', 'airplane'], 'POINCARE', view, SCREEN);
    expect(placed).toHaveLength(2);
    for (const { text, x, size } of placed) {
      const half = (text.length * size * LETTER_WIDTH) / 2;
      expect(x - half).toBeGreaterThanOrEqual(0);
      expect(x + half).toBeLessThanOrEqual(2 * SCREEN.middleX);
    }
  });

  it('are left out where there is no room for them', () => {
    const label = { x: 0, y: 0, code: 0, count: 1, share: 1 };
    expect(placeLabels([label], ['x'.repeat(80)], 'POINCARE', HOME_VIEW, SCREEN)).toEqual([]);
  });
});
