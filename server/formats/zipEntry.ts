import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';

/**
 * The unpacked content of an entry. A damaged one can fail after whoever read it has seen enough and left: yauzl then tells
 * a stream that nobody listens to, which would end the process.
 */
export async function openZipEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  const stream = await zip.openReadStreamPromise(entry);
  return stream.on('error', () => undefined);
}
