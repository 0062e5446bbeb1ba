/**
 * A cache that forgets what was used longest ago once the sum of the sizes passes its limit. Callers that ask for the
 * same key at the same time share one load; a load that fails is not kept.
 */
export class ByteCache<Value> {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, { readonly value: Promise<Value>; bytes: number }>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string, load: () => Promise<{ readonly value: Value; readonly bytes: number }>): Promise<Value> {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      // A Map keeps the order of insertion: the front is what was used longest ago.
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    const loading = load();
    const entry = { value: loading.then(({ value }) => value), bytes: 0 };
    this.#entries.set(key, entry);
    loading.then(
      ({ bytes }) => {
        if (this.#entries.get(key) !== entry) return;
        entry.bytes = bytes;
        this.#bytes += bytes;
        this.#evict(key);
      },
      () => this.delete(key),
    );
    return entry.value;
  }

  delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }

  #evict(keep: string): void {
    for (const key of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      if (key !== keep) this.delete(key);
    }
  }
}
