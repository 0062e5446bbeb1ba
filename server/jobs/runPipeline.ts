import { randomUUID } from 'node:crypto';
import { AppError, LostClaimError, messageOf, NotFoundError, UnavailableError } from '../errors.ts';
import { usesGpu } from '../extraction/extraction.ts';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import { findNearestNeighbors } from '../neighbors/findNearestNeighbors.ts';
import { createProjectionEngine, neighborCountOf } from '../projection/createProjectionEngine.ts';
import { LiveRecall } from '../projection/liveRecall.ts';
import { measureQuality } from '../projection/measureQuality.ts';
import { largestPerplexity } from '../projection/perplexity.ts';
import type { ProjectionEngine, ProjectionParameters } from '../projection/projection.ts';
import { isPassing } from '../storage/databaseErrors.ts';
import { FINAL_STATUSES, type Run, type RunFailure } from '../storage/run.ts';
import { traced } from '../tracing.ts';
import { embedImages, findEmbeddedImages, type EmbeddedImages } from './embedImages.ts';
import { withEngine } from './engineLock.ts';
import { readInitialRun } from './initialRun.ts';
import type { JobOutcome } from './jobQueue.ts';
import { optimizeLayout } from './optimizeLayout.ts';
import type { RunParts } from './runParts.ts';
import { RunRecorder, stageProgress } from './runRecorder.ts';
import { StopRequest, type StopReason } from './stopRequest.ts';

/** How the work on a run ended: whether for good, and what becomes of its job. */
interface RunEnd {
  readonly final: boolean;
  readonly outcome: JobOutcome;
}

/** The try of a run that has claimed it. */
interface RunTry {
  readonly attempt: string;
  /** How many tries began at the same place, this one included; those before ended with their process. */
  readonly tries: number;
}

/** A run whose process ended so often without any progress is not tried again: it would take the process down forever. */
const MOST_TRIES = 5;

/** The run was deleted while it worked. */
const GONE: RunEnd = { final: true, outcome: 'done' };

/** Does the work of one run, from its images to its quality figures, and from where it was if it was stopped. */
export class RunPipeline {
  readonly #parts: RunParts;
  readonly #signal: AbortSignal;
  readonly #recorder: RunRecorder;

  private constructor(run: Run, worker: string, parts: RunParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
    this.#recorder = new RunRecorder(run, worker, parts, signal);
  }

