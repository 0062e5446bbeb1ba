import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeCsvLayout } from '../formats/csv.ts';
import { labelAt } from '../formats/labels.ts';
import type { LayoutTable } from '../formats/layoutTable.ts';
import { encodeNpy } from '../formats/npyWrite.ts';
import { encodeInWorker } from './encodeInWorker.ts';
import { PIXELS_PER_SCALE } from './pictureLayout.ts';
import { MAX_SVG_VECTORS, svgDocument } from './svg.ts';

export type { LayoutTable };

export const LAYOUT_FORMATS = ['npy', 'csv', 'parquet', 'json', 'svg', 'png'] as const;
export type LayoutFormat = (typeof LAYOUT_FORMATS)[number];

/** Media types for HTTP. */
export const LAYOUT_MEDIA_TYPES: Readonly<Record<LayoutFormat, string>> = {
  npy: 'application/octet-stream',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  png: 'image/png',
};

export interface WriteLayoutOptions {
  /** Height of a PNG in pixels, 64 to 8192. Default 2080: twice the units of a drawing with one line of caption. */
  readonly size?: number | undefined;
  /** Of a PNG: no paper behind it. Default false. */
  readonly transparent?: boolean | undefined;
  /** Of a PNG: the disk alone, without legend, scale and caption. Default false. */
  readonly plain?: boolean | undefined;
}

const DEFAULT_SIZE = 2 * PIXELS_PER_SCALE;
/** Points a piece of JSON: short enough to leave the event loop free between pieces. */
const JSON_PIECE = 500;

/**
 * Writes a layout: `npy` (N × 2 float64), `csv` (index, x, y, label), `parquet` (the same columns), `json`, `svg`, `png`.
 * The same table gives the same bytes. The destination is not ended, so that the caller can go on or finish it.
 * @throws RangeError when lengths in the table disagree or `size` is out of range.
 */
export async function writeLayout(
  format: LayoutFormat,
  table: LayoutTable,
  destination: Writable,
  options: WriteLayoutOptions = {},
): Promise<void> {
  requireTable(table);
  const size = options.size ?? DEFAULT_SIZE;
  if (!Number.isInteger(size) || size < 64 || size > 8192) throw new RangeError(`size ${size}: 64 to 8192 is expected`);
  switch (format) {
    case 'csv':
      return writeCsvLayout(table, destination);
    case 'npy':
      return writePieces([encodeNpy(table.positions, [table.positions.length / 2, 2])], destination);
    case 'json':
      return writePieces(jsonDocument(table), destination);
    case 'svg': {
      const many = table.positions.length / 2 > MAX_SVG_VECTORS;
      const picture = { size: DEFAULT_SIZE, pointsOnly: true };
      const raster = many ? await encodeInWorker({ table, kind: 'png', picture }) : null;
      return writePieces(svgDocument(table, raster), destination);
    }
    case 'parquet':
    case 'png': {
      const picture = { size, transparent: options.transparent, plain: options.plain };
      return writePieces([await encodeInWorker({ table, kind: format, picture })], destination);
    }
  }
}

/** The layout as JSON: what it is, then one object a point. */
function* jsonDocument(table: LayoutTable): Generator<string> {
  const { positions, labels, imageIndices, imageNames, about } = table;
  const count = positions.length / 2;
  const head = { ...about, pointCount: count, labelNames: labels?.names ?? null };
  yield `${JSON.stringify(head).slice(0, -1)},"points":[`;
  for (let start = 0; start < count; start += JSON_PIECE) {
    const pieces: string[] = [];
    for (let i = start; i < Math.min(start + JSON_PIECE, count); i++) {
      const label = labels === null ? null : labelAt(labels, i) || null;
      const name = imageNames === undefined ? {} : { name: imageNames[i] };
      pieces.push(
        JSON.stringify({ index: imageIndices[i], x: positions[2 * i], y: positions[2 * i + 1], label, ...name }),
      );
    }
    yield `${start === 0 ? '' : ','}\n${pieces.join(',\n')}`;
  }
  yield '\n]}\n';
}

async function writePieces(pieces: Iterable<string | Uint8Array>, destination: Writable): Promise<void> {
  await pipeline(Readable.from(pieces, { objectMode: true, highWaterMark: 1 }), destination, { end: false });
}

function requireTable({ positions, labels, imageIndices, imageNames }: LayoutTable): void {
  const count = positions.length / 2;
  const lengths = [labels?.codes.length ?? count, imageIndices.length, imageNames?.length ?? count];
  if (lengths.some((length) => length !== count)) {
    throw new RangeError(`${count} positions, but ${lengths.join(', ')} labels, image indices and names`);
  }
}
