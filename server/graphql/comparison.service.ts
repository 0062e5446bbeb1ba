import { BadInputError } from '../errors.ts';
import type { RunService } from '../jobs/runService.ts';
import { compareLayouts } from '../projection/compareLayouts.ts';
import type { Run } from '../storage/run.ts';
import type { RunComparisonType } from './comparison.type.ts';
import { toBase64, type LoadedRuns } from './loadedRuns.ts';
import { toRunType } from './run.type.ts';

const MIN_COMMON_IMAGES = 16;

interface Side {
  readonly run: Run;
  readonly datasetId: string;
  readonly imageIndices: Int32Array;
  readonly positions: Float64Array;
}

/** Lays two layouts of the same images over each other. */
export class ComparisonService {
  readonly #runs: RunService;
  readonly #loaded: LoadedRuns;

  constructor(runs: RunService, loaded: LoadedRuns) {
    this.#runs = runs;
    this.#loaded = loaded;
  }

  /** @throws BadInputError when the runs have too few images in common; NotFoundError for an unknown run. */
  async compare(leftId: string, rightId: string): Promise<RunComparisonType> {
    const [left, right] = await Promise.all([this.#side(leftId), this.#side(rightId)]);
    if (left.datasetId !== right.datasetId) {
      throw new BadInputError('left and right: the runs show different data sets; two of the same one are needed');
    }
    const { imageIndices, leftPoints, rightPoints } = matchImages(left.imageIndices, right.imageIndices);
    if (imageIndices.length < MIN_COMMON_IMAGES) {
      throw new BadInputError(
        `left and right: ${imageIndices.length} images in common; at least ${MIN_COMMON_IMAGES} are needed`,
      );
    }
    const compared = await compareLayouts(
      pickPoints(left.positions, leftPoints),
      pickPoints(right.positions, rightPoints),
    );
    return {
      alignment: compared.alignment,
      pointCount: imageIndices.length,
      meanDisplacement: compared.meanDisplacement,
      neighborhoodOverlap: compared.neighborhoodOverlap,
      displacement: toBase64(Float32Array.from(compared.displacement)),
      overlap: toBase64(Float32Array.from(compared.overlap)),
      imageIndices: toBase64(imageIndices),
      left: left.run.quality,
      right: right.run.quality,
    };
  }

  async #side(id: string): Promise<Side> {
    const run = await this.#runs.find(id);
    const frame = await this.#runs.layout(id);
    if (frame === null) throw new BadInputError(`run ${id} has no layout yet; wait until it optimizes`);
    const { dataset, imageIndices } = await this.#loaded.images(toRunType(run));
    return { run, datasetId: dataset.id, imageIndices, positions: frame.positions };
  }
}

/** The images that both have, with the point of each on either side. Both lists ascend. */
export function matchImages(left: Int32Array, right: Int32Array) {
  const leftPoints: number[] = [];
  const rightPoints: number[] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    if (left[i] === right[j]) {
      leftPoints.push(i++);
      rightPoints.push(j++);
    } else if (left[i] < right[j]) i++;
    else j++;
  }
  return { imageIndices: Int32Array.from(leftPoints, (point) => left[point]), leftPoints, rightPoints };
}

function pickPoints(positions: Float64Array, points: readonly number[]): Float64Array {
  const picked = new Float64Array(2 * points.length);
  points.forEach((point, position) => picked.set(positions.subarray(2 * point, 2 * point + 2), 2 * position));
  return picked;
}
