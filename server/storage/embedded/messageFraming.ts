const TYPE_BYTE = 1;
const LENGTH_FIELD = 4;

/**
 * Messages after which a Postgres client waits for an answer: query, sync, flush, terminate, function call, and the end
 * of a copy. What comes before them (parse, bind, …) is handed over together with them.
 */
const ENDS_A_REQUEST = new Set(['Q', 'S', 'H', 'X', 'F', 'c', 'f'].map((letter) => letter.charCodeAt(0)));

/**
 * Cuts the byte stream of a Postgres client (protocol version 3) into whole requests: the startup message, which alone
 * has no type byte, and after it groups of messages up to one that is answered.
 */
export class RequestFraming {
  #pending: Buffer = Buffer.alloc(0);
  #scanned = 0;
  #started = false;

  /** Takes bytes as they arrive and returns the requests that they complete, each in memory of its own. */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#pending = this.#pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#pending, bytes]);
    const requests: Uint8Array[] = [];
    for (;;) {
      const end = this.#endOfMessage();
      if (end === undefined) return requests;
      const complete = !this.#started || ENDS_A_REQUEST.has(this.#pending[this.#scanned]);
      this.#started = true;
      this.#scanned = end;
      if (!complete) continue;
      requests.push(new Uint8Array(this.#pending.subarray(0, end)));
      this.#pending = this.#pending.subarray(end);
      this.#scanned = 0;
    }
  }

  #endOfMessage(): number | undefined {
    const header = this.#started ? TYPE_BYTE : 0;
    if (this.#pending.length < this.#scanned + header + LENGTH_FIELD) return undefined;
    // The length counts itself but not the type byte.
    const end = this.#scanned + header + this.#pending.readInt32BE(this.#scanned + header);
    return end <= this.#pending.length ? end : undefined;
  }
}
