import type { LiveRecall } from '../projection/liveRecall.ts';
import type { ProjectionEngine } from '../projection/projection.ts';
import type { IterationStatistics } from '../storage/run.ts';
import type { LayoutFrame } from '../stream/frame.ts';
import type { RunParts } from './runParts.ts';
import type { RunRecorder } from './runRecorder.ts';
import { Steering } from './steering.ts';
import { StopRequest } from './stopRequest.ts';

/** How many layouts of a run are kept for replay, about: fewer where they are large, so that writing them costs little. */
const MOST_KEYFRAMES = 40;
const LEAST_KEYFRAMES = 16;
const KEYFRAME_BYTES = 24e6;
const BYTES_PER_POINT = 16;
/** Work between two looks at the stop signal: short enough to feel immediate, long enough to cost nothing. */
const STEP_MILLISECONDS = 40;
const FRAME_INTERVAL_MILLISECONDS = 50;
/** How often recall is measured in a run: some 20 times cost about one iteration in thirty of one core. */
const RECALL_COUNT = 20;
/** Between two checkpoints: at least so long, and so many times as long as writing one took (1 % of the time). */
const LEAST_CHECKPOINT_INTERVAL_MILLISECONDS = 1000;
const CHECKPOINT_INTERVAL_PER_WRITE = 100;

/** Iterations between two stored layouts. */
export function keyframeInterval(iterations: number, pointCount: number): number {
  const fitting = KEYFRAME_BYTES / (BYTES_PER_POINT * pointCount);
  return Math.max(1, Math.ceil(iterations / Math.max(LEAST_KEYFRAMES, Math.min(MOST_KEYFRAMES, fitting))));
}

/** How many iterations to do next, from how long the last ones took. */
export function nextStepCount(lastCount: number, lastMilliseconds: number): number {
  const fitting = (lastCount * STEP_MILLISECONDS) / Math.max(lastMilliseconds, 0.1);
  // At most doubled, since the first iterations are not typical.
  return Math.max(1, Math.min(Math.round(fitting), 2 * lastCount));
}

/**
 * Steps the engine to the last iteration; publishes frames, keeps keyframes, figures and checkpoints. When the signal
 * aborts, it leaves a checkpoint from which the same run goes on to the same bytes, and throws the signal's reason.
 * @returns the figures of the last iteration, or null when none was left to do.
 */
export async function optimizeLayout(
  engine: ProjectionEngine,
  recorder: RunRecorder,
  parts: RunParts,
  signal: AbortSignal,
  liveRecall: LiveRecall | null,
): Promise<IterationStatistics | null> {
  const keeper = new LayoutKeeper(engine, recorder, parts, liveRecall);
  const { iterations } = recorder.run.parameters;
  const interval = keyframeInterval(iterations, engine.pointCount);
  const steering = await Steering.open(engine, parts.store.runs, recorder.run.id, () => recorder.tell());
  keeper.publish([], engine.iteration % interval === 0);
  let count = 1;
  let last: IterationStatistics | null = null;
  while (engine.iteration < iterations) {
    if (signal.aborted) {
      keeper.publish([], isChosen(signal.reason));
      await keeper.saveCheckpoint();
      throw signal.reason;
    }
    await steering.apply();
    const start = performance.now();
    const toKeyframe = interval - (engine.iteration % interval);
    const steps = Math.min(count, toKeyframe, steering.stepsToNext);
    const statistics = await engine.step(steps);
    parts.counter.iterationsDone += statistics.length;
    last = statistics.at(-1) ?? last;
    keeper.publish(statistics, engine.iteration % interval === 0 || engine.iteration >= iterations);
    count = nextStepCount(steps, performance.now() - start);
    keeper.saveCheckpointSometimes();
  }
  await recorder.flush();
  return last;
}

/** A moment at which somebody stopped the run is one to look at; one at which the work only changes hands is not. */
function isChosen(stop: unknown): boolean {
  return stop instanceof StopRequest && (stop.reason === 'pause' || stop.reason === 'cancel');
}

