import { randomBytes } from 'node:crypto';
import { open, mkdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { basename, dirname, join } from 'node:path';
import { describeFileError } from './files.ts';

/**
 * Writes a file so that nobody ever sees half of it: into a temporary file beside it, flushed to the disk, then renamed
 * over the old one. A failure leaves the old file as it was. Missing parent folders are made.
 * @throws BadInputError when the place cannot be written to.
 */
export async function atomicWrite(file: string, content: Uint8Array | string | WriteContent): Promise<void> {
  await atomicWriteWith(file, async (handle) => {
    if (typeof content !== 'function') {
      await handle.writeFile(content);
      return;
    }
    const destination = new Writable({
      write(chunk: Uint8Array, _encoding, callback) {
        handle.writeFile(chunk).then(() => {
          callback();
        }, callback);
      },
    });
    // An error of the stream must reach the caller even while the producer waits for a drain that never comes.
    const failed = new Promise<never>((_, reject) => destination.once('error', reject));
    await Promise.race([content(destination), failed]);
    destination.end();
    await Promise.race([finished(destination), failed]);
  });
}

/** Writes the content of a file into the stream that it is given; the stream is ended by the caller. */
export type WriteContent = (destination: Writable) => Promise<void>;

/** Like `atomicWrite` for content that is produced piece by piece: `write` fills the temporary file. */
export async function atomicWriteWith<T>(file: string, write: (handle: FileHandle) => Promise<T>): Promise<T> {
  const temporary = temporaryNameBeside(file);
  let handle: FileHandle | undefined;
  try {
    await mkdir(dirname(file), { recursive: true });
    // Readable too, so that what was written can be checked before it counts.
    handle = await open(temporary, 'wx+');
    const result = await write(handle);
    await handle.sync();
    await handle.close();
    handle = undefined;
    await rename(temporary, file);
    return result;
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    throw describeFileError(file, error, 'written');
  }
}

/** A name in the same folder, hence on the same file system, that no other writer uses. */
export function temporaryNameBeside(file: string): string {
  return join(dirname(file), `.${basename(file)}.${process.pid}.${randomBytes(4).toString('hex')}.partial`);
}
