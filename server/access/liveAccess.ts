import { roleOf, type Actor } from './actor.ts';

/** Rights may also end elsewhere: another process, the command line, a row that was deleted by hand. */
const CHECK_EVERY_MS = 15_000;
/** The longest delay that a timer of Node can have. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Connection {
  readonly actor: Actor;
  readonly close: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** Every open socket with the rights it was opened with; closes it when they end. */
export class LiveAccess {
  readonly #renew: (actor: Actor) => Promise<Actor | null>;
  readonly #connections = new Set<Connection>();
  readonly #interval: NodeJS.Timeout;

  constructor(renew: (actor: Actor) => Promise<Actor | null>) {
    this.#renew = renew;
    this.#interval = setInterval(() => void this.recheck(), CHECK_EVERY_MS).unref();
  }

  /** Watches over a socket until the function that it returns is called. */
  track(actor: Actor, close: () => void): () => void {
    const connection: Connection = { actor, close, timer: undefined };
    this.#connections.add(connection);
    if ('expiresAt' in actor) {
      const wait = Math.min(MAX_TIMER_MS, Math.max(0, actor.expiresAt.getTime() - Date.now()));
      connection.timer = setTimeout(() => void this.#recheckOne(connection), wait).unref();
    }
    return () => this.#forget(connection);
  }

  /** Looks at all sockets again, now that somebody's rights have changed. */
  async recheck(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => this.#recheckOne(connection)));
  }

  get size(): number {
    return this.#connections.size;
  }

  close(): void {
    clearInterval(this.#interval);
    for (const connection of this.#connections) this.#forget(connection);
  }

  async #recheckOne(connection: Connection): Promise<void> {
    const { actor } = connection;
    // A store that does not answer for a moment is no reason to throw anybody out.
    const now = await this.#renew(actor).catch(() => actor);
    const expired = 'expiresAt' in actor && actor.expiresAt <= new Date();
    if (now !== null && !expired && roleOf(now) === roleOf(actor)) return;
    if (!this.#connections.has(connection)) return;
    this.#forget(connection);
    connection.close();
  }

  #forget(connection: Connection): void {
    clearTimeout(connection.timer);
    this.#connections.delete(connection);
  }
}
