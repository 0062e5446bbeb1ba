import { BadInputError, excerpt } from '../errors.ts';
import { NPY_MAGIC } from './npyEncode.ts';

/** Element types of the arrays that we read, by numpy's one-letter kind. */
export type NpyKind = 'f' | 'i' | 'u' | 'b' | 'U' | 'S';

export interface NpyType {
  readonly kind: NpyKind;
  /** Bytes of one element; for 'U' four a character. */
  readonly itemBytes: number;
  readonly bigEndian: boolean;
}

export interface NpyHeader {
  readonly type: NpyType;
  readonly shape: readonly number[];
  /** Number of elements: the product of the shape. */
  readonly count: number;
  /** Where the first element begins, in bytes. */
  readonly dataOffset: number;
}

/** The most that a header may take; numpy itself warns above 10,000 bytes. */
export const MAX_HEADER_BYTES = 65_536;
const NUMBER_SIZES: Readonly<Record<string, readonly number[]>> = {
  f: [2, 4, 8],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  b: [1],
};
const KIND_NAMES: Readonly<Record<string, string>> = { f: 'float', i: 'int', u: 'uint', c: 'complex' };

/**
 * Reads the header of an .npy file, versions 1 to 3 (numpy.lib.format).
 * @param bytes the start of the file, up to `MAX_HEADER_BYTES`.
 * @throws BadInputError naming the file when it is no .npy file, is cut short, or holds what we do not read: Fortran
 *   order, Python objects, structures, complex numbers, dates.
 */
export function parseNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  if (bytes.length < 10 || !NPY_MAGIC.every((byte, index) => bytes[index] === byte)) {
    throw new BadInputError(`${file}: is not an .npy file (it does not begin with \\x93NUMPY)`);
  }
  const version = bytes[6];
  if (version < 1 || version > 3) {
    throw new BadInputError(`${file}: is of .npy version ${version}.${bytes[7]}; versions 1 to 3 can be read`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textOffset = version === 1 ? 10 : 12;
  if (bytes.length < textOffset) throw new BadInputError(`${file}: ends within its header`);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataOffset = textOffset + length;
  if (dataOffset > MAX_HEADER_BYTES)
    throw new BadInputError(`${file}: has a header of ${length} bytes, which is damaged`);
  if (bytes.length < dataOffset) throw new BadInputError(`${file}: ends within its header`);
  const decoder = new TextDecoder(version === 3 ? 'utf-8' : 'latin1');
  return { ...parseDictionary(decoder.decode(bytes.subarray(textOffset, dataOffset)), file), dataOffset };
}

function parseDictionary(text: string, file: string): Omit<NpyHeader, 'dataOffset'> {
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shapeText = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  if (order === undefined || shapeText === undefined) {
    throw new BadInputError(`${file}: has a damaged .npy header: "${excerpt(text.trim())}"`);
  }
  const type = parseType(text, file);
  if (order === 'True') {
    throw new BadInputError(`${file}: is stored in Fortran order; save it with numpy.ascontiguousarray(array)`);
  }
  const sizes = shapeText.split(',').map((part) => part.trim().replace(/L$/, ''));
  const shape = sizes.filter((part) => part !== '').map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  if (
    !shape.every((size) => Number.isSafeInteger(size) && size >= 0) ||
    !Number.isSafeInteger(count * type.itemBytes)
  ) {
    throw new BadInputError(`${file}: has a damaged .npy header: shape (${excerpt(shapeText)})`);
  }
  return { type, shape, count };
}

function parseType(text: string, file: string): NpyType {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  if (descr === undefined) {
    throw new BadInputError(`${file}: holds structures (a dtype with named fields); save a plain array of one dtype`);
  }
  const [, order, kind, size] = /^([<>|=]?)([a-zA-Z])(\d*)/.exec(descr) ?? [];
  if (kind === 'O')
    throw new BadInputError(`${file}: holds Python objects (dtype object), which are not read; save numbers or text`);
  const itemBytes = kind === 'U' ? Number(size) * 4 : Number(size);
  const isText = kind === 'U' || kind === 'S';
  if (!isText && !NUMBER_SIZES[kind ?? '']?.includes(itemBytes)) {
    throw new BadInputError(`${file}: holds dtype '${excerpt(descr)}', which is not read; save it as float32`);
  }
  return { kind: kind as NpyKind, itemBytes, bigEndian: order === '>' };
}

/** A type as numpy prints it: `float32`, `int64`, `text`. */
export function npyTypeName(type: NpyType): string {
  if (type.kind === 'b') return 'bool';
  if (type.kind === 'U' || type.kind === 'S') return 'text';
  return `${KIND_NAMES[type.kind]}${type.itemBytes * 8}`;
}
