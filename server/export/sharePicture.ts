import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { IDENTITY_ALIGNMENT } from '../geometry/alignment.ts';
import { HOME_VIEW, type DiskView } from '../geometry/diskView.ts';
import { rangeOf, scaleColor } from '../geometry/valueScale.ts';
import { classStyle } from './palette.ts';
import type { LegendEntry } from './pictureLayout.ts';
import { PICTURE_FONT, registerFont, tracePointShape } from './png.ts';
import { waysToFirst, type SharedDisk } from './sharedDisk.ts';

/** What pages that show links expect of a picture (ogp.me): 1.91 : 1. */
export const SHARE_PICTURE_SIZE = { width: 1200, height: 630 } as const;

/** What a share link shows, ready to be drawn. */
export interface SharePicture {
  readonly title: string;
  /** Short pieces of text below the title, in rows as they fit. */
  readonly facts: readonly string[];
  readonly footer: string;
  readonly disks: readonly SharedDisk[];
  readonly view: DiskView;
  readonly legend: readonly LegendEntry[];
  /** Classes that are not drawn. */
  readonly hidden: ReadonlySet<number>;
  /** Of the numbers that colors show. */
  readonly scale: { readonly title: string; readonly low: number; readonly high: number } | null;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The dashboard by night (client/src/styles/tokens.css). */
const NIGHT = {
  ground: '#121418',
  center: '#1c2028',
  edge: '#0d0f13',
  rim: '#d8cfbd',
  grid: '#4d5665',
  text: '#ece7dc',
  soft: '#b4b0a6',
  accent: '#e3a75a',
} as const;
const FADED = 0.22;
/** As the dashboard draws them. */
const TRAIL_OPACITY = 0.75;
const TRAIL_PIXELS = 2;
/** Pieces of a geodesic, which is an arc of at most half a circle. */
const TRAIL_STEPS = 24;
const TEXT_X = 668;
const TEXT_WIDTH = 484;
const LEGEND_ROWS = 12;
const DISTANCES = [1, 2, 3, 4, 5];

/** Draws what a link shows as PNG. Takes 0.1 s and more, so call it in a worker. */
export function drawSharePicture(picture: SharePicture): Uint8Array {
  registerFont();
  const { width, height } = SHARE_PICTURE_SIZE;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = NIGHT.ground;
  context.fillRect(0, 0, width, height);
  for (const [index, box] of boxesFor(picture.disks.length).entries()) {
    drawDisk(context, picture, picture.disks[index], box);
    if (picture.disks.length > 1) writeLetter(context, 'ABCDEF'[index], box);
  }
  if (picture.disks.length === 1) writeBeside(context, picture);
  else writeBelow(context, picture);
  return canvas.toBuffer('image/png');
}

/** One disk beside the text, or up to six above it. */
function boxesFor(count: number): Box[] {
  if (count === 1) return [{ x: 24, y: 15, width: 612, height: 600 }];
  const columns = count <= 4 ? count : 3;
  const rows = Math.ceil(count / columns);
  const width = SHARE_PICTURE_SIZE.width / columns;
  const height = 500 / rows;
  return Array.from({ length: count }, (_, index) => ({
    x: (index % columns) * width,
    y: 8 + Math.floor(index / columns) * height,
    width,
    height,
  }));
}

function drawDisk(context: SKRSContext2D, picture: SharePicture, disk: SharedDisk, box: Box): void {
  const middleX = box.x + box.width / 2;
  const middleY = box.y + box.height / 2;
  const radius = (Math.min(box.width, box.height) / 2 - 12) * picture.view.zoom;
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.clip();
  context.translate(middleX, middleY);
  if (disk.hyperbolic) drawGround(context, radius);
  drawTrails(context, disk, picture.view, radius);
  drawPoints(context, picture, disk, radius);
  context.restore();
}

function drawGround(context: SKRSContext2D, radius: number): void {
  const light = context.createRadialGradient(0, 0, 0, 0, 0, radius);
  light.addColorStop(0, NIGHT.center);
  light.addColorStop(1, NIGHT.edge);
  context.fillStyle = light;
  fillCircle(context, 0, 0, radius);
  context.lineWidth = 1;
  context.strokeStyle = NIGHT.grid;
  context.globalAlpha = 0.55;
  for (const distance of DISTANCES) {
    context.beginPath();
    context.arc(0, 0, radius * Math.tanh(distance / 2), 0, 2 * Math.PI);
    context.stroke();
  }
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.strokeStyle = NIGHT.rim;
  context.beginPath();
  context.arc(0, 0, radius + 2, 0, 2 * Math.PI);
  context.stroke();
}

function drawPoints(context: SKRSContext2D, { view, hidden, scale }: SharePicture, disk: SharedDisk, radius: number) {
  const { positions, codes, values, selected } = disk;
  const count = positions.length / 2;
  const share = Math.min(0.016, Math.max(0.0045, 0.36 / Math.sqrt(Math.max(count, 1))));
  const size = (radius * share) / Math.sqrt(view.zoom);
  const wayOf = waysToFirst(disk, view);
  for (let i = 0; i < count; i++) {
    if (values === null && hidden.has(codes[i])) continue;
    const at = wayOf(i)(disk.morph);
    const shrink = disk.hyperbolic ? 0.4 + 0.6 * Math.max(0, 1 - at.x * at.x - at.y * at.y) : 0.7;
    const { color, shape } = classStyle(values === null ? codes[i] : -1);
    context.globalAlpha = selected.size > 0 && !selected.has(i) ? FADED : 0.9;
    const paint = values === null || scale === null ? color : valueColor(values[i], scale);
    fillShape(context, shape, paint, radius * at.x, -radius * at.y, Math.max(0.9, size * shrink));
  }
  context.globalAlpha = 1;
}

function drawTrails(context: SKRSContext2D, disk: SharedDisk, view: DiskView, radius: number): void {
  const wayOf = waysToFirst(disk, view);
  context.strokeStyle = `rgb(${scaleColor(1, 'dark').join(', ')})`;
  context.globalAlpha = TRAIL_OPACITY;
  context.lineWidth = TRAIL_PIXELS;
  for (const point of disk.trails) {
    const way = wayOf(point);
    context.beginPath();
    for (let step = 0; step <= TRAIL_STEPS; step++) {
      const { x, y } = way(step / TRAIL_STEPS);
      context.lineTo(radius * x, -radius * y);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

function valueColor(value: number, { low, high }: { low: number; high: number }): string {
  if (Number.isNaN(value)) return 'rgb(128, 128, 128)';
  return `rgb(${scaleColor(Math.min(1, Math.max(0, (value - low) / (high - low))), 'dark').join(', ')})`;
}

function fillShape(
  context: SKRSContext2D,
  shape: ReturnType<typeof classStyle>['shape'],
  color: string,
  x: number,
  y: number,
  radius: number,
): void {
  tracePointShape(context, shape, x, y, radius);
  if (shape === 'ring' || shape === 'cross') {
    context.strokeStyle = color;
    context.lineWidth = Math.max(1, radius / 3);
    context.stroke();
  } else {
    context.fillStyle = color;
    context.fill();
  }
}

function fillCircle(context: SKRSContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function writeLetter(context: SKRSContext2D, letter: string, { x, y }: Box): void {
  context.font = `30px "${PICTURE_FONT}"`;
  context.fillStyle = NIGHT.soft;
  context.fillText(letter, x + 24, y + 34);
}

function writeBeside(context: SKRSContext2D, picture: SharePicture): void {
  let y = writeRows(context, picture.title.split(' '), { y: 84, size: 50, color: NIGHT.text, between: ' ', most: 3 });
  y = writeRows(context, picture.facts, { y: y + 2, size: 25, color: NIGHT.soft, between: ' · ', most: 5 });
  if (picture.scale !== null) drawScale(context, picture.scale, TEXT_X, y + 14);
  else drawLegend(context, picture, y + 14);
  context.font = `24px "${PICTURE_FONT}"`;
  context.fillStyle = NIGHT.accent;
  context.fillText(picture.footer, TEXT_X, 596, TEXT_WIDTH);
}

/** Writes pieces of text in rows that are as full as they can be. @returns the baseline of the next row */
function writeRows(
  context: SKRSContext2D,
  pieces: readonly string[],
  style: { y: number; size: number; color: string; between: string; most: number },
): number {
  context.font = `${style.size}px "${PICTURE_FONT}"`;
  context.fillStyle = style.color;
  context.textAlign = 'left';
  const rows: string[] = [];
  for (const piece of pieces) {
    const longer = rows.length === 0 ? piece : `${rows.at(-1) ?? ''}${style.between}${piece}`;
    if (rows.length > 0 && context.measureText(longer).width <= TEXT_WIDTH) rows[rows.length - 1] = longer;
    else rows.push(piece);
  }
  const shown = rows.slice(0, style.most);
  if (rows.length > shown.length) shown[shown.length - 1] += ' …';
  shown.forEach((row, index) => {
    context.fillText(row, TEXT_X, style.y + index * style.size * 1.2, TEXT_WIDTH);
  });
  return style.y + shown.length * style.size * 1.2;
}

/** Classes in two columns, as many as there is room for. */
function drawLegend(context: SKRSContext2D, { legend, hidden }: SharePicture, top: number): void {
  const rows = Math.max(1, Math.min(LEGEND_ROWS / 2 + 2, Math.floor((560 - top) / 30)));
  const fits = legend.length <= 2 * rows;
  const shown = fits ? legend : legend.slice(0, 2 * rows - 1);
  const rest = legend.length - shown.length;
  const entries = fits ? shown : [...shown, { code: -1, text: `and ${rest} more` }];
  const perColumn = Math.ceil(entries.length / 2);
  context.font = `22px "${PICTURE_FONT}"`;
  entries.forEach(({ code, text }, index) => {
    const x = TEXT_X + Math.floor(index / perColumn) * (TEXT_WIDTH / 2);
    const y = top + (index % perColumn) * 30;
    const { color, shape } = classStyle(code);
    context.globalAlpha = hidden.has(code) ? 0.35 : 1;
    fillShape(context, shape, color, x + 8, y, 7);
    context.fillStyle = NIGHT.text;
    context.fillText(text, x + 26, y + 7, TEXT_WIDTH / 2 - 36);
  });
  context.globalAlpha = 1;
}

function drawScale(
  context: SKRSContext2D,
  { title, low, high }: NonNullable<SharePicture['scale']>,
  x: number,
  y: number,
): void {
  const width = 300;
  const ramp = context.createLinearGradient(x, 0, x + width, 0);
  for (let step = 0; step <= 16; step++) {
    ramp.addColorStop(step / 16, `rgb(${scaleColor(step / 16, 'dark').join(', ')})`);
  }
  context.font = `22px "${PICTURE_FONT}"`;
  context.fillStyle = NIGHT.text;
  context.fillText(title, x, y + 8);
  context.fillStyle = ramp;
  context.fillRect(x, y + 20, width, 14);
  context.fillStyle = NIGHT.soft;
  context.fillText(low.toFixed(2), x, y + 58);
  context.textAlign = 'right';
  context.fillText(high.toFixed(2), x + width, y + 58);
  context.textAlign = 'left';
}

function writeBelow(context: SKRSContext2D, { title, facts, footer, scale }: SharePicture): void {
  const { width, height } = SHARE_PICTURE_SIZE;
  const room = width - 80 - (scale === null ? 0 : 340);
  context.textAlign = 'left';
  context.font = `34px "${PICTURE_FONT}"`;
  context.fillStyle = NIGHT.text;
  context.fillText(title, 40, height - 78, room);
  context.font = `22px "${PICTURE_FONT}"`;
  context.fillStyle = NIGHT.soft;
  context.fillText(facts.join(' · '), 40, height - 48, room);
  context.fillStyle = NIGHT.accent;
  context.fillText(footer, 40, height - 18, room);
  if (scale !== null) drawScale(context, scale, width - 340, height - 88);
}

/** What the picture of a link shows that does not work (any more): the same for every one of them. */
export const CLOSED_LINK_PICTURE: SharePicture = {
  title: 'Circle Limit',
  facts: ['Image embeddings, laid out live', 'on the Poincaré disk.'],
  footer: '',
  disks: [
    {
      positions: new Float64Array(0),
      hyperbolic: true,
      alignment: IDENTITY_ALIGNMENT,
      codes: new Int32Array(0),
      values: null,
      selected: new Set(),
      places: null,
      morph: 0,
      trails: [],
    },
  ],
  view: HOME_VIEW,
  legend: [],
  hidden: new Set(),
  scale: null,
};

/** The ends of a scale for `values`, but for outliers. */
export function pictureScale(title: string, values: Float32Array): NonNullable<SharePicture['scale']> {
  return { title, ...rangeOf(values) };
}
