import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPromise as openZip, type Entry, type ZipFile } from 'yauzl';
import { ZipFile as NewZipFile } from 'yazl';
import { BadInputError } from '../errors.ts';
import { openForReading, unreadable } from './files.ts';
import { readNpyHeader, type NpyStream } from './npy.ts';
import { openZipEntry } from './zipEntry.ts';

/** An array of an archive, still packed. */
interface NpzArray {
  readonly name: string;
  readonly stream: NpyStream;
}

/** Names that are taken first, in this order; else the only array of the right shape. */
const EMBEDDING_NAMES = ['embeddings', 'vectors', 'features', 'x', 'arr_0'];
const LABEL_NAMES = ['labels', 'label', 'y', 'targets'];

/**
 * The embeddings of an .npz archive of numpy (`savez` or `savez_compressed`): the array called embeddings, vectors,
 * features, x or arr_0, or the only one with two dimensions. Unpacked as a stream.
 * @throws BadInputError when there is none, or several could be meant.
 */
export function npzEmbeddings<T>(file: string, read: (array: NpyStream) => Promise<T>): Promise<T> {
  return withArray(file, { names: EMBEDDING_NAMES, dimensions: 2, what: 'embeddings, two-dimensional' }, read);
}

/** The labels of an .npz archive: the array called labels, label, y or targets, or the only one with one dimension. */
export function npzLabels<T>(file: string, read: (array: NpyStream) => Promise<T>): Promise<T> {
  return withArray(file, { names: LABEL_NAMES, dimensions: 1, what: 'labels, one-dimensional' }, read);
}

/**
 * Writes an .npz archive, not compressed, as numpy's `savez` does. Each array is the content of an .npy file, given in
 * pieces.
 */
export async function writeNpz(
  arrays: Readonly<Record<string, Iterable<Uint8Array>>>,
  destination: Writable,
): Promise<void> {
  const zip = new NewZipFile();
  // One time for all, so that the same arrays give the same bytes.
  const options = { compress: false, mtime: new Date(1980, 0, 1), mode: 0o644 };
  for (const [name, pieces] of Object.entries(arrays)) {
    zip.addReadStream(Readable.from(pieces, { objectMode: false }), `${name}.npy`, options);
  }
  zip.end();
  await pipeline(zip.outputStream, destination, { end: false });
}

async function withArray<T>(
  file: string,
  wanted: { readonly names: readonly string[]; readonly dimensions: number; readonly what: string },
  read: (array: NpyStream) => Promise<T>,
): Promise<T> {
  await openForReading(file).then(({ handle }) => handle.close());
  const zip = await openZip(file, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
    throw unreadable(file, 'an .npz archive', error);
  });
  try {
    const arrays = await listArrays(zip, file);
    const named = wanted.names.flatMap((name) => arrays.filter((array) => array.name.toLowerCase() === name));
    return await read((named[0] ?? (await onlyOne(arrays, wanted, file))).stream);
  } catch (error) {
    throw error instanceof BadInputError ? error : unreadable(file, 'an .npz archive', error);
  } finally {
    zip.close();
  }
}

async function listArrays(zip: ZipFile, file: string): Promise<NpzArray[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) if (entry.fileName.endsWith('.npy')) entries.push(entry);
  return entries.map((entry) => {
    const name = entry.fileName.replace(/\.npy$/, '');
    const open = (): Promise<Readable> => openZipEntry(zip, entry);
    return { name, stream: { name: `${file}[${name}]`, size: entry.uncompressedSize, open } };
  });
}

async function onlyOne(
  arrays: readonly NpzArray[],
  { names, dimensions, what }: { names: readonly string[]; dimensions: number; what: string },
  file: string,
): Promise<NpzArray> {
  const fitting: NpzArray[] = [];
  for (const array of arrays) {
    const { shape } = await readNpyHeader(array.stream);
    if (shape.length === dimensions) fitting.push(array);
  }
  if (fitting.length === 1) return fitting[0];
  const found = arrays.map(({ name }) => name).join(', ') || 'nothing';
  throw new BadInputError(`${file}: holds ${found}; one array of ${what}, is expected, named ${names.join(', ')}`);
}
