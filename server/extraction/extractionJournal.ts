import { open, rm, type FileHandle } from 'node:fs/promises';
import { BadInputError } from '../errors.ts';
import { describeFileError } from '../formats/files.ts';
import type { EmbeddedBatch } from './extraction.ts';

/** What must agree for a journal's vectors to be usable again. */
export interface JournalIdentity {
  readonly dataset: string;
  readonly model: string;
  readonly pooling: string;
  readonly resolution: number;
  readonly interpolation: string;
  readonly normalize: boolean;
  readonly dimension: number;
}

/**
 * An append-only file of finished batches, so that an extraction into a file goes on where it was stopped. The first
 * line is the identity as JSON; then follow records of a uint32 row count, as many int32 image indices, and the float32
 * vectors, all little-endian. A record that a crash cut short is dropped.
 */
export class ExtractionJournal {
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens the journal and hands every stored batch to `onBatch`. One that belongs to another data set, model or
   * setting is started anew.
   * @throws BadInputError when the place cannot be written to, as `append` does.
   */
  static async open(
    path: string,
    identity: JournalIdentity,
    onBatch: (batch: EmbeddedBatch) => void,
  ): Promise<ExtractionJournal> {
    const file = await open(path, 'a+').catch((cause: unknown) => {
      throw describeFileError(path, cause, 'written');
    });
    try {
      const header = Buffer.from(`${JSON.stringify(identity)}\n`);
      const { size } = await file.stat();
      const found = Buffer.alloc(header.length);
      if (size > 0) await file.read(found, 0, header.length, 0);
      if (!found.equals(header)) {
        await file.truncate(0);
        await file.appendFile(header);
      } else {
        await file.truncate(await replay(file, header.length, size, identity.dimension, onBatch));
      }
      return new ExtractionJournal(path, file);
    } catch (cause) {
      await file.close();
      throw describeFileError(path, cause, 'written');
    }
  }

  /** Adds a finished batch; once this resolves, a crash of the process does not lose it. */
  async append({ imageIndices, vectors }: EmbeddedBatch): Promise<void> {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(imageIndices.length);
    try {
      await this.#file.appendFile(Buffer.concat([head, bytesOf(imageIndices), bytesOf(vectors)]));
    } catch (cause) {
      throw describeFileError(this.#path, cause, 'written');
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Removes the file, once its content stands elsewhere. */
  async remove(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }
}

/** Reads all whole records from `start`. @returns the position after the last of them. */
async function replay(
  file: FileHandle,
  start: number,
  size: number,
  dimension: number,
  onBatch: (batch: EmbeddedBatch) => void,
): Promise<number> {
  const head = Buffer.alloc(4);
  let position = start;
  while (position + 4 <= size) {
    await file.read(head, 0, 4, position);
    const rows = head.readUInt32LE();
    const bytes = rows * 4 * (1 + dimension);
    if (rows === 0 || position + 4 + bytes > size) break;
    const body = new Uint8Array(bytes);
    const { bytesRead } = await file.read(body, 0, bytes, position + 4);
    if (bytesRead !== bytes) throw new BadInputError(`the extraction journal ended unexpectedly at byte ${position}`);
    onBatch({
      imageIndices: new Int32Array(body.buffer, 0, rows),
      vectors: new Float32Array(body.buffer, rows * 4, rows * dimension),
    });
    position += 4 + bytes;
  }
  return position;
}

function bytesOf(array: Int32Array | Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
