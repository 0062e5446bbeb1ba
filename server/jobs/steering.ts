import { BadInputError, ConflictError } from '../errors.ts';
import type { ProjectionEngine } from '../projection/projection.ts';
import { FINAL_STATUSES, type RecordedChange, type Run, type SteeringChange } from '../storage/run.ts';
import type { RunStore } from '../storage/store.ts';
import { numberBetween } from './numberBetween.ts';

/** How often a working run looks for changes: soon enough to feel immediate, seldom enough to cost nothing. */
const LOOK_INTERVAL_MILLISECONDS = 200;

/** What a caller may ask to change; null or left out means that it stays. */
export interface SteeringOrder {
  readonly learningRate?: number | null;
  readonly exaggeration?: number | null;
  readonly curvatureScale?: number | null;
  /** What goes back to the schedule. */
  readonly automatic?: readonly (keyof SteeringChange)[] | null;
}

/** @throws BadInputError naming the value; ConflictError when the run has ended or cannot be steered. */
export function toSteeringChange(order: SteeringOrder, run: Run): SteeringChange {
  if (FINAL_STATUSES.has(run.status)) {
    throw new ConflictError(`run ${run.id} is ${run.status.toLowerCase()} and cannot be steered`);
  }
  if (run.parameters.method === 'umap') throw new ConflictError('a layout by UMAP cannot be steered');
  const change: Record<string, number | 'auto'> = {};
  const limits = { learningRate: [0.001, 1e7], exaggeration: [0.1, 100], curvatureScale: [0.1, 1000] } as const;
  for (const [name, [least, most]] of Object.entries(limits)) {
    const setting = name as keyof SteeringChange;
    const value = numberBetween(name, order[setting], least, most);
    const automatic = order.automatic?.includes(setting) ?? false;
    if (value !== undefined && automatic)
      throw new BadInputError(`${name}: give either a number or automatic, not both`);
    if (value !== undefined || automatic) change[name] = value ?? 'auto';
  }
  if (Object.keys(change).length === 0) {
    throw new BadInputError('nothing to change: give learningRate, exaggeration, curvatureScale or automatic');
  }
  if ('curvatureScale' in change && run.parameters.geometry === 'euclidean') {
    throw new BadInputError('curvatureScale: a flat layout has none; change learningRate or exaggeration');
  }
  return change;
}

/**
 * The changes of one run on their way to its engine. A change takes effect between two steps, and the store keeps after
 * which iteration: a run that goes on from an older state makes it again at the same iteration, to the same bytes.
 */
export class Steering {
  readonly #engine: ProjectionEngine;
  readonly #runs: RunStore;
  readonly #runId: string;
  readonly #onChange: () => void;
  /** Not made yet by this engine, in order. */
  #waiting: RecordedChange[] = [];
  #known = 0;
  #lastLook = -Infinity;
  #looking: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  private constructor(engine: ProjectionEngine, runs: RunStore, runId: string, onChange: () => void) {
    this.#engine = engine;
    this.#runs = runs;
    this.#runId = runId;
    this.#onChange = onChange;
  }

  /** @param onChange called after each change that took effect for the first time. */
  static async open(engine: ProjectionEngine, runs: RunStore, runId: string, onChange: () => void): Promise<Steering> {
    const steering = new Steering(engine, runs, runId, onChange);
    await steering.#look();
    // What took effect before the engine's state is part of that state.
    steering.#waiting = steering.#waiting.filter(
      ({ iteration }) => iteration === null || iteration >= engine.iteration,
    );
    return steering;
  }

  /** Between two steps: makes the changes that are due now, and looks for new ones from time to time. */
  async apply(): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error;
    if (performance.now() - this.#lastLook >= LOOK_INTERVAL_MILLISECONDS && this.#looking === null) {
      this.#looking = this.#look()
        .catch((error: unknown) => {
          this.#failure = { error };
        })
        .finally(() => {
          this.#looking = null;
        });
    }
    const { iteration } = this.#engine;
    // Replayed ones first: a new one must not overtake them.
    while (this.#waiting.length > 0 && (this.#waiting[0].iteration ?? iteration) <= iteration) {
      const [next] = this.#waiting;
      this.#engine.steer(next.change);
      this.#waiting.shift();
      if (next.iteration !== null) continue;
      await this.#runs.settleChange(this.#runId, next.ordinal, iteration);
      this.#onChange();
    }
  }

  /** Iterations until the next change that must be made at its own iteration. */
  get stepsToNext(): number {
    const next = this.#waiting[0]?.iteration;
    return next == null ? Infinity : Math.max(1, next - this.#engine.iteration);
  }

  async #look(): Promise<void> {
    this.#lastLook = performance.now();
    const changes = await this.#runs.listChanges(this.#runId);
    this.#waiting.push(...changes.slice(this.#known));
    this.#known = changes.length;
  }
}
