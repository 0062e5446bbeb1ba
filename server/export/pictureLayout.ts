import type { LayoutTable } from '../formats/layoutTable.ts';

/** Width of the disk picture without legend, in units of the drawing; a PNG scales them to pixels. */
export const PICTURE_SIDE = 1000;
/** How many times larger than the smallest for screens a PNG may be asked for. */
export const PICTURE_SCALES = ['1', '2', '3', '4'] as const;
/** Height of a PNG at scale 1, in pixels. */
export const PIXELS_PER_SCALE = 1040;
const MARGIN = 40;
const CAPTION_HEIGHT = 40;
export const CAPTION_LINE = 24;
const LEGEND_WIDTH = 260;
export const LEGEND_ROW = 26;
/** More classes than fit beside the disk are counted in a last line. */
const LEGEND_ROWS = 34;
/** Hyperbolic distances from the center at which the scale of a disk has circles. */
const CIRCLE_DISTANCES = [1, 2, 3, 4, 5];

export interface LegendEntry {
  readonly code: number;
  readonly text: string;
}

/** Where everything of the picture lies; y grows downwards. */
export interface PictureLayout {
  readonly width: number;
  readonly height: number;
  readonly centerX: number;
  readonly centerY: number;
  /** Radius of the disk, or half the side of a flat map. */
  readonly radius: number;
  /** Factor from layout coordinates to the drawing; `radius` for a disk. */
  readonly scale: number;
  /** Layout coordinates of the picture's center; the origin for a disk. */
  readonly originX: number;
  readonly originY: number;
  readonly hyperbolic: boolean;
  /** Radius of a point at the center. */
  readonly pointRadius: number;
  readonly legend: readonly LegendEntry[];
  readonly legendX: number;
  readonly legendY: number;
  /** Lines, of which the last lies at the lower edge. */
  readonly caption: readonly string[];
}

export interface ArrangeOptions {
  /** The disk alone, without legend, scale and caption. Default false. */
  readonly plain?: boolean | undefined;
}

/** Arranges disk, legend and caption of a layout. */
export function arrangePicture(table: LayoutTable, { plain = false }: ArrangeOptions = {}): PictureLayout {
  const count = table.positions.length / 2;
  const hyperbolic = (table.geometry ?? (isInDisk(table.positions) ? 'poincare' : 'euclidean')) === 'poincare';
  const legend = plain ? [] : legendOf(table);
  const caption = plain ? [] : captionLines(table, hyperbolic);
  const radius = PICTURE_SIDE / 2 - MARGIN;
  const frame = hyperbolic ? { scale: radius, originX: 0, originY: 0 } : fitPlane(table.positions, radius);
  return {
    width: PICTURE_SIDE + (legend.length > 0 ? LEGEND_WIDTH : 0),
    height: PICTURE_SIDE + (plain ? 0 : CAPTION_HEIGHT + CAPTION_LINE * (caption.length - 1)),
    centerX: PICTURE_SIDE / 2,
    centerY: PICTURE_SIDE / 2,
    radius,
    ...frame,
    hyperbolic,
    pointRadius: Math.min(7, Math.max(1.6, 180 / Math.sqrt(Math.max(count, 1)))),
    legend,
    legendX: PICTURE_SIDE,
    legendY: PICTURE_SIDE / 2 - (legend.length * LEGEND_ROW) / 2,
    caption,
  };
}

/** What the caller says of the layout, and what the circles are: a figure explains itself. */
function captionLines({ caption, positions }: LayoutTable, hyperbolic: boolean): string[] {
  const lines = (caption ?? `${(positions.length / 2).toLocaleString('en-US')} points`).split('\n');
  const last = CIRCLE_DISTANCES[CIRCLE_DISTANCES.length - 1];
  return hyperbolic ? [...lines, `circles at hyperbolic distance 1 to ${last} from the center`] : lines;
}

/** Position and radius of a point in the drawing. Points shrink towards the rim, less than figures of the plane would. */
export function placePoint(
  picture: PictureLayout,
  positions: Float64Array,
  index: number,
): { x: number; y: number; radius: number } {
  const u = positions[2 * index];
  const v = positions[2 * index + 1];
  const shrink = picture.hyperbolic ? 0.4 + 0.6 * Math.max(0, 1 - u * u - v * v) : 0.7;
  return {
    x: picture.centerX + picture.scale * (u - picture.originX),
    // Up is up on paper, as in every plot of the same numbers.
    y: picture.centerY - picture.scale * (v - picture.originY),
    radius: picture.pointRadius * shrink,
  };
}

/** A circle around the center, and where its distance is written. */
export interface DistanceCircle {
  /** Hyperbolic distance from the center. */
  readonly distance: number;
  /** In units of the drawing: tanh(d / 2) of the disk's radius, at curvature −1. */
  readonly radius: number;
  /** Left end of the number, beside the lower half of the vertical axis. */
  readonly labelX: number;
  readonly labelY: number;
}

/** The scale of the disk: circles at hyperbolic distance 1, 2, 3 … from the center; none for a flat map. */
export function distanceCircles({ hyperbolic, radius, centerX, centerY }: PictureLayout): DistanceCircle[] {
  if (!hyperbolic) return [];
  return CIRCLE_DISTANCES.map((distance) => {
    const own = radius * Math.tanh(distance / 2);
    return { distance, radius: own, labelX: centerX + 3, labelY: centerY + own - 4 };
  });
}

/** Circles beyond this one stand too close for numbers of their own. */
export const LAST_LABELED_DISTANCE = 4;

/** Where a line of the caption stands; y of its baseline. */
export function captionLineY({ height, caption }: PictureLayout, line: number): number {
  return height - 22 - CAPTION_LINE * (caption.length - 1 - line);
}

function isInDisk(positions: Float64Array): boolean {
  for (let i = 0; i < positions.length; i += 2) {
    if (positions[i] ** 2 + positions[i + 1] ** 2 >= 1) return false;
  }
  return true;
}

function fitPlane(positions: Float64Array, radius: number): { scale: number; originX: number; originY: number } {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    low[i % 2] = Math.min(low[i % 2], positions[i]);
    high[i % 2] = Math.max(high[i % 2], positions[i]);
  }
  if (positions.length === 0) return { scale: radius, originX: 0, originY: 0 };
  const extent = Math.max(high[0] - low[0], high[1] - low[1]);
  return {
    scale: extent > 0 ? (2 * radius) / extent : radius,
    originX: (low[0] + high[0]) / 2,
    originY: (low[1] + high[1]) / 2,
  };
}

function legendOf({ labels }: LayoutTable): LegendEntry[] {
  if (labels === null) return [];
  const counts = new Float64Array(labels.names.length);
  let unlabeled = 0;
  for (const code of labels.codes) {
    if (code >= 0 && code < counts.length) counts[code]++;
    else unlabeled++;
  }
  const present = labels.names.flatMap((name, code) => (counts[code] > 0 ? [{ code, text: name }] : []));
  const legend: LegendEntry[] = present.length <= LEGEND_ROWS ? present : present.slice(0, LEGEND_ROWS - 1);
  if (legend.length < present.length) legend.push({ code: -1, text: `and ${present.length - legend.length} more` });
  else if (unlabeled > 0 && present.length > 0) legend.push({ code: -1, text: 'no label' });
  return legend;
}
