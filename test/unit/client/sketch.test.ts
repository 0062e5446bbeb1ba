import { describe, expect, it } from 'vitest';
import { toView, viewToScreen } from '../../../client/src/disk/diskTransform.ts';
import type { DiskView, Plane } from '../../../client/src/disk/diskTransform.ts';
import { makeUniforms } from '../../../client/src/disk/layers/diskView.ts';
import { paintPoints } from '../../../client/src/disk/sketch.ts';

const SIDE = 200;
const SCREEN = { middleX: 50, middleY: 50, radius: 45 };
const PIXEL_RATIO = 2;
const RED = 0xff0000ff;
const BLUE = 0xffff0000;

function paint(plane: Plane, view: DiskView, positions: number[], colors: number[], radius = 2): Uint32Array {
  const pixels = new Uint32Array(SIDE * SIDE);
  paintPoints(
    { pixels, width: SIDE, height: SIDE },
    {
      positions: Float32Array.from(positions),
      colors: new Uint8Array(Uint32Array.from(colors).buffer),
      uniforms: makeUniforms(plane, view, radius),
      screen: SCREEN,
      zoom: view.zoom,
      pixelRatio: PIXEL_RATIO,
    },
  );
  return pixels;
}

/** Middle of all pixels of a color, in CSS pixels. */
function middleOf(pixels: Uint32Array, color: number): { x: number; y: number; count: number } {
  let [x, y, count] = [0, 0, 0];
  for (let index = 0; index < pixels.length; index++) {
    if (pixels[index] !== color) continue;
    x += (index % SIDE) + 0.5;
    y += Math.floor(index / SIDE) + 0.5;
    count++;
  }
  return { x: x / count / PIXEL_RATIO, y: y / count / PIXEL_RATIO, count };
}

describe('The sketch of a layout', () => {
  it.each<[Plane, DiskView]>([
    ['POINCARE', { center: { x: 0, y: 0 }, rotation: 0, zoom: 1 }],
    ['POINCARE', { center: { x: 0.4, y: -0.3 }, rotation: 1.1, zoom: 1 }],
    ['POINCARE', { center: { x: -0.7, y: 0.2 }, rotation: -2, zoom: 1.7 }],
    ['EUCLIDEAN', { center: { x: 0.2, y: 0.1 }, rotation: 0.5, zoom: 1.4 }],
  ])('has a point where the formulas have it (%s, %j)', (plane, view) => {
    for (const [x, y] of [
      [0.1, 0.2],
      [-0.5, 0.4],
      [0.3, -0.6],
    ] as const) {
      const seen = viewToScreen(SCREEN, view.zoom, toView(plane, view, { x, y }));
      const at = middleOf(paint(plane, view, [x, y], [RED]), RED);
      if (seen.x < 4 || seen.x > 96 || seen.y < 4 || seen.y > 96) continue;
      expect(Math.hypot(at.x - seen.x, at.y - seen.y)).toBeLessThan(0.5);
    }
  });

  it('draws later points over earlier ones, smaller toward the rim, and none that the legend hides', () => {
    const home = { center: { x: 0, y: 0 }, rotation: 0, zoom: 1 };
    const above = paint('POINCARE', home, [0, 0, 0, 0], [RED, BLUE]);
    expect(middleOf(above, RED).count).toBe(0);
    const middle = middleOf(above, BLUE).count;
    expect(Math.abs(middle - Math.PI * (2 * PIXEL_RATIO) ** 2)).toBeLessThan(10);
    const rim = middleOf(paint('POINCARE', home, [0.98, 0], [RED]), RED).count;
    expect(rim).toBeLessThan(0.6 * middle);
    expect(rim).toBeGreaterThan(0.3 * middle);
    expect(paint('POINCARE', home, [0, 0], [0x000000ff]).some((pixel) => pixel !== 0)).toBe(false);
  });

  it('has small points where the formulas have them, and as large as they are', () => {
    const home = { center: { x: 0.2, y: 0.1 }, rotation: 0.4, zoom: 1 };
    const seen = viewToScreen(SCREEN, 1, toView('POINCARE', home, { x: 0.3, y: -0.2 }));
    for (const radius of [0.3, 0.5, 0.8]) {
      const at = middleOf(paint('POINCARE', home, [0.3, -0.2], [RED], radius), RED);
      expect(Math.hypot(at.x - seen.x, at.y - seen.y)).toBeLessThan(0.5);
      expect(at.count).toBe(Math.round(2 * radius * PIXEL_RATIO) ** 2);
    }
  });

  it('paints nothing beyond its edges', () => {
    const aside = { center: { x: 0, y: 0 }, rotation: 0, zoom: 2 };
    const pixels = paint('POINCARE', aside, [0.99, 0, -0.99, 0, 0, 0.99, 0, -0.99], [RED, RED, RED, RED], 30);
    expect(pixels).toHaveLength(SIDE * SIDE);
    expect(paint('POINCARE', aside, [0.99, 0], [RED], 1).some((pixel) => pixel !== 0)).toBe(false);
  });
});