/** Sends an engine's layouts where they belong: to the watchers, and the chosen ones into the store. */
class LayoutKeeper {
  readonly #engine: ProjectionEngine;
  readonly #recorder: RunRecorder;
  readonly #parts: RunParts;
  #lastFrame = -Infinity;
  #lastCheckpoint = performance.now();
  #checkpointInterval = LEAST_CHECKPOINT_INTERVAL_MILLISECONDS;
  #checkpointPending = false;
  readonly #liveRecall: LiveRecall | null;
  #recall: number | null = null;
  #nextRecall = 0;

  constructor(engine: ProjectionEngine, recorder: RunRecorder, parts: RunParts, liveRecall: LiveRecall | null) {
    this.#liveRecall = liveRecall;
    this.#engine = engine;
    this.#recorder = recorder;
    this.#parts = parts;
  }

  publish(statistics: readonly IterationStatistics[], isKeyframe: boolean): void {
    const { iteration } = this.#engine;
    const now = performance.now();
    let frame: LayoutFrame | undefined;
    if (isKeyframe || now - this.#lastFrame >= FRAME_INTERVAL_MILLISECONDS) {
      this.#lastFrame = now;
      frame = { runId: this.#recorder.run.id, iteration, positions: this.#engine.positions() };
    }
    if (isKeyframe && frame !== undefined) this.#saveKeyframe(frame);
    this.#measureRecallSometimes();
    if (frame !== undefined) this.#parts.frameRelay.offer(frame);
    this.#recorder.iterated(this.#withRecall(statistics), iteration, frame);
  }

  /** In the background: what comes out is told with the iterations that are done by then. */
  #measureRecallSometimes(): void {
    const { iteration } = this.#engine;
    if (this.#liveRecall === null || this.#liveRecall.busy || iteration < this.#nextRecall) return;
    this.#nextRecall = iteration + Math.ceil(this.#recorder.run.parameters.iterations / RECALL_COUNT);
    const positions = new Float64Array(2 * this.#engine.pointCount);
    this.#engine.positions(positions);
    void this.#liveRecall.measure(positions).then((recall) => (this.#recall = recall));
  }

  #withRecall(statistics: readonly IterationStatistics[]): readonly IterationStatistics[] {
    const last = statistics.at(-1);
    if (last === undefined || this.#recall === null) return statistics;
    const told = { ...last, recallAt15: this.#recall };
    this.#recall = null;
    return [...statistics.slice(0, -1), told];
  }

  saveCheckpointSometimes(): void {
    const due = performance.now() - this.#lastCheckpoint >= this.#checkpointInterval;
    if (!due || this.#checkpointPending) return;
    this.#checkpointPending = true;
    this.#writeCheckpoint();
  }

  async saveCheckpoint(): Promise<void> {
    this.#writeCheckpoint();
    await this.#recorder.flush();
  }

  #saveKeyframe({ runId, iteration, positions }: LayoutFrame): void {
    const { runs } = this.#parts.store;
    this.#recorder.writeInBackground(() => runs.saveKeyframe(runId, { iteration, coordinates: positions }));
  }

  #writeCheckpoint(): void {
    this.#lastCheckpoint = performance.now();
    // Figures first: a run that goes on from a checkpoint never computes those before it again.
    this.#recorder.commit();
    const checkpoint = { iteration: this.#engine.iteration, state: this.#engine.saveState() };
    const { id } = this.#recorder.run;
    this.#recorder.writeInBackground(async () => {
      const start = performance.now();
      await this.#parts.store.runs.saveCheckpoint(id, checkpoint);
      this.#checkpointInterval = Math.max(
        LEAST_CHECKPOINT_INTERVAL_MILLISECONDS,
        CHECKPOINT_INTERVAL_PER_WRITE * (performance.now() - start),
      );
      this.#checkpointPending = false;
    });
  }
}
