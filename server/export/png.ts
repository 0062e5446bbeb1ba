import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import type { LayoutTable } from '../formats/layoutTable.ts';
import { DISK_COLORS, classStyle, type ClassShape } from './palette.ts';
import {
  arrangePicture,
  captionLineY,
  distanceCircles,
  LAST_LABELED_DISTANCE,
  LEGEND_ROW,
  PICTURE_SIDE,
  placePoint,
  type PictureLayout,
} from './pictureLayout.ts';
import { shapeCorners } from './svg.ts';

const FONT_FILE = '@fontsource/cormorant-garamond/files/cormorant-garamond-latin-600-normal.woff2';
/** The font of every picture, once `registerFont` was called. */
export const PICTURE_FONT = 'Circle Limit';

/** Radius below which a point of a small picture would fade into its ground. */
const LEAST_POINT_PIXELS = 1;

export interface DrawPngOptions {
  /** Height of the picture in pixels. */
  readonly size: number;
  /** Draw the points alone on a transparent ground. Default false. */
  readonly pointsOnly?: boolean | undefined;
  /** Leave out the paper. Default false. */
  readonly transparent?: boolean | undefined;
  /** The disk alone, without legend, scale and caption. Default false. */
  readonly plain?: boolean | undefined;
}

/** Draws a layout as PNG. Takes 0.1 s and more, so call it in a worker. */
export function drawPng(table: LayoutTable, { size, pointsOnly, transparent, plain }: DrawPngOptions): Uint8Array {
  const picture = arrangePicture(table, { plain });
  const scale = size / picture.height;
  const canvas = createCanvas(Math.round(picture.width * scale), size);
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  if (!pointsOnly) drawGround(context, picture, transparent ?? false);
  drawPoints(context, table, picture, LEAST_POINT_PIXELS / scale);
  if (!pointsOnly && !plain) drawTexts(context, picture);
  return canvas.toBuffer('image/png');
}

function drawGround(context: SKRSContext2D, picture: PictureLayout, transparent: boolean): void {
  context.fillStyle = DISK_COLORS.paper;
  if (!transparent) context.fillRect(0, 0, picture.width, picture.height);
  if (!picture.hyperbolic) return;
  for (const { radius } of distanceCircles(picture))
    strokeCircle(context, picture, radius, DISK_COLORS.faintOnPaper, 0.8);
  strokeCircle(context, picture, picture.radius + 3, DISK_COLORS.inkOnPaper, 2.4);
  strokeCircle(context, picture, picture.radius + 9, DISK_COLORS.inkOnPaper, 0.8);
}

function strokeCircle(
  context: SKRSContext2D,
  picture: PictureLayout,
  radius: number,
  color: string,
  width: number,
): void {
  context.beginPath();
  context.arc(picture.centerX, picture.centerY, radius, 0, 2 * Math.PI);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}

function drawPoints(context: SKRSContext2D, table: LayoutTable, picture: PictureLayout, leastRadius: number): void {
  const codes = table.labels?.codes;
  for (let i = 0; i < table.positions.length / 2; i++) {
    const { x, y, radius } = placePoint(picture, table.positions, i);
    drawShape(context, codes?.[i] ?? -1, x, y, Math.max(radius, leastRadius));
  }
}

function drawShape(context: SKRSContext2D, code: number, x: number, y: number, radius: number): void {
  const { color, outlineOnPaper, shape } = classStyle(code);
  tracePointShape(context, shape, x, y, radius);
  const hollow = shape === 'ring' || shape === 'cross';
  context.strokeStyle = hollow ? color : outlineOnPaper;
  context.lineWidth = hollow ? 1.2 : 0.35;
  if (!hollow) {
    context.globalAlpha = 0.85;
    context.fillStyle = color;
    context.fill();
    context.globalAlpha = 1;
  }
  context.stroke();
}

/** Begins the path of a point's mark, to be filled, or stroked for a ring or cross. */
export function tracePointShape(context: SKRSContext2D, shape: ClassShape, x: number, y: number, radius: number): void {
  context.beginPath();
  if (shape === 'circle' || shape === 'ring') context.arc(x, y, radius, 0, 2 * Math.PI);
  else {
    shapeCorners(shape, x, y, radius).forEach(([cornerX, cornerY], index) => {
      if (index === 0 || (shape === 'cross' && index % 2 === 0)) context.moveTo(cornerX, cornerY);
      else context.lineTo(cornerX, cornerY);
    });
    if (shape !== 'cross') context.closePath();
  }
}

function drawTexts(context: SKRSContext2D, picture: PictureLayout): void {
  registerFont();
  context.font = `19px "${PICTURE_FONT}", serif`;
  picture.legend.forEach(({ code, text }, row) => {
    const y = picture.legendY + row * LEGEND_ROW + LEGEND_ROW / 2;
    drawShape(context, code, picture.legendX + 14, y, 6.5);
    context.fillStyle = DISK_COLORS.inkOnPaper;
    context.fillText(text, picture.legendX + 30, y + 6, picture.width - picture.legendX - 40);
  });
  context.fillStyle = DISK_COLORS.inkOnPaper;
  context.textAlign = 'center';
  picture.caption.forEach((line, index) => {
    context.fillText(line, picture.centerX, captionLineY(picture, index), PICTURE_SIDE - 20);
  });
  drawScale(context, picture);
}

/** The hyperbolic distance of each circle, on a ground of paper so that it is read over points. */
function drawScale(context: SKRSContext2D, picture: PictureLayout): void {
  context.font = `15px "${PICTURE_FONT}", serif`;
  context.textAlign = 'left';
  context.lineWidth = 4;
  // Mitered, the narrow corners of a 4 would stick out.
  context.lineJoin = 'round';
  context.strokeStyle = DISK_COLORS.paper;
  for (const { distance, labelX, labelY } of distanceCircles(picture)) {
    if (distance > LAST_LABELED_DISTANCE) continue;
    context.strokeText(String(distance), labelX, labelY);
    context.fillText(String(distance), labelX, labelY);
  }
}

/** A font of our own, since a server often has none and would draw no letters at all. */
export function registerFont(): void {
  if (GlobalFonts.has(PICTURE_FONT)) return;
  GlobalFonts.registerFromPath(createRequire(import.meta.url).resolve(FONT_FILE), PICTURE_FONT);
}
