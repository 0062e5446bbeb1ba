/** What is sent in one turn of the event loop takes some milliseconds; then it is the turn of others' requests. */
const DELIVERIES_PER_TURN = 8;

/**
 * Deliveries to any number of watchers, so many in a turn of the event loop, in the order in which they were asked for: so
 * that a frame for hundreds of watchers keeps nobody else waiting, and all of them get as many frames.
 */
export class DeliveryTurns {
  #left = DELIVERIES_PER_TURN;
  #waiting: (() => void)[] = [];
  #scheduled = false;

  take(deliver: () => void): void {
    if (this.#left === 0) this.#waiting.push(deliver);
    else {
      this.#left--;
      deliver();
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const turn = this.#waiting.splice(0, DELIVERIES_PER_TURN);
      // Nobody who asks meanwhile gets ahead of those that wait.
      this.#left = 0;
      for (const deliver of turn) deliver();
      if (this.#waiting.length === 0) this.#left = DELIVERIES_PER_TURN - turn.length;
      if (turn.length > 0) this.#schedule();
    });
  }
}
