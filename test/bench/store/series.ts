import type { EmbeddingMatrix } from '../../../server/formats/embeddingMatrix.ts';
import { keyframeInterval } from '../../../server/jobs/optimizeLayout.ts';
import { findNearestNeighbors } from '../../../server/neighbors/findNearestNeighbors.ts';
import { createProjectionEngine, neighborCountFor } from '../../../server/projection/createProjectionEngine.ts';
import { DEFAULT_PROJECTION_PARAMETERS, type IterationStatistics } from '../../../server/storage/run.ts';
import { newRun } from '../../support/storeFixtures.ts';
import { rounded, timed, withStore, type Place } from './places.ts';

const THREADS = 2;
const WORKER = 'bench/0';
/** Iterations that are timed. */
const ITERATIONS = 12;
/** Early iterations move the points further than those that most frames are of. */
const WARM_UP = Number(process.env.STORE_WARM_UP ?? 60);
const WRITES = 10;
/** The embedded store's code is compiled while it works; a run is longer than that. */
const WARM_UP_WRITES = 20;

/** What a run of so many points does and leaves, from some of its iterations. */
export interface OptimizedPart {
  readonly points: number;
  /** Of an iteration: milliseconds, and of all threads. */
  readonly milliseconds: number;
  readonly cpu: number;
  readonly frames: readonly Float64Array[];
  readonly statistics: readonly IterationStatistics[];
  readonly state: Uint8Array;
}

export async function optimizePart(vectors: EmbeddingMatrix): Promise<OptimizedPart> {
  const parameters = DEFAULT_PROJECTION_PARAMETERS;
  const k = neighborCountFor(parameters.perplexity, vectors.rows);
  const graph = await findNearestNeighbors(vectors, { k, metric: 'cosine', threads: THREADS });
  const engine = await createProjectionEngine({ vectors, graph, parameters, threads: THREADS, engine: 'wasm' });
  try {
    await engine.step(WARM_UP);
    const frames = [engine.positions()];
    const statistics: IterationStatistics[] = [];
    const { milliseconds, cpu } = await timed(async () => {
      for (let i = 0; i < ITERATIONS; i++) {
        statistics.push(...(await engine.step(1)));
        frames.push(engine.positions());
      }
    });
    return {
      points: vectors.rows,
      milliseconds: milliseconds / ITERATIONS,
      cpu: cpu / ITERATIONS,
      frames,
      statistics,
      state: engine.saveState(),
    };
  } finally {
    await engine.dispose();
  }
}

/**
 * The share of a whole run that its writes take: of each kind, how many there are in a run of the default length, times
 * what one takes. `cpu` is of this process, where the embedded store works too; a server has its own on top.
 */
export async function measureSeries(place: Place, part: OptimizedPart) {
  return withStore(place, async (store) => {
    const { id, stage } = await store.runs.createRun(newRun());
    await store.runs.claimRun(id, WORKER, []);
    const { iterations } = DEFAULT_PROJECTION_PARAMETERS;
    // On cores of its own: what other work of the machine takes makes a run longer, and its share of writes no smaller.
    const seconds = (iterations * part.cpu) / THREADS / 1000;
    const keyframe = await meanOf((i) =>
      store.runs.saveKeyframe(id, { iteration: i + 1, coordinates: part.frames[i % part.frames.length] }),
    );
    // What is new is written once a second, with the run's progress.
    const perSecond = Math.max(1, Math.round(iterations / seconds));
    const figures = await meanOf(async (i) => {
      const block = Array.from({ length: perSecond }, (_, j) => ({
        ...part.statistics[0],
        iteration: 1 + i * perSecond + j,
      }));
      await store.runs.saveProgress(id, { stage, iteration: i }, block, WORKER);
    });
    const checkpoint = await meanOf((i) => store.runs.saveCheckpoint(id, { iteration: i, state: part.state }));
    const counts = {
      keyframes: iterations / keyframeInterval(iterations, part.points) + 1,
      figures: seconds,
      checkpoints: seconds / Math.max(1, checkpoint.milliseconds / 10),
    };
    const share = (kind: { milliseconds: number; cpu: number }, count: number) => ({
      count: Math.round(count),
      milliseconds: rounded(kind.milliseconds),
      cpu: rounded(kind.cpu),
      percentOfCpu: rounded((100 * count * kind.cpu) / (iterations * part.cpu)),
    });
    return [
      { store: place.kind, write: 'keyframe', ...share(keyframe, counts.keyframes) },
      { store: place.kind, write: 'figures of a second, with progress', ...share(figures, counts.figures) },
      { store: place.kind, write: 'checkpoint', ...share(checkpoint, counts.checkpoints) },
    ];
  });
}

/** Bytes on disk that a keyframe adds, of a store that has been closed properly. */
export async function keyframeBytes(place: Place, frames: readonly Float64Array[]): Promise<number> {
  const size = (): Promise<number> =>
    withStore(place, async ({ sql }) => {
      await sql.query('VACUUM FULL keyframes');
      const [{ bytes }] = await sql.query<{ bytes: string }>("SELECT pg_total_relation_size('keyframes') AS bytes");
      return Number(bytes);
    });
  const before = await size();
  await withStore(place, async (store) => {
    const { id } = await store.runs.createRun(newRun());
    for (const [i, coordinates] of frames.entries()) await store.runs.saveKeyframe(id, { iteration: i, coordinates });
  });
  return ((await size()) - before) / frames.length;
}

async function meanOf(write: (i: number) => Promise<unknown>): Promise<{ milliseconds: number; cpu: number }> {
  for (let i = 0; i < WARM_UP_WRITES; i++) await write(i);
  const { milliseconds, cpu } = await timed(async () => {
    for (let i = 0; i < WRITES; i++) await write(WARM_UP_WRITES + i);
  });
  return { milliseconds: milliseconds / WRITES, cpu: cpu / WRITES };
}
