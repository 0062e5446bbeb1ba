import type { DiskPoint } from './diskTransform.ts';
import type { Motion } from './nearestPoint.ts';
import type { PictureSizes } from './layers/pictures/pictureSize.ts';

/** What finding points on the screen needs to know of whatever draws them. */
export interface DrawnPoints {
  /** The arrays between which points are drawn; null before the first layout. */
  motion(): Motion | null;
  /** Where a point is drawn now, in layout coordinates. */
  positionOf(index: number): DiskPoint | null;
  /** How large pictures are drawn, or null where none are. */
  readonly pictureSizes: PictureSizes | null;
}
