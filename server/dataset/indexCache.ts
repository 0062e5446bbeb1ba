import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { once } from 'node:events';
import { atomicWrite } from '../formats/atomicWrite.ts';

/** Changes when the meaning of the lines does. */
const VERSION = 1;
const LINES_A_PIECE = 1000;

type Line = readonly (string | number)[];

/**
 * Remembers what was found out about the images of a folder or file, so that opening it again reads no image: a text
 * file of one JSON array a line in the cache folder. It holds nothing that cannot be found out anew.
 */
export class IndexCache {
  readonly #file: string;
  readonly #header: string;

  /** @param key what the index is of: an absolute path, with whatever must be unchanged for the index to hold. */
  constructor(cacheFolder: string, key: string) {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    this.#file = join(cacheFolder, 'indexes', `${name}.jsonl`);
    this.#header = JSON.stringify([VERSION, key]);
  }

  /** The lines that were written last; null when there are none, or they are of another key. */
  async read(): Promise<Line[] | null> {
    const lines: Line[] = [];
    try {
      let first = true;
      for await (const line of createInterface({ input: createReadStream(this.#file, 'utf8') })) {
        if (!first) lines.push(JSON.parse(line) as Line);
        else if (line !== this.#header) return null;
        first = false;
      }
      return first ? null : lines;
    } catch {
      // Not there, or damaged: found out anew.
      return null;
    }
  }

  /** A cache that cannot be written costs time later and nothing else. */
  async write(lines: readonly Line[]): Promise<void> {
    const content = async (destination: Writable): Promise<void> => {
      destination.write(`${this.#header}\n`);
      for (let start = 0; start < lines.length; start += LINES_A_PIECE) {
        const piece = lines.slice(start, start + LINES_A_PIECE).map((line) => `${JSON.stringify(line)}\n`);
        if (!destination.write(piece.join(''))) await once(destination, 'drain');
      }
    };
    await atomicWrite(this.#file, content).catch(() => undefined);
  }
}
