import type { Plane } from '../../diskTransform.ts';

/** What decides how large a picture is on the screen. */
export interface PictureSizes {
  /** Radius of the disk on the screen, zoom included; CSS pixels. */
  scalePixels: number;
  /** A point with less room than this stays a dot. */
  minPixels: number;
  maxPixels: number;
}

/** Pictures may fill their room but for a seam. */
export const ROOM_SHARE = 0.96;

/** Of the largest picture at the rim, compared with the middle. */
export const RIM_SHARE = 0.4;

/**
 * Side of the picture of a point in CSS pixels, or 0 for none. A picture takes the room that its point has to itself, so
 * pictures shrink toward the rim as in Escher's prints. The vertex shader has the same lines.
 * @param separation geodesic distance that the point has to itself
 * @param closeness 1 − |w|² where it is seen
 */
export function pictureSide(
  plane: Plane,
  { scalePixels, minPixels, maxPixels }: PictureSizes,
  separation: number,
  closeness: number,
): number {
  const room = ROOM_SHARE * separation * (plane === 'POINCARE' ? closeness / 2 : 1) * scalePixels;
  const most = maxPixels * (plane === 'POINCARE' ? RIM_SHARE + (1 - RIM_SHARE) * Math.sqrt(closeness) : 1);
  return room < minPixels ? 0 : Math.min(room, most);
}
