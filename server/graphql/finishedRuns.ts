import type { RunService } from '../jobs/runService.ts';
import { FINAL_STATUSES } from '../storage/run.ts';
import type { Notices } from '../storage/store.ts';
import type { RunTopics } from '../stream/runTopics.ts';
import type { RunType } from './run.type.ts';
import { toRunType } from './toRunType.ts';

/** After so long the store is asked again, should a notice of another process have been lost. */
const TRUSTED_MILLISECONDS = 5000;
const MOST_RUNS = 1000;

interface Known {
  readonly run: RunType;
  readonly asked: number;
}

/**
 * The runs that have ended, as they were when they were asked for last: what neighbors need of them does not change any
 * more, and asking the store would take longer than finding the neighbors. Those that are deleted are forgotten.
 */
export class FinishedRuns {
  readonly #runs: Pick<RunService, 'find'>;
  readonly #known = new Map<string, Known>();
  /** Grows with what is forgotten: an answer that was under way meanwhile may be of a run that is gone. */
  #forgotten = 0;

  constructor(runs: Pick<RunService, 'find'>, topics: RunTopics, notices: Notices) {
    this.#runs = runs;
    void this.#forgetDeleted(topics);
    notices.subscribe(
      () => undefined,
      () => {
        this.#forgotten++;
        this.#known.clear();
      },
    );
  }

  /** A run as it is now where it works; name, notes and tags may be a few seconds old. @throws NotFoundError */
  async find(id: string): Promise<RunType> {
    const known = this.#known.get(id);
    if (known !== undefined && performance.now() - known.asked < TRUSTED_MILLISECONDS) return known.run;
    this.#known.delete(id);
    const asked = performance.now();
    const before = this.#forgotten;
    const run = toRunType(await this.#runs.find(id));
    if (FINAL_STATUSES.has(run.status) && before === this.#forgotten) this.#keep(id, { run, asked });
    return run;
  }

  #keep(id: string, known: Known): void {
    this.#known.set(id, known);
    // A Map keeps the order of insertion: the front was asked for longest ago.
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_RUNS) break;
      this.#known.delete(oldest);
    }
  }

  async #forgetDeleted(topics: RunTopics): Promise<void> {
    for await (const id of topics.subscribe('runDeleted')) {
      this.#forgotten++;
      this.#known.delete(id);
    }
  }
}
