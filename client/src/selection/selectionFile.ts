import { encodeNpyHeader } from '../../../server/formats/npyEncode.ts';
import type { PointField } from './pointFields.ts';

export const SELECTION_FORMATS = ['csv', 'json', 'parquet', 'npy'] as const;
export type SelectionFormat = (typeof SELECTION_FORMATS)[number];

export interface SelectionFileContent {
  /** What the file is about: name and id of the run, iteration. */
  readonly about: Readonly<Record<string, string | number | null>>;
  readonly points: Int32Array;
  readonly fields: readonly PointField[];
  /** The layout that is shown, N × 2. */
  readonly positions: Float32Array | null;
}

interface Column {
  readonly name: string;
  readonly type: 'INT32' | 'FLOAT' | 'STRING';
  /** Null where there is no value. */
  readonly values: (number | string | null)[];
}

/**
 * The points of a selection as a file: number, name, labels and columns, u, v, radius, angle, recall. As npy their
 * numbers alone (int32), which pick the same points from the other arrays of the run: `layout[selection]`.
 */
export async function writeSelectionFile(format: SelectionFormat, content: SelectionFileContent): Promise<Blob> {
  if (format === 'npy') {
    const { points } = content;
    return new Blob([encodeNpyHeader('<i4', [points.length]), points.slice()] as BlobPart[]);
  }
  const columns = columnsOf(content);
  if (format === 'csv') {
    const { stringify } = await import('csv-stringify/browser/esm/sync');
    const rows = Array.from(content.points, (_, row) => columns.map(({ values }) => values[row]));
    const text = stringify([columns.map(({ name }) => name), ...rows], { escape_formulas: true });
    return new Blob([text], { type: 'text/csv' });
  }
  if (format === 'json') {
    const points = Array.from(content.points, (_, row) =>
      Object.fromEntries(columns.map(({ name, values }) => [name, values[row]])),
    );
    return new Blob([JSON.stringify({ ...content.about, points }, null, 1)], { type: 'application/json' });
  }
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const kvMetadata = Object.entries(content.about).map(([key, value]) => ({ key, value: String(value) }));
  const columnData = columns.map(({ name, type, values }) => ({ name, type, data: values, nullable: true }));
  return new Blob([parquetWriteBuffer({ columnData, kvMetadata })], { type: 'application/vnd.apache.parquet' });
}

function columnsOf({ points, fields, positions }: SelectionFileContent): Column[] {
  const columns: Column[] = [{ name: 'index', type: 'INT32', values: [...points] }];
  for (const field of fields) columns.push(columnOf(field, points));
  if (positions !== null) {
    columns.push({ name: 'u', type: 'FLOAT', values: Array.from(points, (point) => positions[2 * point]!) });
    columns.push({ name: 'v', type: 'FLOAT', values: Array.from(points, (point) => positions[2 * point + 1]!) });
  }
  return columns;
}

function columnOf(field: PointField, points: Int32Array): Column {
  const { name } = field;
  switch (field.kind) {
    case 'category':
      return { name, type: 'STRING', values: Array.from(points, (point) => field.names[field.codes[point]!] ?? null) };
    case 'text':
      return { name, type: 'STRING', values: Array.from(points, (point) => field.texts[point] ?? null) };
    case 'number': {
      const type = field.values instanceof Int32Array ? 'INT32' : 'FLOAT';
      const present = (value: number): number | null => (Number.isNaN(value) ? null : value);
      return { name, type, values: Array.from(points, (point) => present(field.values[point]!)) };
    }
  }
}
