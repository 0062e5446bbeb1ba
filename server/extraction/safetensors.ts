import { open, readFile, readdir, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { BadInputError } from '../errors.ts';

/** The format's own limit (safetensors, `MAX_HEADER_SIZE`). */
const MAX_HEADER_BYTES = 100_000_000;
/** Half-precision tensors are converted piece by piece, so that no second copy of a tensor is held. */
const PIECE_BYTES = 1 << 20;
const INDEX_FILE = 'model.safetensors.index.json';
const BYTES_PER_VALUE = { F32: 4, F16: 2, BF16: 2 } as const;
type ReadableType = keyof typeof BYTES_PER_VALUE;

/** Where a tensor lies: `begin` and `end` are byte positions in the file. */
export interface TensorEntry {
  readonly file: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Tensors by name, read one at a time. */
export interface TensorSource {
  /** For messages: the file, or the folder of a sharded checkpoint. */
  readonly label: string;
  readonly names: readonly string[];
  shapeOf(name: string): readonly number[] | undefined;
  /** The tensor's values as float32, row-major. @throws BadInputError when it is not there or cannot be read. */
  read(name: string): Promise<Float32Array>;
}

const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.number().int().nonnegative()),
    data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
  }),
);
const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** A checkpoint in safetensors form, in one file or in several: headers in memory, values on disk. */
export class SafetensorsCheckpoint implements TensorSource {
  readonly label: string;
  /** Absolute paths of the weight files, sorted. */
  readonly files: readonly string[];
  readonly #entries: ReadonlyMap<string, TensorEntry>;

  private constructor(label: string, files: readonly string[], entries: ReadonlyMap<string, TensorEntry>) {
    this.label = label;
    this.files = files;
    this.#entries = entries;
  }

  /**
   * Opens the weights in `directory`: `model.safetensors.index.json` with its parts, `model.safetensors`, or the only
   * `*.safetensors` file.
   * @throws BadInputError naming the file, and the tensor where there is one, that is wrong.
   */
  static async open(directory: string): Promise<SafetensorsCheckpoint> {
    const { files, weightMap } = await findWeightFiles(directory);
    const entries = new Map<string, TensorEntry>();
    for (const file of files) {
      for (const [name, entry] of await readHeader(file)) {
        if (entries.has(name)) throw new BadInputError(`${file}: tensor ${name} is already in another part`);
        entries.set(name, entry);
      }
    }
    for (const [name, part] of Object.entries(weightMap ?? {})) {
      const found = entries.get(name);
      if (found === undefined || basename(found.file) !== part) {
        throw new BadInputError(`${join(directory, INDEX_FILE)}: tensor ${name} should be in ${part} and is not`);
      }
    }
    return new SafetensorsCheckpoint(files.length === 1 ? files[0] : directory, files, entries);
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The number of values in all tensors. */
  get valueCount(): number {
    let count = 0;
    for (const { shape } of this.#entries.values()) count += product(shape);
    return count;
  }

  shapeOf(name: string): readonly number[] | undefined {
    return this.#entries.get(name)?.shape;
  }

  async read(name: string): Promise<Float32Array> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new BadInputError(`${this.label}: tensor ${name} is missing`);
    if (!(entry.dtype in BYTES_PER_VALUE)) {
      throw new BadInputError(`${entry.file}: tensor ${name} is ${entry.dtype}; F32, F16 or BF16 is needed`);
    }
    const handle = await open(entry.file, 'r');
    try {
      return await readValues(handle, name, entry, entry.dtype as ReadableType);
    } finally {
      await handle.close();
    }
  }
}

/** The weight files of a model's folder. @throws BadInputError when there are none, or they do not belong together. */
export async function findWeightFiles(
  directory: string,
): Promise<{ files: string[]; weightMap?: Readonly<Record<string, string>> }> {
  const listing = await readdir(directory).catch((cause: unknown) => {
    throw new BadInputError(`${directory}: not a folder that can be read; a model is a folder with config.json`, {
      cause,
    });
  });
  if (listing.includes(INDEX_FILE)) {
    const parsed = indexSchema.safeParse(await readJson(join(directory, INDEX_FILE)));
    if (!parsed.success) throw new BadInputError(`${join(directory, INDEX_FILE)}: has no weight_map of tensor names`);
    const weightMap = parsed.data.weight_map;
    const parts = [...new Set(Object.values(weightMap))].sort();
    const wrong = parts.find((part) => !part.endsWith('.safetensors') || basename(part) !== part);
    if (wrong !== undefined) {
      throw new BadInputError(`${join(directory, INDEX_FILE)}: "${wrong}" is not the name of a safetensors file`);
    }
    return { files: parts.map((part) => join(directory, part)), weightMap };
  }
  if (listing.includes('model.safetensors')) return { files: [join(directory, 'model.safetensors')] };
  const weights = listing.filter((name) => name.endsWith('.safetensors'));
  if (weights.length === 1) return { files: [join(directory, weights[0])] };
  if (weights.length > 1) {
    throw new BadInputError(`${directory}: has ${weights.length} safetensors files and no ${INDEX_FILE} to join them`);
  }
  const pickle = listing.find((name) => /\.(pth|pt|bin|ckpt|pkl)$/.test(name));
  throw new BadInputError(
    pickle === undefined
      ? `${directory}: has no *.safetensors file`
      : `${join(directory, pickle)}: is a pickle, which can run code when it is opened and is never read; use the model's safetensors file`,
  );
}

/** Parses a JSON file. @throws BadInputError when it is not there or not JSON. */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new BadInputError(`${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`, {
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadInputError(`${file}: is not JSON`, { cause });
  }
}

async function readHeader(file: string): Promise<[string, TensorEntry][]> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new BadInputError(`${file}: cannot be read`, { cause });
  });
  try {
    const { size } = await handle.stat();
    const start = new Uint8Array(8);
    await readFully(handle, start, 0, file);
    if (looksLikePickle(start)) {
      throw new BadInputError(
        `${file}: is a pickle, which can run code when it is opened and is never read; use the model's safetensors file`,
      );
    }
    const headerBytes = Number(new DataView(start.buffer).getBigUint64(0, true));
    if (headerBytes > Math.min(MAX_HEADER_BYTES, size - 8)) {
      throw new BadInputError(
        `${file}: not a safetensors file, or cut short (header of ${headerBytes} bytes in a file of ${size})`,
      );
    }
    const header = new Uint8Array(headerBytes);
    await readFully(handle, header, 8, file);
    return validateHeader(file, header, 8 + headerBytes, size);
  } finally {
    await handle.close();
  }
}

