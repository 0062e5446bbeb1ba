/**
 * The binary format of Postgres' COPY (its documentation, "COPY", "Binary Format"), in which a backup keeps its tables:
 * a signature, for each row its fields with a length before each (−1 for null), and an end mark.
 */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** The signature, no flags and no extension. */
export const COPY_HEADER = Buffer.concat([SIGNATURE, Buffer.alloc(8)]);
export const COPY_TRAILER = Buffer.from([0xff, 0xff]);

const NULL_LENGTH = -1;

/** A row of `record_send`, which names the type of each field, as a row of COPY, which does not. */
export function recordToCopyRow(record: Buffer): Buffer {
  const count = record.readInt32BE(0);
  const row = Buffer.allocUnsafe(record.length - 2 - 4 * count);
  let to = row.writeInt16BE(count, 0);
  let from = 4;
  for (let field = 0; field < count; field++) {
    from += 4;
    const length = record.readInt32BE(from);
    const bytes = 4 + Math.max(0, length);
    record.copy(row, to, from, from + bytes);
    from += bytes;
    to += bytes;
  }
  return row;
}

/** The rows of a table in COPY's format, as they come in; a null is null. @throws RangeError when it is not whole. */
export async function* readCopyRows(pieces: AsyncIterable<Buffer>): AsyncGenerator<(Buffer | null)[]> {
  const reader = new Reader(pieces[Symbol.asyncIterator]());
  if (!(await reader.take(COPY_HEADER.length)).equals(COPY_HEADER)) throw new RangeError('it has no header');
  for (;;) {
    const count = (await reader.take(2)).readInt16BE(0);
    if (count === -1) return;
    const row: (Buffer | null)[] = [];
    for (let field = 0; field < count; field++) {
      const length = (await reader.take(4)).readInt32BE(0);
      row.push(length === NULL_LENGTH ? null : await reader.take(length));
    }
    yield row;
  }
}

/** Takes exact numbers of bytes out of pieces of any length. */
class Reader {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterator<Buffer>) {
    this.#pieces = pieces;
  }

  async take(count: number): Promise<Buffer> {
    if (this.#rest.length < count) await this.#fill(count);
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }

  async #fill(count: number): Promise<void> {
    const held = [this.#rest];
    for (let length = this.#rest.length; length < count; length += held.at(-1)!.length) {
      const { value, done } = await this.#pieces.next();
      if (done === true) throw new RangeError('it ends in the middle of a row');
      held.push(value);
    }
    this.#rest = Buffer.concat(held);
  }
}