  /**
   * Works on a run until it is done, fails, or `signal` aborts with a StopRequest. Never throws for a failure of the
   * run itself: that is told by its status.
   */
  static async execute(
    runId: string,
    { attempt, tries }: RunTry,
    parts: RunParts,
    signal: AbortSignal,
  ): Promise<JobOutcome> {
    const run = await parts.store.runs.findRun(runId);
    // Paused, canceled or deleted while it waited for its turn.
    if (run === null || run.status === 'PAUSED' || FINAL_STATUSES.has(run.status)) return 'done';
    const pipeline = new RunPipeline(run, attempt, parts, signal);
    parts.hub.open(run, await parts.store.runs.readStatistics(runId));
    let end: RunEnd = { final: true, outcome: 'done' };
    try {
      if (tries > MOST_TRIES) throw endedTooOften(run);
      await traced('run', { 'run.id': runId, 'run.attempt': attempt }, () => pipeline.#work());
    } catch (error) {
      end = await pipeline.#end(error);
    } finally {
      parts.hub.close(runId, { final: end.final });
    }
    return end.outcome;
  }

  async #work(): Promise<void> {
    this.#signal.throwIfAborted();
    const recorder = this.#recorder;
    if (recorder.run.startedAt === null) await recorder.change({ startedAt: new Date() });
    const images = await traced('extraction', {}, () => this.#embed());
    await recorder.change({ pointCount: images.imageIndices.length });
    const { imageIndices } = images;
    const vectors = await this.#parts.store.embeddingSets.readEmbeddings(images.set.id, imageIndices);
    const perplexity = Math.min(recorder.run.parameters.perplexity, largestPerplexity(imageIndices.length));
    const parameters = { ...recorder.run.parameters, perplexity };
    const { engine, liveRecall } = await traced('neighbors', { points: vectors.rows }, () =>
      this.#prepareEngine(images, vectors, parameters),
    );
    try {
      const curvatureScale = await traced('optimization', { points: vectors.rows, engine: engine.name }, () =>
        this.#optimizeInTurn(engine, parameters, liveRecall),
      );
      await traced('quality', {}, () => this.#measure(images, vectors, engine.positions(), curvatureScale));
    } finally {
      await Promise.all([engine.dispose(), liveRecall?.dispose()]);
    }
    await recorder.change({
      status: 'DONE',
      finishedAt: new Date(),
      stage: stageProgress('Done', 1, 1, 'layout'),
      worker: null,
    });
    await this.#parts.store.runs.deleteWorkingState(recorder.run.id);
  }

  async #embed(): Promise<EmbeddedImages> {
    const stored = await findEmbeddedImages(this.#recorder, this.#parts);
    if (stored !== null) return stored;
    const images = await embedImages(this.#recorder, this.#parts, this.#signal);
    await this.#remember({
      seconds: this.#secondsWith({ dataset: images.datasetSeconds, extraction: images.extractionSeconds }),
      ...(images.engine === null ? {} : { extractionEngine: images.engine, modelWaitShare: images.modelWaitShare }),
    });
    return images;
  }

  async #prepareEngine(images: EmbeddedImages, vectors: EmbeddingMatrix, parameters: ProjectionParameters) {
    const recorder = this.#recorder;
    const began = performance.now();
    await recorder.enterStage('NEIGHBORS', 'Finding nearest neighbors', 'rows', vectors.rows);
    const { threads } = this.#parts;
    const graph = await findNearestNeighbors(vectors, {
      k: neighborCountOf(parameters, vectors.rows),
      metric: 'cosine',
      threads,
      signal: this.#signal,
      onProgress: (done, total) => recorder.progress(done, total),
    });
    this.#signal.throwIfAborted();
    await this.#remember({
      perplexity: parameters.perplexity,
      neighborRecall: graph.recall ?? null,
      seconds: this.#secondsWith({ neighbors: (performance.now() - began) / 1000 }),
    });
    const start = await readInitialRun(parameters, images, this.#parts.store);
    const { layoutEngine } = this.#parts;
    const engine = await createProjectionEngine({ vectors, graph, parameters, threads, start, engine: layoutEngine });
    return { engine, liveRecall: LiveRecall.start(graph, parameters.geometry, parameters.seed) };
  }

  /** On a GPU, one run after the other. */
  async #optimizeInTurn(
    engine: ProjectionEngine,
    parameters: ProjectionParameters,
    liveRecall: LiveRecall | null,
  ): Promise<number> {
    if (usesGpu(engine.name)) {
      await this.#recorder.enterStage('OPTIMIZING', 'Waiting for the GPU', 'iterations', parameters.iterations);
    }
    const { store } = this.#parts;
    return withEngine('projection', engine.name, { store, signal: this.#signal }, () =>
      this.#optimize(engine, parameters, liveRecall),
    );
  }

  async #optimize(
    engine: ProjectionEngine,
    parameters: ProjectionParameters,
    liveRecall: LiveRecall | null,
  ): Promise<number> {
    const recorder = this.#recorder;
    const { runs } = this.#parts.store;
    const checkpoint = await runs.readCheckpoint(recorder.run.id);
    if (checkpoint !== null) engine.restoreState(checkpoint.state);
    const start = performance.now();
    await recorder.enterStage('OPTIMIZING', 'Optimizing the layout', 'iterations', parameters.iterations);
    await this.#remember({ engine: engine.name, threads: engine.threads });
    try {
      const last = await optimizeLayout(engine, recorder, this.#parts, this.#signal, liveRecall);
      const figures = last ?? (await runs.readStatistics(recorder.run.id)).at(-1);
      await this.#remember({ finalLoss: figures?.loss ?? null });
      return figures?.curvatureScale ?? 1;
    } finally {
      await this.#remember({ seconds: this.#secondsWith({ optimization: (performance.now() - start) / 1000 }) });
    }
  }

  async #measure(
    { dataset, imageIndices }: EmbeddedImages,
    vectors: EmbeddingMatrix,
    positions: Float64Array,
    curvatureScale: number,
  ): Promise<void> {
    const recorder = this.#recorder;
    const start = performance.now();
    await recorder.enterStage('OPTIMIZING', 'Measuring the quality', 'points', imageIndices.length);
    const { label } = await this.#parts.store.datasets.readImageColumns(dataset.id);
    const { recallPerPoint, ...quality } = await measureQuality({
      vectors,
      positions,
      labels: label.names.length === 0 ? null : imageIndices.map((image) => label.codes[image]),
      curvatureScale,
      geometry: recorder.run.parameters.geometry,
      seed: recorder.run.parameters.seed,
      threads: this.#parts.threads,
      signal: this.#signal,
    });
    this.#signal.throwIfAborted();
    await this.#parts.store.runs.saveRecall(recorder.run.id, recallPerPoint);
    await this.#remember({ seconds: this.#secondsWith({ quality: (performance.now() - start) / 1000 }) }, { quality });
  }

  /** Keeps what tells how the layout came about. */
  async #remember(facts: Record<string, unknown>, changes: { quality?: Run['quality'] } = {}): Promise<void> {
    const { version } = this.#parts;
    const provenance = { ...this.#recorder.run.provenance, version, node: process.version, ...facts };
    await this.#recorder.change({ ...changes, provenance });
  }

  /** The seconds of every stage so far, with these added: a run that was stopped has a stage in several parts. */
  #secondsWith(added: Readonly<Record<string, number>>): Record<string, number> {
    const seconds = { ...(this.#recorder.run.provenance.seconds as Record<string, number> | undefined) };
    for (const [stage, value] of Object.entries(added)) {
      seconds[stage] = Math.round(((seconds[stage] ?? 0) + value) * 1000) / 1000;
    }
    return seconds;
  }

  async #end(error: unknown): Promise<RunEnd> {
    const { id } = this.#recorder.run;
    const reason = error instanceof LostClaimError ? 'lost' : this.#stopReason();
    if (reason === 'lost') {
      this.#parts.log.warn({ runId: id }, 'the work on a run went to another process');
      return { final: false, outcome: 'retry' };
    }
    try {
      if (reason === null) {
        if (error instanceof NotFoundError && (await this.#parts.store.runs.findRun(id)) === null) return GONE;
        if (isPassing(error)) return await this.#tryAgain(error);
        await this.#fail(error);
      } else await this.#stop(reason);
    } catch (cause) {
      if (cause instanceof NotFoundError) return GONE;
      // The store itself does not answer: the run stays unfinished there, and is tried again.
      this.#parts.log.error({ err: cause, runId: id }, 'the end of a run could not be stored');
      return { final: false, outcome: 'retry' };
    }
    return { final: reason !== 'pause' && reason !== 'shutdown', outcome: reason === 'shutdown' ? 'release' : 'done' };
  }

  /** What the database could not do now, such as with a full disk or while it restarts, is done later. */
  async #tryAgain(error: unknown): Promise<RunEnd> {
    const { id, stage } = this.#recorder.run;
    this.#parts.log.warn({ err: error, runId: id }, 'the run is tried again, since the database did not answer');
    await this.#recorder.flush().catch(() => undefined);
    const name = `Waiting for the database: ${messageOf(error)}`;
    const waiting = { ...stage, name, ratePerSecond: null, etaSeconds: null };
    await this.#recorder.change({ stage: waiting, worker: null }).catch(() => undefined);
    return { final: false, outcome: 'retry' };
  }

  #stopReason(): StopReason | null {
    const { aborted, reason } = this.#signal;
    return aborted && reason instanceof StopRequest ? reason.reason : null;
  }

  async #stop(reason: StopReason): Promise<void> {
    const { stage } = this.#recorder.run;
    const still = { ...stage, ratePerSecond: null, etaSeconds: null };
    if (reason === 'pause') await this.#recorder.change({ status: 'PAUSED', stage: still, worker: null });
    else if (reason === 'cancel') {
      await this.#recorder.change({ status: 'CANCELED', stage: still, finishedAt: new Date(), worker: null });
      await this.#parts.store.runs.deleteWorkingState(this.#recorder.run.id);
    } else await this.#recorder.change({ worker: null });
  }

  async #fail(error: unknown): Promise<void> {
    const runId = this.#recorder.run.id;
    const failure = describeFailure(error);
    this.#parts.log.error({ err: error, runId, ...failure }, 'run failed');
    // What could not be written in the background may be the very failure: it is told once, above.
    await this.#recorder.flush().catch(() => undefined);
    await this.#recorder.change({ status: 'FAILED', failure, finishedAt: new Date(), worker: null });
  }
}

function endedTooOften({ stage }: Run): UnavailableError {
  return new UnavailableError(
    `the process that worked on this run ended ${MOST_TRIES} times at the stage "${stage.name}", as when memory runs out; start it again once the cause is mended`,
  );
}

/** A failure for people: their own mistakes in words, our defects by an id that is also in the log. */
export function describeFailure(error: unknown): RunFailure {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  if (error instanceof RangeError) return { code: 'BAD_USER_INPUT', message: messageOf(error) };
  return { code: 'INTERNAL', message: `An internal error ended this run; the log has it under the id ${randomUUID()}` };
}
