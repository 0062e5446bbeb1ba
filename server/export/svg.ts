import type { LayoutTable } from '../formats/layoutTable.ts';
import { DISK_COLORS, classStyle, type ClassShape } from './palette.ts';
import {
  arrangePicture,
  captionLineY,
  distanceCircles,
  LAST_LABELED_DISTANCE,
  LEGEND_ROW,
  placePoint,
  type PictureLayout,
} from './pictureLayout.ts';

/** Above this number points become one picture within the SVG, since viewers grow slow. */
export const MAX_SVG_VECTORS = 20_000;
/** Points a piece: short enough to leave the event loop free between pieces. */
const PIECE = 500;
const FONT = "'Cormorant Garamond', Garamond, Georgia, serif";

/**
 * The layout as an SVG document, in pieces. Points are vectors up to 20,000.
 * @param raster beyond that, the points alone as a PNG with transparent ground, of the size of the whole picture.
 */
export function* svgDocument(table: LayoutTable, raster: Uint8Array | null): Generator<string> {
  const picture = arrangePicture(table);
  const count = table.positions.length / 2;
  const { width, height } = picture;
  yield `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">\n`;
  yield `<title>${escapeXml(picture.caption.join('; '))}</title>\n<desc>${escapeXml(describe(picture, count, raster))}</desc>\n`;
  yield `<style>${styleSheet(table)}</style>\n<rect width="100%" height="100%" fill="${DISK_COLORS.paper}"/>\n`;
  yield ground(picture);
  if (raster === null) yield* points(table, picture);
  else {
    const data = Buffer.from(raster.buffer, raster.byteOffset, raster.byteLength).toString('base64');
    yield `<image width="${width}" height="${height}" href="data:image/png;base64,${data}"/>\n`;
  }
  yield scale(picture);
  yield legend(picture);
  const lines = picture.caption.map(
    (line, index) =>
      `<text class="caption" x="${picture.centerX}" y="${captionLineY(picture, index)}">${escapeXml(line)}</text>\n`,
  );
  yield `${lines.join('')}</svg>\n`;
}

function describe(picture: PictureLayout, count: number, raster: Uint8Array | null): string {
  const where = picture.hyperbolic ? 'on the Poincaré disk' : 'in the plane';
  const how =
    raster === null ? '' : ` The points are an embedded raster picture, as there are more than ${MAX_SVG_VECTORS}.`;
  return `${count} points ${where}.${how}`;
}

function styleSheet({ labels }: LayoutTable): string {
  const codes = [-1, ...(labels?.names.keys() ?? [])];
  const rules = codes.map((code) => {
    const { color, outlineOnPaper, shape } = classStyle(code);
    const paint =
      shape === 'ring' || shape === 'cross'
        ? `fill:none;stroke:${color};stroke-width:1.2`
        : `fill:${color};stroke:${outlineOnPaper}`;
    return `.${className(code)}{${paint}}`;
  });
  const text = `text{font-family:${FONT};fill:${DISK_COLORS.inkOnPaper};font-size:19px}.caption{text-anchor:middle}.scale text{font-size:15px;paint-order:stroke;stroke:${DISK_COLORS.paper};stroke-width:4;stroke-linejoin:round}`;
  return `.points *{stroke-width:.35;fill-opacity:.85}${rules.join('')}${text}`;
}

function ground(picture: PictureLayout): string {
  if (!picture.hyperbolic) return '';
  const { centerX: x, centerY: y, radius } = picture;
  const circles = distanceCircles(picture).map(({ radius: r }) => `<circle cx="${x}" cy="${y}" r="${round(r)}"/>`);
  return (
    `<g fill="none" stroke="${DISK_COLORS.faintOnPaper}" stroke-width=".8">${circles.join('')}</g>\n` +
    `<g fill="none" stroke="${DISK_COLORS.inkOnPaper}"><circle cx="${x}" cy="${y}" r="${radius + 3}" stroke-width="2.4"/>` +
    `<circle cx="${x}" cy="${y}" r="${radius + 9}" stroke-width=".8"/></g>\n`
  );
}

function* points(table: LayoutTable, picture: PictureLayout): Generator<string> {
  const count = table.positions.length / 2;
  yield '<g class="points">\n';
  for (let start = 0; start < count; start += PIECE) {
    let piece = '';
    for (let i = start; i < Math.min(start + PIECE, count); i++) {
      const { x, y, radius } = placePoint(picture, table.positions, i);
      piece += shapeElement(table.labels?.codes[i] ?? -1, x, y, radius);
    }
    yield piece;
  }
  yield '</g>\n';
}

/** The hyperbolic distance of each circle. */
function scale(picture: PictureLayout): string {
  const labels = distanceCircles(picture)
    .filter(({ distance }) => distance <= LAST_LABELED_DISTANCE)
    .map(({ distance, labelX, labelY }) => `<text x="${round(labelX)}" y="${round(labelY)}">${distance}</text>`);
  return labels.length === 0 ? '' : `<g class="scale">${labels.join('')}</g>\n`;
}

function legend(picture: PictureLayout): string {
  const rows = picture.legend.map(({ code, text }, row) => {
    const y = picture.legendY + row * LEGEND_ROW + LEGEND_ROW / 2;
    const mark = `<g class="points">${shapeElement(code, picture.legendX + 14, y, 6.5)}</g>`;
    return `${mark}<text x="${picture.legendX + 30}" y="${round(y + 6)}">${escapeXml(text)}</text>`;
  });
  return rows.length === 0 ? '' : `<g class="legend">\n${rows.join('\n')}\n</g>\n`;
}

function shapeElement(code: number, x: number, y: number, radius: number): string {
  const { shape } = classStyle(code);
  const name = className(code);
  if (shape === 'circle' || shape === 'ring') {
    return `<circle class="${name}" cx="${round(x)}" cy="${round(y)}" r="${round(radius)}"/>\n`;
  }
  const corners = shapeCorners(shape, x, y, radius).map(([cx, cy], index) => {
    const command = index === 0 || (shape === 'cross' && index % 2 === 0) ? 'M' : 'L';
    return `${command}${round(cx)} ${round(cy)}`;
  });
  return `<path class="${name}" d="${corners.join('')}${shape === 'cross' ? '' : 'Z'}"/>\n`;
}

/** Corners of a shape of about the area of the circle; for a cross the ends of its two strokes. */
export function shapeCorners(shape: ClassShape, x: number, y: number, radius: number): [number, number][] {
  const side = radius * 0.9;
  const reach = radius * 1.25;
  switch (shape) {
    case 'triangle':
      return [
        [x, y - reach],
        [x + reach * 0.87, y + reach / 2],
        [x - reach * 0.87, y + reach / 2],
      ];
    case 'diamond':
      return [
        [x, y - reach],
        [x + reach, y],
        [x, y + reach],
        [x - reach, y],
      ];
    case 'cross':
      return [
        [x - side, y - side],
        [x + side, y + side],
        [x - side, y + side],
        [x + side, y - side],
      ];
    default:
      return [
        [x - side, y - side],
        [x + side, y - side],
        [x + side, y + side],
        [x - side, y + side],
      ];
  }
}

function className(code: number): string {
  return code < 0 ? 'none' : `c${code}`;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Text for an XML document: escaped, without the control characters that XML 1.0 forbids. */
export function escapeXml(text: string): string {
  return Array.from(text)
    .filter((character) => !isForbiddenInXml(character.codePointAt(0) ?? 0))
    .join('')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function isForbiddenInXml(code: number): boolean {
  const whitespace = code === 0x09 || code === 0x0a || code === 0x0d;
  return (code < 0x20 && !whitespace) || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
}
