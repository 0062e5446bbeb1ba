import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

/** Stands in a message for a text that is sent beside it. Nobody else knows it, so that no other text can hold it. */
const MARK = randomUUID();

/** The bytes of a text that many sockets get, or undefined for any other. The text must need no escapes in JSON. */
export type SharedBytes = (text: string) => Uint8Array | undefined;

/**
 * Writes messages as JSON without the long texts that many sockets get, such as the coordinates of a frame: escaping and
 * copying them for every socket would be most of the work of sending. A socket sends them from the one copy of their
 * bytes, as a fragment between the others of the message (RFC 6455, section 5.4).
 */
export class SharedTexts {
  readonly #bytesOf: SharedBytes;
  /** Of the message that was written last. */
  #left: Uint8Array[] = [];

  constructor(bytesOf: SharedBytes) {
    this.#bytesOf = bytesOf;
  }

  /** For JSON.stringify. A message must be sent before the next one is written, as graphql-ws does. */
  readonly replacer = (key: string, value: unknown): unknown => {
    if (key === '') this.#left = [];
    const bytes = typeof value === 'string' ? this.#bytesOf(value) : undefined;
    if (bytes === undefined) return value;
    this.#left.push(bytes);
    return MARK;
  };

  /** The message that was written last, in the parts that are sent one after the other. */
  partsOf(message: string): readonly (string | Uint8Array)[] {
    if (this.#left.length === 0) return [message];
    const [first, ...rest] = message.split(MARK);
    return [first, ...rest.flatMap((text, i) => [this.#left[i], text])];
  }

  /** The class of the sockets that such messages go over. */
  get socketClass(): typeof WebSocket {
    const partsOf = (message: string) => this.partsOf(message);
    return class extends WebSocket {
      override send(data: Parameters<WebSocket['send']>[0], ...rest: unknown[]): void {
        const told = rest.at(-1) as ((error?: Error) => void) | undefined;
        // Whoever leaves while a message is written is no error: the socket tells that it closes.
        const done = (error?: Error): void => told?.(this.readyState === WebSocket.OPEN ? error : undefined);
        const parts = typeof data === 'string' ? partsOf(data) : [data];
        parts.slice(0, -1).forEach((part) => super.send(part, { binary: false, fin: false }));
        super.send(parts[parts.length - 1], { binary: typeof data !== 'string' }, done);
      }
    };
  }
}
