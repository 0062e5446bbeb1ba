import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { getFileNameLowLevel, openPromise as openZipFile, validateFileName, type Entry } from 'yauzl';
import { BadInputError, messageOf } from '../errors.ts';
import { openZipEntry } from '../formats/zipEntry.ts';
import { throwIfInterrupted } from './boundedMap.ts';
import { MAX_ENCODED_BYTES } from './encodedImage.ts';

/** A file within an archive. Nothing is ever unpacked under its name, so the name can lead nowhere. */
export interface ArchiveMember {
  readonly name: string;
  readonly bytes: number;
  /** Why it is not read; null when it can be. */
  readonly refusal: string | null;
}

/** A zip or tar file that is read at any place, without unpacking it. */
export interface Archive {
  readonly members: readonly ArchiveMember[];
  /** The content of a member that is not refused. @throws Error when it is damaged. */
  read(position: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A packed image is about as long as the image; a file of zeros is a thousand times longer than its packed form. */
const MAX_UNPACKING_RATIO = 100;

/** @throws BadInputError when the file is no zip archive. */
export async function openZip(path: string): Promise<Archive> {
  const damaged = (error: unknown): BadInputError =>
    new BadInputError(`${path}: cannot be read as a zip archive (${messageOf(error)})`, { cause: error });
  // Names are decoded here: the library would refuse the whole archive for one that leads out of it.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false };
  const zip = await openZipFile(path, options).catch((error: unknown) => {
    throw damaged(error);
  });
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry);
  } catch (error) {
    zip.close();
    throw damaged(error);
  }
  return {
    members: entries.map(zipMember),
    async read(position) {
      const { uncompressedSize } = entries[position];
      const content = new Uint8Array(uncompressedSize);
      let filled = 0;
      // The library ends the stream with an error when the content is longer or shorter than the entry says.
      for await (const chunk of await openZipEntry(zip, entries[position])) {
        content.set(chunk as Uint8Array, filled);
        filled += (chunk as Uint8Array).length;
      }
      return content;
    },
    close() {
      zip.close();
      return Promise.resolve();
    },
  };
}

function zipMember(entry: Entry): ArchiveMember {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, uncompressedSize } = entry;
  const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  const refusal = entry.isEncrypted() ? 'is encrypted' : refusalOf(name, uncompressedSize);
  return { name, bytes: uncompressedSize, refusal };
}

/** @throws BadInputError when the file is no tar archive, or is cut short. */
export async function openTar(path: string, signal?: AbortSignal): Promise<Archive> {
  const members: (ArchiveMember & { readonly start: number })[] = [];
  const tar = extract();
  tar.on('entry', (header, content, next) => {
    // The library sets `byteOffset`, but does not declare it.
    const { size: bytes, type, byteOffset: start } = header as typeof header & { readonly byteOffset: number };
    const name = header.name.replace(/^(\.\/)+/, '');
    if (type === 'file' || type === 'contiguous-file') {
      members.push({ name, bytes, start, refusal: refusalOf(name, bytes) });
    } else if (type === 'link' || type === 'symlink') {
      members.push({ name, bytes, start, refusal: 'is a link, which is not followed in an archive' });
    }
    content.on('end', next);
    // Of an archive that is cut short within a member; unheard, it would end the process. The pipeline tells it too.
    content.on('error', () => undefined);
    content.resume();
  });
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), tar, { signal });
  } catch (error) {
    throwIfInterrupted(signal);
    throw new BadInputError(`${path}: cannot be read as a tar archive (${messageOf(error)})`, { cause: error });
  }
  const file = await open(path, 'r');
  return {
    members,
    async read(position) {
      const { bytes, start } = members[position];
      const content = new Uint8Array(bytes);
      const { bytesRead } = await file.read(content, 0, bytes, start);
      if (bytesRead !== bytes) throw new Error('the archive became shorter while it was read');
      return content;
    },
    close: () => file.close(),
  };
}

/**
 * Unpacks a .tar.gz into a .tar, which can be read at any place.
 * @throws BadInputError when it is no gzip file, or becomes more than a hundred times as long.
 */
export async function gunzipTar(path: string, bytes: number, target: string, signal?: AbortSignal): Promise<void> {
  let written = 0;
  const limit = 2 ** 20 + MAX_UNPACKING_RATIO * bytes;
  const guard = new Transform({
    transform(chunk: Uint8Array, _encoding, forward) {
      written += chunk.length;
      if (written <= limit) forward(null, chunk);
      else forward(new Error(`unpacks to more than ${MAX_UNPACKING_RATIO} times its length`));
    },
  });
  try {
    await pipeline(createReadStream(path), createGunzip(), guard, createWriteStream(target, { flags: 'wx' }), {
      signal,
    });
  } catch (error) {
    throwIfInterrupted(signal);
    throw new BadInputError(`${path}: cannot be unpacked (${messageOf(error)})`, { cause: error });
  }
}

function refusalOf(name: string, bytes: number): string | null {
  const wrongName = validateFileName(name);
  if (wrongName !== null) return 'has a name that leads out of the archive';
  if (bytes <= MAX_ENCODED_BYTES) return null;
  return `has ${bytes} bytes; at most ${MAX_ENCODED_BYTES / 2 ** 20} MiB are read`;
}