function looksLikePickle(start: Uint8Array): boolean {
  const zip = start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4;
  // A bare pickle begins with the opcode PROTO and a protocol of 2 to 5. The same two bytes could begin the length of a
  // safetensors header, but then zeros follow.
  return zip || (start[0] === 0x80 && start[1] >= 2 && start[1] <= 5 && start[4] !== 0);
}

function validateHeader(
  file: string,
  header: Uint8Array,
  dataStart: number,
  fileSize: number,
): [string, TensorEntry][] {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header)) as Record<string, unknown>;
    delete json.__metadata__;
  } catch (cause) {
    throw new BadInputError(`${file}: not a safetensors file (its header is not JSON)`, { cause });
  }
  const parsed = headerSchema.safeParse(json);
  if (!parsed.success) {
    const path = parsed.error.issues[0].path.map(String).join('.');
    throw new BadInputError(`${file}: not a valid safetensors header at ${path || 'its top'}`);
  }
  const entries = Object.entries(parsed.data).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]) => {
      const entry: TensorEntry = { file, dtype, shape, begin: dataStart + begin, end: dataStart + end };
      checkRange(name, entry, fileSize);
      return [name, entry] satisfies [string, TensorEntry];
    },
  );
  checkOverlaps(entries);
  return entries;
}

function checkRange(name: string, { file, dtype, shape, begin, end }: TensorEntry, fileSize: number): void {
  if (begin > end || end > fileSize) {
    throw new BadInputError(
      `${file}: tensor ${name} ends at byte ${end}, but the file has ${fileSize}; it was cut short or is corrupt`,
    );
  }
  if (!(dtype in BYTES_PER_VALUE)) return;
  const expected = product(shape) * BYTES_PER_VALUE[dtype as ReadableType];
  if (end - begin !== expected) {
    throw new BadInputError(
      `${file}: tensor ${name} of shape [${shape.join(', ')}] and type ${dtype} needs ${expected} bytes, but has ${end - begin}`,
    );
  }
}

function checkOverlaps(entries: readonly [string, TensorEntry][]): void {
  const byPosition = entries.filter(([, { begin, end }]) => end > begin).sort(([, a], [, b]) => a.begin - b.begin);
  for (let position = 1; position < byPosition.length; position++) {
    const [before, name] = [byPosition[position - 1], byPosition[position][0]];
    if (byPosition[position][1].begin < before[1].end) {
      throw new BadInputError(`${before[1].file}: tensors ${before[0]} and ${name} overlap; the file is corrupt`);
    }
  }
}

async function readValues(
  handle: FileHandle,
  name: string,
  { file, shape, begin, end }: TensorEntry,
  dtype: ReadableType,
): Promise<Float32Array> {
  const values = new Float32Array(product(shape));
  const where = `${file}: tensor ${name}`;
  if (dtype === 'F32') {
    await readFully(handle, new Uint8Array(values.buffer), begin, where);
    return values;
  }
  const piece = new Uint16Array(PIECE_BYTES / 2);
  const widen = dtype === 'F16' ? widenHalf : widenBfloat;
  for (let position = begin, written = 0; position < end; position += PIECE_BYTES) {
    const bytes = Math.min(PIECE_BYTES, end - position);
    await readFully(handle, new Uint8Array(piece.buffer, 0, bytes), position, where);
    widen(piece.subarray(0, bytes / 2), values, written);
    written += bytes / 2;
  }
  return values;
}

async function readFully(handle: FileHandle, target: Uint8Array, position: number, where: string): Promise<void> {
  for (let filled = 0; filled < target.length;) {
    // One read call takes at most 2 GiB.
    const length = Math.min(target.length - filled, 1 << 30);
    const { bytesRead } = await handle.read(target, filled, length, position + filled);
    if (bytesRead === 0) throw new BadInputError(`${where}: the file ends at byte ${position + filled}`);
    filled += bytesRead;
  }
}

const halfTable = makeHalfTable();

/** float32 of every IEEE 754 binary16 bit pattern: 256 KiB, and a conversion is one look-up. */
function makeHalfTable(): Float32Array {
  const table = new Float32Array(1 << 16);
  for (let bits = 0; bits < table.length; bits++) {
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const sign = bits >> 15 ? -1 : 1;
    if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 31) table[bits] = fraction === 0 ? sign * Infinity : NaN;
    else table[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
}

function widenHalf(source: Uint16Array, target: Float32Array, offset: number): void {
  for (let i = 0; i < source.length; i++) target[offset + i] = halfTable[source[i]];
}

function widenBfloat(source: Uint16Array, target: Float32Array, offset: number): void {
  // A bfloat16 is the upper half of a float32.
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < source.length; i++) bits[offset + i] = source[i] << 16;
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, length) => total * length, 1);
}
