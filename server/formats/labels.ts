import { encodeNpy, encodeNpyStrings } from './npyWrite.ts';

/** Class labels of rows: `names[codes[i]]` is the label of row i; code −1 means that the row has none. */
export interface Labels {
  readonly names: readonly string[];
  readonly codes: Int32Array;
}

/**
 * Numbers the distinct values: integers in numeric order, anything else in code-point order, so that the numbering
 * depends on the values alone. An empty text means no label; so does −1 among integers, as clustering tools write it.
 */
export function labelsFromStrings(values: readonly string[]): Labels {
  const distinct = [...new Set(values)].filter((value) => value !== '');
  const numeric = distinct.every((value) => /^-?\d+$/.test(value));
  const names = distinct
    .filter((value) => !(numeric && value === '-1'))
    .sort(numeric ? (a, b) => Number(a) - Number(b) : compareCodePoints);
  const codeOf = new Map(names.map((name, code) => [name, code]));
  return { names, codes: Int32Array.from(values, (value) => codeOf.get(value) ?? -1) };
}

/** The label of a row as text; empty when it has none. */
export function labelAt(labels: Labels | null, row: number): string {
  return labels?.names[labels.codes[row]] ?? '';
}

/**
 * Labels as an .npy file that `readLabels` turns back into the same labels: int64 when every name is an integer, else
 * text (`<U…`).
 */
export function encodeLabelsNpy(labels: Labels): Uint8Array {
  const integers = labels.names.every((name) => /^-?\d{1,15}$/.test(name));
  if (integers) {
    const values = BigInt64Array.from(labels.codes, (code) => BigInt(labels.names[code] ?? -1));
    return encodeNpy(values, [values.length]);
  }
  return encodeNpyStrings(Array.from(labels.codes, (code) => labels.names[code] ?? ''));
}

/** Order by code point, the same on every machine and locale. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return orderOf(left) - orderOf(right);
  }
  return a.length - b.length;
}

/** UTF-16 puts surrogates, which stand for code points above U+FFFF, before U+E000–U+FFFF; here they come after. */
function orderOf(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
