import type { Screen } from './diskTransform.ts';

/** Room around the disk for its engraved rim, CSS pixels. */
const PADDING_PIXELS = 22;
const SMALLEST_RADIUS = 40;

/** Where the disk lies in an area of this size, CSS pixels. */
export function screenIn(width: number, height: number): Screen {
  return {
    middleX: width / 2,
    middleY: height / 2,
    radius: Math.max(SMALLEST_RADIUS, Math.min(width, height) / 2 - PADDING_PIXELS),
  };
}

/** Radius of a point in the middle of the disk, CSS pixels. Few points are large, many small; they grow with the zoom. */
export function pointRadiusOn(screen: Screen, zoom: number, pointCount: number): number {
  const room = screen.radius * Math.sqrt(1 / Math.max(1, pointCount));
  return Math.min(7, Math.max(1.5, room * 0.36)) * Math.min(2.2, Math.sqrt(zoom));
}

/** A circle around the disk: its class in `diskFrame.css` and how far outside the disk it lies, CSS pixels. */
export interface FrameCircle {
  readonly kind: 'ground' | 'rim' | 'hatch' | 'hairline' | 'hairline outer';
  readonly outset: number;
}

/** The engraved rim: a strong line, a band of hatching, and hairlines around it. */
export const FRAME_CIRCLES: readonly FrameCircle[] = [
  { kind: 'ground', outset: 0 },
  { kind: 'rim', outset: 2 },
  { kind: 'hatch', outset: 8 },
  { kind: 'hairline', outset: 12.5 },
  { kind: 'hairline outer', outset: 15.5 },
];
/** The length that dashes of the hatching are told in. */
export const CIRCLE_LENGTH = 1440;
