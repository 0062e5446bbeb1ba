import { describe, expect, it } from 'vitest';
import {
  CLASS_COLORS,
  CLASS_OUTLINES_ON_PAPER,
  classStyle,
  DISK_COLORS,
} from '../../../server/geometry/classPalette.ts';
import { escapeXml } from '../../../server/export/svg.ts';

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe('the class palette', () => {
  it('has a contrast of 3 : 1 on the dark ground, and by its outlines on paper', () => {
    for (const color of CLASS_COLORS) expect(contrast(color, DISK_COLORS.ink), color).toBeGreaterThanOrEqual(3);
    for (const color of CLASS_OUTLINES_ON_PAPER)
      expect(contrast(color, DISK_COLORS.paper), color).toBeGreaterThanOrEqual(3);
  });

  it('gives sixty classes sixty looks', () => {
    const looks = Array.from({ length: 60 }, (_, code) => `${classStyle(code).color} ${classStyle(code).shape}`);
    expect(new Set(looks).size).toBe(60);
  });
});

describe('text in an SVG', () => {
  it('is escaped and free of characters that XML forbids', () => {
    expect(escapeXml('a<b>&"\u0000\u001b\ud800é🐟')).toBe('a&#60;b&#62;&#38;&#34;é🐟');
  });
});
