import { Duplex } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import { UnavailableError } from '../../errors.ts';

/**
 * A connection of the `pg` client that ends in a message port instead of a socket: bytes of the Postgres protocol are
 * posted as Uint8Array in both directions. `connect` and the socket's settings are what `pg` calls on a socket.
 */
export class PortStream extends Duplex {
  readonly #openPort: () => MessagePort;
  #port: MessagePort | undefined;

  /** @param openPort gives a new port whose other end is being served. */
  constructor(openPort: () => MessagePort) {
    super();
    this.#openPort = openPort;
  }

  connect(): this {
    const port = this.#openPort();
    this.#port = port;
    port.on('message', (bytes: Uint8Array) => {
      this.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    });
    port.once('close', () => {
      if (!this.destroyed)
        this.destroy(
          new UnavailableError('the embedded store has stopped, as when its disk is full; it opens again by itself'),
        );
    });
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.#port?.ref();
    return this;
  }

  unref(): this {
    this.#port?.unref();
    return this;
  }

  override _read(): void {
    // Answers are pushed as they come; each is at most as long as the statement that asked for it allows.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#post([chunk]);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#post(chunks.map(({ chunk }) => chunk));
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#port?.close();
    done(error);
  }

  #post(chunks: readonly Buffer[]): void {
    // A copy that can be given away: the client's buffers are parts of larger ones, which posting would copy whole.
    const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
    let offset = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    this.#port?.postMessage(bytes, [bytes.buffer]);
  }
}
