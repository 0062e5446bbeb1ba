import type { FileHandle } from 'node:fs/promises';
import { BadInputError } from '../errors.ts';
import { openForReading } from './files.ts';
import { MAX_HEADER_BYTES, npyTypeName, parseNpyHeader, type NpyHeader, type NpyType } from './npyHeader.ts';

export { encodeNpy, encodeNpyStrings, writeNpy, writeNpyBlocks } from './npyWrite.ts';

/** Bytes read at a time: a multiple of every numeric element size, small enough to leave the event loop free. */
const CHUNK_BYTES = 1 << 20;

export interface NpyReadOptions {
  /** Refuse NaN and infinities, naming the row. Default false. */
  readonly requireFinite?: boolean;
  /** Refuse integer and boolean arrays. Default false. */
  readonly requireFloat?: boolean;
}

/** An .npy file that stands elsewhere than on the disk by itself, such as in an .npz archive; read from its beginning. */
export interface NpyStream {
  /** For messages. */
  readonly name: string;
  readonly size: number;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

export interface NpyNumbers<T extends Float32Array | Float64Array> {
  readonly shape: readonly number[];
  /** Elements in C order, over a SharedArrayBuffer. */
  readonly values: T;
}

/**
 * Reads numbers of any float, integer or boolean type as float32; one chunk of the file is in memory beside the result.
 * @throws BadInputError naming the file: cut short, too long, text, or refused by `options`.
 */
export async function readNpyFloat32(
  file: string | NpyStream,
  options: NpyReadOptions = {},
): Promise<NpyNumbers<Float32Array>> {
  return readNumbers(file, options, (count) => new Float32Array(new SharedArrayBuffer(count * 4)));
}

/** Like `readNpyFloat32`, as float64: layouts, and integers up to 2⁵³. */
export async function readNpyFloat64(file: string, options: NpyReadOptions = {}): Promise<NpyNumbers<Float64Array>> {
  return readNumbers(file, options, (count) => new Float64Array(new SharedArrayBuffer(count * 8)));
}

/** Reads numbers in the precision that the file has: float32 as float32, every other type as float64. */
export async function readNpy(
  file: string,
  options: NpyReadOptions = {},
): Promise<NpyNumbers<Float32Array | Float64Array> & { readonly dtype: string }> {
  const { type } = await readNpyHeader(file);
  const read = type.kind === 'f' && type.itemBytes === 4 ? readNpyFloat32 : readNpyFloat64;
  return { ...(await read(file, options)), dtype: npyTypeName(type) };
}

async function readNumbers<T extends Float32Array | Float64Array>(
  source: string | NpyStream,
  options: NpyReadOptions,
  allocate: (count: number) => T,
): Promise<NpyNumbers<T>> {
  const file = nameOf(source);
  return withNpy(source, async (header, chunks) => {
    if (header.type.kind === 'U' || header.type.kind === 'S') {
      throw new BadInputError(`${file}: holds text where numbers are expected`);
    }
    if (options.requireFloat === true && header.type.kind !== 'f') {
      throw new BadInputError(
        `${file}: holds ${npyTypeName(header.type)} values; float16, float32 or float64 is expected`,
      );
    }
    const values = allocate(header.count);
    let filled = 0;
    for await (const chunk of chunks()) {
      const count = chunk.length / header.type.itemBytes;
      decodeNumbers(chunk, header.type, values.subarray(filled, filled + count));
      if (options.requireFinite === true) requireFiniteValues(values, filled, filled + count, header.shape, file);
      filled += count;
    }
    return { shape: header.shape, values };
  });
}

/**
 * Reads a one-dimensional array of text (`<U…`, or bytes taken as UTF-8) or of integers, each element as a string.
 * @throws BadInputError when it is neither, or not one-dimensional.
 */
export async function readNpyStrings(source: string | NpyStream): Promise<string[]> {
  const file = nameOf(source);
  return withNpy(source, async (header, chunks) => {
    const { type, shape } = header;
    const columns = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
    if (!columns)
      throw new BadInputError(`${file}: has shape (${shape.join(', ')}); one label a row is expected: (rows,)`);
    if (type.kind === 'f') {
      throw new BadInputError(`${file}: holds ${npyTypeName(type)} values; labels are integers or text`);
    }
    const result: string[] = [];
    for await (const chunk of chunks()) appendStrings(chunk, type, result);
    // numpy stores the empty string in a type of zero bytes when all are empty.
    while (result.length < header.count) result.push('');
    return result;
  });
}

/** Reads the header alone: type and shape of an array without its data. */
export async function readNpyHeader(file: string | NpyStream): Promise<NpyHeader> {
  return withNpy(file, (header) => Promise.resolve(header));
}

type Chunks = () => AsyncIterable<Buffer<ArrayBuffer>>;

async function withNpy<T>(
  source: string | NpyStream,
  use: (header: NpyHeader, chunks: Chunks) => Promise<T>,
): Promise<T> {
  if (typeof source !== 'string') return withNpyStream(source, use);
  const { handle, size } = await openForReading(source);
  try {
    const start = Buffer.alloc(Math.min(size, MAX_HEADER_BYTES));
    await handle.read(start, 0, start.length, 0);
    const header = parseNpyHeader(start, source);
    requireSize(header, size, source);
    return await use(header, () => readChunks(handle, header));
  } finally {
    await handle.close();
  }
}

async function withNpyStream<T>(
  { name, size, open }: NpyStream,
  use: (header: NpyHeader, chunks: Chunks) => Promise<T>,
): Promise<T> {
  const input = (await open())[Symbol.asyncIterator]();
  try {
    let start = Buffer.alloc(0);
    while (start.length < Math.min(size, MAX_HEADER_BYTES)) {
      const { value, done } = await input.next();
      if (done === true) break;
      start = Buffer.concat([start, value]);
    }
    const header = parseNpyHeader(start, name);
    requireSize(header, size, name);
    return await use(header, () => alignedChunks(start.subarray(header.dataOffset), input, header, name));
  } finally {
    await input.return?.();
  }
}

function requireSize(header: NpyHeader, size: number, file: string): void {
  const expected = header.dataOffset + header.count * header.type.itemBytes;
  if (size === expected) return;
  const what = size < expected ? 'is cut short' : 'is longer than its header says';
  const shape = `(${header.shape.join(', ')}) ${npyTypeName(header.type)}`;
  throw new BadInputError(`${file}: ${what}: ${size} bytes found, ${expected} expected for ${shape}`);
}

/** What `readChunks` gives, from pieces of any length. */
async function* alignedChunks(
  start: Uint8Array,
  input: AsyncIterator<Uint8Array>,
  { type, count }: NpyHeader,
  name: string,
): AsyncGenerator<Buffer<ArrayBuffer>> {
  const { itemBytes } = type;
  let left = count * itemBytes;
  const buffer = Buffer.from(
    new ArrayBuffer(Math.min(left, Math.max(1, Math.floor(CHUNK_BYTES / itemBytes)) * itemBytes)),
  );
  let filled = 0;
  for (let piece = start; left > 0;) {
    const taken = Math.min(piece.length, buffer.length - filled, left - filled);
    buffer.set(piece.subarray(0, taken), filled);
    filled += taken;
    if (filled === Math.min(buffer.length, left)) {
      const chunk = buffer.subarray(0, filled);
      if (type.bigEndian) swapBytes(chunk, type);
      yield chunk;
      left -= filled;
      filled = 0;
    }
    piece = piece.subarray(taken);
    if (piece.length > 0 || left === 0) continue;
    const next = await input.next();
    if (next.done === true) throw new BadInputError(`${name}: became shorter while it was read`);
    piece = next.value;
  }
}

function nameOf(source: string | NpyStream): string {
  return typeof source === 'string' ? source : source.name;
}

/** Whole elements in little-endian order; the yielded buffer is used again for the next chunk. */
async function* readChunks(handle: FileHandle, header: NpyHeader): AsyncGenerator<Buffer<ArrayBuffer>> {
  const { itemBytes } = header.type;
  if (itemBytes === 0) return;
  const chunkBytes = Math.max(1, Math.floor(CHUNK_BYTES / itemBytes)) * itemBytes;
  const end = header.dataOffset + header.count * itemBytes;
  const buffer = Buffer.from(new ArrayBuffer(Math.min(chunkBytes, end - header.dataOffset)));
  for (let position = header.dataOffset; position < end;) {
    const wanted = Math.min(buffer.length, end - position);
    for (let filled = 0; filled < wanted;) {
      const { bytesRead } = await handle.read(buffer, filled, wanted - filled, position + filled);
      if (bytesRead === 0) throw new BadInputError('the .npy file became shorter while it was read');
      filled += bytesRead;
    }
    const chunk = buffer.subarray(0, wanted);
    if (header.type.bigEndian) swapBytes(chunk, header.type);
    yield chunk;
    position += wanted;
  }
}

function swapBytes(chunk: Buffer, type: NpyType): void {
  const elementBytes = type.kind === 'U' ? 4 : type.itemBytes;
  if (elementBytes === 2) chunk.swap16();
  else if (elementBytes === 4) chunk.swap32();
  else if (elementBytes === 8) chunk.swap64();
}

function decodeNumbers(chunk: Buffer<ArrayBuffer>, type: NpyType, target: Float32Array | Float64Array): void {
  const { buffer, byteOffset } = chunk;
  const count = target.length;
  switch (`${type.kind}${type.itemBytes}`) {
    case 'f2':
      decodeHalves(new Uint16Array(buffer, byteOffset, count), target);
      break;
    case 'f4':
      target.set(new Float32Array(buffer, byteOffset, count));
      break;
    case 'f8':
      target.set(new Float64Array(buffer, byteOffset, count));
      break;
    case 'i1':
      target.set(new Int8Array(buffer, byteOffset, count));
      break;
    case 'i2':
      target.set(new Int16Array(buffer, byteOffset, count));
      break;
    case 'u2':
      target.set(new Uint16Array(buffer, byteOffset, count));
      break;
    case 'i4':
      target.set(new Int32Array(buffer, byteOffset, count));
      break;
    case 'u4':
      target.set(new Uint32Array(buffer, byteOffset, count));
      break;
    case 'i8':
      target.set(Float64Array.from(new BigInt64Array(buffer, byteOffset, count), Number));
      break;
    case 'u8':
      target.set(Float64Array.from(new BigUint64Array(buffer, byteOffset, count), Number));
      break;
    default:
      target.set(chunk.subarray(0, count));
  }
}

/** IEEE 754 binary16 to binary32/64, exact. */
function decodeHalves(bits: Uint16Array, target: Float32Array | Float64Array): void {
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i];
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    const sign = half & 0x8000 ? -1 : 1;
    if (exponent === 0) target[i] = sign * fraction * 2 ** -24;
    else if (exponent === 31) target[i] = fraction === 0 ? sign * Infinity : NaN;
    else target[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
}

function appendStrings(chunk: Buffer<ArrayBuffer>, type: NpyType, result: string[]): void {
  if (type.kind !== 'U' && type.kind !== 'S') {
    const numbers = new Float64Array(chunk.length / type.itemBytes);
    decodeNumbers(chunk, type, numbers);
    for (const value of numbers) result.push(String(value));
    return;
  }
  for (let start = 0; start < chunk.length; start += type.itemBytes) {
    const item = chunk.subarray(start, start + type.itemBytes);
    result.push(type.kind === 'U' ? decodeUcs4(item) : item.toString('utf8').replace(/\0+$/, ''));
  }
}

function decodeUcs4(item: Buffer): string {
  let text = '';
  for (let at = 0; at + 4 <= item.length; at += 4) {
    const codePoint = item.readUInt32LE(at);
    text += codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '\ufffd';
  }
  return text.replace(/\0+$/, '');
}

function requireFiniteValues(
  values: Float32Array | Float64Array,
  start: number,
  end: number,
  shape: readonly number[],
  file: string,
): void {
  for (let i = start; i < end; i++) {
    if (Number.isFinite(values[i])) continue;
    const columns = shape.length > 1 ? shape.slice(1).reduce((product, size) => product * size, 1) : 1;
    const row = Math.floor(i / columns);
    throw new BadInputError(`${file}: row ${row}, column ${i % columns} is ${values[i]}; every value must be finite`);
  }
}
