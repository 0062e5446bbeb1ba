import { classStyle } from '../../../server/geometry/classPalette.ts';
import { scaleColor } from '../../../server/geometry/valueScale.ts';
import type { Ground, RgbColor } from '../../../server/geometry/valueScale.ts';
import type { RunPointsQuery } from '../graphql/generated/graphql.ts';
import { decodeFloat32, decodeFloat64, decodeInt16, decodeInt32 } from './frameDecoder.ts';

export { rangeOf, scaleColor } from '../../../server/geometry/valueScale.ts';
export type { Ground, RgbColor } from '../../../server/geometry/valueScale.ts';

/** The color of a class as CSS writes it; on paper the darker one, for its contrast. */
export function classColorText(code: number, ground: Ground): string {
  const { color, outlineOnPaper } = classStyle(code);
  return ground === 'dark' ? color : outlineOnPaper;
}

function classColor(code: number, ground: Ground): RgbColor {
  const value = Number.parseInt(classColorText(code, ground).slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The points of a run, decoded. */
export interface RunPoints {
  readonly datasetId: string | null;
  /** False for rows of imported vectors. */
  readonly pictured: boolean;
  readonly imageIndices: Int32Array;
  /** `label` first, then further columns; each with a code a point, −1 for none. */
  readonly categories: readonly Category[];
  /** Numbers that the data set has of its images, NaN for none. */
  readonly numbers: readonly PointNumbers[];
  /** recallAt15 of each point, NaN where it was not measured. */
  readonly recall: Float32Array | null;
}

/** Numbers of points that colors can show on a scale from `low` to `high`. */
export interface ValueColumn {
  readonly title: string;
  /** What the numbers are, in one sentence. */
  readonly help: string;
  readonly values: Float32Array | Float64Array;
  readonly low: number;
  readonly high: number;
}

export interface PointNumbers {
  readonly name: string;
  /** Null until they are here: they may be many, and nobody waits for them to see the layout. */
  readonly values: Float64Array | null;
}

export interface Category {
  readonly name: string;
  readonly names: readonly string[];
  readonly codes: Int16Array;
  /** Points of each name. */
  readonly counts: readonly number[];
}

export function decodePoints(points: NonNullable<RunPointsQuery['run']>['points']): RunPoints {
  return {
    datasetId: points.datasetId ?? null,
    pictured: points.pictured,
    imageIndices: decodeInt32(points.imageIndices),
    categories: [
      category('label', points.labelNames, points.labelCodes),
      ...points.columns.map(({ name, names, codes }) => category(name, names, codes)),
    ],
    numbers: points.numbers.map(({ name }) => ({ name, values: null })),
    recall: points.recallPerPoint == null ? null : decodeFloat32(points.recallPerPoint),
  };
}

export function decodeNumbers(numbers: readonly { readonly name: string; readonly values: string }[]): PointNumbers[] {
  return numbers.map(({ name, values }) => ({ name, values: decodeFloat64(values) }));
}

function category(name: string, names: readonly string[], base64Codes: string): Category {
  const codes = decodeInt16(base64Codes);
  const counts = new Array<number>(names.length).fill(0);
  for (const code of codes) if (code >= 0) counts[code]!++;
  return { name, names, codes, counts };
}

/** Name of the class of a point, or null. */
export function nameOf(category: Category | undefined, point: number): string | null {
  const code = category?.codes[point] ?? -1;
  return code < 0 ? null : (category!.names[code] ?? null);
}

/** RGBA of every point by class; hidden classes get alpha 0. */
export function colorsByCategory(
  { names, codes }: Pick<Category, 'names' | 'codes'>,
  hidden: ReadonlySet<string>,
  ground: Ground,
): Uint8Array {
  const palette = new Uint8Array((names.length + 1) * 4);
  for (let code = -1; code < names.length; code++) {
    const visible = code < 0 ? hidden.size === 0 : !hidden.has(names[code]!);
    palette.set([...classColor(code, ground), visible ? 255 : 0], (code + 1) * 4);
  }
  const colors = new Uint8Array(codes.length * 4);
  const source = new Uint32Array(palette.buffer);
  const target = new Uint32Array(colors.buffer);
  for (let i = 0; i < codes.length; i++) target[i] = source[codes[i]! + 1]!;
  return colors;
}

/** RGBA of every point on a scale; what lies beyond its ends gets the color of the end, NaN is a faint gray. */
export function colorsByValue({ values, low, high }: ValueColumn, ground: Ground): Uint8Array {
  const steps = Array.from({ length: 256 }, (_, step) => scaleColor(step / 255, ground));
  const colors = new Uint8Array(values.length * 4);
  for (let i = 0; i < values.length; i++) {
    const step = Math.round((255 * (values[i]! - low)) / (high - low));
    if (Number.isNaN(step)) colors.set([128, 128, 128, 90], i * 4);
    else colors.set([...steps[Math.min(255, Math.max(0, step))]!, 255], i * 4);
  }
  return colors;
}
