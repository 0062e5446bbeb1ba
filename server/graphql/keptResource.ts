/** A resource that is costly to open, such as a loaded model. */
export interface Closable {
  close(): Promise<void>;
}

/**
 * Keeps the resource that was used last open for a while, so that the next use need not open it again. Uses take turns;
 * another key closes the one before.
 */
export class KeptResource<Resource extends Closable> {
  readonly #milliseconds: number;
  #kept: { readonly key: string; readonly resource: Resource } | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  use<Result>(
    key: string,
    open: () => Promise<Resource>,
    work: (resource: Resource) => Promise<Result>,
  ): Promise<Result> {
    const result = this.#turn.then(async () => {
      clearTimeout(this.#timer);
      try {
        if (this.#kept?.key !== key) {
          await this.#release();
          this.#kept = { key, resource: await open() };
        }
        return await work(this.#kept.resource);
      } finally {
        this.#timer = setTimeout(() => void this.close(), this.#milliseconds).unref();
      }
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Closes what is open, after the uses before it. */
  close(): Promise<void> {
    const closed = this.#turn.then(() => this.#release());
    this.#turn = closed.catch(() => undefined);
    return closed;
  }

  async #release(): Promise<void> {
    clearTimeout(this.#timer);
    const kept = this.#kept;
    this.#kept = null;
    await kept?.resource.close();
  }
}
