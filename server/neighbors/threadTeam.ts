/** Slots of the control array that a team of threads shares. */
const ARRIVED = 0;
const GENERATION = 1;
const ABORTED = 2;
const NEXT_TASK = 3;
const SLOTS = 4;

/**
 * What a team of worker threads needs to act in step, over one small SharedArrayBuffer: a barrier, a task counter, and a
 * flag that calls everything off. Threads that wait sleep; they do not spin.
 */
export class ThreadTeam {
  readonly #control: Int32Array;
  readonly #size: number;

  constructor(buffer: SharedArrayBuffer, size: number) {
    this.#control = new Int32Array(buffer);
    this.#size = size;
  }

  static createBuffer(): SharedArrayBuffer {
    return new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT);
  }

  /**
   * Waits until all threads of the team have come here, then lets all go on; the task counter starts at 0 again.
   * @returns false when the work was called off.
   */
  barrier(): boolean {
    const control = this.#control;
    const generation = Atomics.load(control, GENERATION);
    if (Atomics.add(control, ARRIVED, 1) === this.#size - 1) {
      Atomics.store(control, ARRIVED, 0);
      Atomics.store(control, NEXT_TASK, 0);
      Atomics.add(control, GENERATION, 1);
      Atomics.notify(control, GENERATION);
    } else {
      while (Atomics.load(control, GENERATION) === generation && !this.aborted) {
        Atomics.wait(control, GENERATION, generation);
      }
    }
    return !this.aborted;
  }

  /** The next task that nobody has taken since the last barrier: 0, 1, 2 … */
  takeTask(): number {
    return Atomics.add(this.#control, NEXT_TASK, 1);
  }

  get aborted(): boolean {
    return Atomics.load(this.#control, ABORTED) !== 0;
  }

  /** Calls the work off: every thread sees it at its next barrier or look. */
  abort(): void {
    Atomics.store(this.#control, ABORTED, 1);
    Atomics.add(this.#control, GENERATION, 1);
    Atomics.notify(this.#control, GENERATION);
  }
}
