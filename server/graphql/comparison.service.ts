import { BadInputError } from '../errors.ts';
import type { RunService } from '../jobs/runService.ts';
import {
  LayoutComparer,
  type FitChoice,
  type LayoutStability,
  type MeasuredLayout,
} from '../projection/compareLayouts.ts';
import type { Run } from '../storage/run.ts';
import type { RunComparisonType, RunStabilityType } from './comparison.type.ts';
import type { FitName } from './enums.ts';
import { KeptResource } from './keptResource.ts';
import { toBase64, type LoadedRuns } from './loadedRuns.ts';
import { matchImages, pickPoints, positionsOf } from './matchImages.ts';
import { toRunType } from './toRunType.ts';

const MIN_COMMON_IMAGES = 16;
const MIN_FITTED_IMAGES = 3;
const MAX_STABILITY_RUNS = 20;
/** Threads that are warm compare in half the time; whoever compares one pair of runs soon compares another. */
const KEPT_MILLISECONDS = 30_000;

interface Side {
  readonly run: Run;
  readonly iteration: number;
  readonly datasetId: string;
  /** Of every point, ascending. */
  readonly imageIndices: Int32Array;
  readonly layout: MeasuredLayout;
}

export interface CompareOrder {
  readonly left: string;
  readonly right: string;
  readonly fit: FitName;
  /** For `IMAGES`: those that decide the alignment. */
  readonly images?: readonly number[] | null | undefined;
}

/** Numbers of every image that both runs have. */
export interface MeasuredComparison extends Omit<
  RunComparisonType,
  'pointCount' | 'displacement' | 'overlap' | 'imageIndices'
> {
  /** Ascending. */
  readonly imageIndices: Int32Array;
  readonly displacement: Float32Array;
  readonly overlap: Float32Array;
}

/** Numbers of every image that all runs have. */
export type MeasuredStability = LayoutStability & {
  readonly imageIndices: Int32Array;
  readonly runCount: number;
};

/** Lays layouts of the same images over each other, as they are now: finished or not. */
export class ComparisonService {
  readonly #runs: RunService;
  readonly #loaded: LoadedRuns;
  readonly #comparers = new KeptResource<LayoutComparer>(KEPT_MILLISECONDS);

  constructor(runs: RunService, loaded: LoadedRuns) {
    this.#runs = runs;
    this.#loaded = loaded;
  }

  /** As `measure`, for the wire. */
  async compare(order: CompareOrder): Promise<RunComparisonType> {
    const { imageIndices, displacement, overlap, ...measured } = await this.measure(order);
    return {
      ...measured,
      pointCount: imageIndices.length,
      displacement: toBase64(displacement),
      overlap: toBase64(overlap),
      imageIndices: toBase64(imageIndices),
    };
  }

  /** @throws BadInputError when the runs have too few images in common; NotFoundError for an unknown run. */
  async measure({ left: leftId, right: rightId, fit, images }: CompareOrder): Promise<MeasuredComparison> {
    const sides = await this.#prepared([leftId, rightId]);
    const { imageIndices, layouts } = inCommon(sides);
    const choice = fitChoice(fit, images, imageIndices);
    const [left, right] = sides;
    return {
      ...(await this.#compared((comparer) => comparer.compare(layouts[0], layouts[1], choice))),
      imageIndices,
      leftIteration: left.iteration,
      rightIteration: right.iteration,
      left: left.run.quality,
      right: right.run.quality,
    };
  }

  /** As `measureStability`, for the wire. */
  async stability(runIds: readonly string[]): Promise<RunStabilityType> {
    const { agreement, imageIndices, mean, interval, runCount } = await this.measureStability(runIds);
    return {
      runCount,
      pointCount: imageIndices.length,
      agreement: toBase64(agreement),
      imageIndices: toBase64(imageIndices),
      mean,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
    };
  }

  /** @throws BadInputError for fewer than two runs, too many, or too few images in common; NotFoundError */
  async measureStability(runIds: readonly string[]): Promise<MeasuredStability> {
    const ids = [...new Set(runIds)];
    if (ids.length < 2 || ids.length > MAX_STABILITY_RUNS) {
      throw new BadInputError(`runIds: ${ids.length} different runs; 2 to ${MAX_STABILITY_RUNS} are needed`);
    }
    const { imageIndices, layouts } = inCommon(await this.#prepared(ids));
    const stability = await this.#compared((comparer) => comparer.measureStability(layouts));
    return { ...stability, imageIndices, runCount: ids.length };
  }

  async close(): Promise<void> {
    await this.#comparers.close();
  }

  #compared<Result>(work: (comparer: LayoutComparer) => Promise<Result>): Promise<Result> {
    return this.#comparers.use('comparer', () => Promise.resolve(new LayoutComparer()), work);
  }

  /** The layouts, read while the threads that will compare them start. */
  async #prepared(ids: readonly string[]): Promise<Side[]> {
    const started = this.#compared((comparer) => Promise.resolve(comparer.prepare()));
    const [sides] = await Promise.all([this.#sides(ids), started]);
    return sides;
  }

  async #sides(ids: readonly string[]): Promise<Side[]> {
    const sides = await Promise.all(ids.map((id) => this.#side(id)));
    if (sides.some(({ datasetId }) => datasetId !== sides[0].datasetId)) {
      throw new BadInputError('the runs show different data sets; runs of the same one are needed');
    }
    return sides;
  }

  async #side(id: string): Promise<Side> {
    const run = await this.#runs.find(id);
    const [frame, images] = await Promise.all([this.#runs.layout(id), this.#loaded.findImages(toRunType(run))]);
    if (frame === null || images === null) {
      throw new BadInputError(`run ${id} has no layout yet; wait until it optimizes`);
    }
    const { dataset, imageIndices } = images;
    const layout = { positions: frame.positions, metric: run.parameters.geometry };
    return { run, iteration: frame.iteration, datasetId: dataset.id, imageIndices, layout };
  }
}

/** The images that all sides have, and their points on each side. */
function inCommon(sides: readonly Side[]): { imageIndices: Int32Array; layouts: MeasuredLayout[] } {
  const imageIndices = matchImages(sides.map((side) => side.imageIndices));
  if (imageIndices.length < MIN_COMMON_IMAGES) {
    throw new BadInputError(
      `the runs have ${imageIndices.length} images in common; at least ${MIN_COMMON_IMAGES} are needed`,
    );
  }
  const layouts = sides.map(({ layout, imageIndices: own }) => ({
    positions: pickPoints(layout.positions, positionsOf(imageIndices, own)),
    metric: layout.metric,
  }));
  return { imageIndices, layouts };
}

function fitChoice(fit: FitName, images: CompareOrder['images'], common: Int32Array): FitChoice {
  if (fit !== 'IMAGES') {
    if (images != null) throw new BadInputError('images: they are for fit IMAGES alone; leave them out');
    return fit === 'ALL' ? 'all' : 'none';
  }
  const chosen = matchImages([Int32Array.from(new Set(images)).sort(), common]);
  if (chosen.length < MIN_FITTED_IMAGES) {
    throw new BadInputError(
      `images: ${chosen.length} of them are in both runs; at least ${MIN_FITTED_IMAGES} are needed to fit`,
    );
  }
  return positionsOf(chosen, common);
}
