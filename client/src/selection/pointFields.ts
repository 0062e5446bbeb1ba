import type { RunPoints } from '../disk/pointColors.ts';

/** One column over all points of a run: what queries, the table and the explanation work on. */
export type PointField =
  | { readonly kind: 'category'; readonly name: string; readonly names: readonly string[]; readonly codes: Int16Array }
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly values: Float32Array | Float64Array | Int32Array;
      readonly help: string;
    }
  | { readonly kind: 'text'; readonly name: string; readonly texts: readonly string[]; readonly help: string };

export interface FieldSources {
  readonly points: RunPoints;
  /** Names of the images by point; null where they are not known (yet). */
  readonly imageNames: readonly string[] | null;
  /** The layout that is shown, N × 2; null before the first. */
  readonly positions: Float32Array | null;
}

/** Every field of the points of a run, categories first. */
export function pointFields({ points, imageNames, positions }: FieldSources): readonly PointField[] {
  const fields: PointField[] = points.categories.map(({ name, names, codes }) => ({
    kind: 'category',
    name,
    names,
    codes,
  }));
  for (const { name, values } of points.numbers) {
    if (values !== null) fields.push({ kind: 'number', name, values, help: 'a number of the data set' });
  }
  const taken = new Set(fields.map(({ name }) => name));
  const add = (field: PointField): void => {
    if (!taken.has(field.name)) fields.push(field);
  };
  if (imageNames !== null)
    add({ kind: 'text', name: 'file', texts: imageNames, help: 'part of the name of the image' });
  if (positions !== null) {
    add(computedField('radius', 'geodesic distance from the origin', () => radii(positions)));
    add(computedField('angle', 'degrees around the origin, −180 to 180', () => angles(positions)));
  }
  if (points.recall !== null) {
    add({
      kind: 'number',
      name: 'recall',
      values: points.recall,
      help: 'share of its neighbors that the disk keeps, 0 to 1',
    });
  }
  add({ kind: 'number', name: 'image', values: points.imageIndices, help: 'number of the image in its data set' });
  return fields;
}

/** Its values are computed when somebody reads them. */
function computedField(name: string, help: string, compute: () => Float32Array): PointField {
  let values: Float32Array | null = null;
  return {
    ...{ kind: 'number', name, help },
    get values() {
      return (values ??= compute());
    },
  };
}

/** ρ = 2 artanh |u|. */
function radii(positions: Float32Array): Float32Array {
  const values = new Float32Array(positions.length / 2);
  for (let i = 0; i < values.length; i++) {
    values[i] = 2 * Math.atanh(Math.min(1 - 1e-7, Math.hypot(positions[2 * i]!, positions[2 * i + 1]!)));
  }
  return values;
}

function angles(positions: Float32Array): Float32Array {
  const values = new Float32Array(positions.length / 2);
  for (let i = 0; i < values.length; i++) {
    values[i] = (Math.atan2(positions[2 * i + 1]!, positions[2 * i]!) * 180) / Math.PI;
  }
  return values;
}

/** The value of a field for people; empty where there is none. */
export function valueText(field: PointField, point: number): string {
  if (field.kind === 'category') return field.names[field.codes[point]!] ?? '';
  if (field.kind === 'text') return field.texts[point] ?? '';
  const value = field.values[point]!;
  if (Number.isNaN(value)) return '';
  return Number.isInteger(value) ? String(value) : value.toFixed(field.name === 'angle' ? 1 : 3);
}
