import { BadInputError } from '../errors.ts';
import type { RunService } from '../jobs/runService.ts';
import type { DiskIndex } from '../neighbors/diskIndex.ts';
import { nearestOnDisk, ranksOnDisk } from '../neighbors/diskNeighbors.ts';
import { FINAL_STATUSES } from '../storage/run.ts';
import type { MetricName } from './enums.ts';
import type { FinishedRuns } from './finishedRuns.ts';
import type { LoadedRuns } from './loadedRuns.ts';
import type { DiskPointInput, NeighborType } from './neighbor.type.ts';
import type { RunType } from './run.type.ts';

const MAX_K = 1000;

export interface NeighborQuery {
  readonly runId: string;
  readonly point: number | null | undefined;
  readonly at: DiskPointInput | null | undefined;
  readonly k: number;
  readonly radius: number | null | undefined;
  readonly metric: MetricName;
}

/** Positions, and an index where they do not change any more. */
interface Layout {
  readonly positions: Float64Array;
  readonly index: DiskIndex | null;
}

/** Points in order of distance, without the one that was asked about. */
export interface Ranking {
  readonly points: ArrayLike<number>;
  readonly distances: ArrayLike<number>;
}

/** Finds the points near another one or near a place, on the disk or in the embedding. */
export class NeighborService {
  readonly #runs: RunService;
  readonly #finished: FinishedRuns;
  readonly #loaded: LoadedRuns;

  constructor(runs: RunService, finished: FinishedRuns, loaded: LoadedRuns) {
    this.#runs = runs;
    this.#finished = finished;
    this.#loaded = loaded;
  }

  /** @throws BadInputError naming the argument; NotFoundError for an unknown run or one without points. */
  async find(query: NeighborQuery): Promise<NeighborType[]> {
    const run = await this.#finished.find(query.runId);
    checkQuery(query);
    const layout = await this.#layout(run);
    if (layout === null) throw new BadInputError(`runId: run ${run.id} has no layout yet; wait until it optimizes`);
    const { positions } = layout;
    checkPoint(query.point, positions.length / 2);
    const ranking = await this.#rank(run, layout, query);
    const others = await this.#otherRanks(run, layout, query, ranking.points);
    return describeNeighbors(this.#loaded, run, positions, ranking, others);
  }

  /** With an index, unless it is about to change. */
  async #layout(run: RunType): Promise<Layout | null> {
    if (FINAL_STATUSES.has(run.status)) return this.#loaded.finalLayout(run);
    const frame = await this.#runs.layout(run.id);
    return frame && { positions: frame.positions, index: null };
  }

  async #rank(run: RunType, { positions, index }: Layout, query: NeighborQuery): Promise<Ranking> {
    const { point, at, radius, metric, k } = query;
    if (metric === 'COSINE' && point != null) {
      const cosines = await this.#loaded.cosineIndex(run);
      const found = await cosines.nearest(point, radius == null ? k : MAX_K);
      return radius == null ? found : closerThan(found, radius);
    }
    const place = at ?? placeOf(positions, point ?? 0);
    const self = point ?? undefined;
    const { geometry } = run.parameters;
    if (radius == null) return index?.nearestTo(place, k, self) ?? nearestOnDisk(positions, place, k, self, geometry);
    return (
      index?.nearestWithin(place, radius, MAX_K, self) ??
      closerThan(nearestOnDisk(positions, place, MAX_K, self, geometry), radius)
    );
  }

  async #otherRanks(
    run: RunType,
    { positions, index }: Layout,
    { point, metric }: NeighborQuery,
    points: ArrayLike<number>,
  ): Promise<ArrayLike<number> | null> {
    if (point == null) return null;
    const asked = Int32Array.from(points);
    if (metric === 'GEODESIC') return (await this.#loaded.cosineIndex(run)).ranks(point, asked);
    const place = placeOf(positions, point);
    return index?.ranks(place, asked, point) ?? ranksOnDisk(positions, place, asked, point, run.parameters.geometry);
  }
}

/** Neighbors as the API tells them. */
export async function describeNeighbors(
  loaded: LoadedRuns,
  run: RunType,
  positions: Float64Array,
  { points, distances }: Ranking,
  otherRanks: ArrayLike<number> | null,
): Promise<NeighborType[]> {
  const { dataset, imageIndices } = await loaded.images(run);
  const { label } = await loaded.columns(dataset.id);
  return Array.from(points, (point, position) => ({
    point,
    distance: distances[position],
    rank: position + 1,
    x: positions[2 * point],
    y: positions[2 * point + 1],
    label: label.names[label.codes[imageIndices[point]]] ?? null,
    imageUrl: dataset.kind === 'vectors' ? null : `/images/${dataset.id}/${imageIndices[point]}.png`,
    otherRank: otherRanks?.[position] ?? null,
  }));
}

function checkQuery({ point, at, k, radius, metric }: NeighborQuery): void {
  if ((point == null) === (at == null)) throw new BadInputError('exactly one of point and at is needed');
  if (at != null && !(at.x ** 2 + at.y ** 2 < 1)) {
    throw new BadInputError(`at: (${at.x}, ${at.y}) lies outside the open unit disk`);
  }
  if (at != null && metric === 'COSINE')
    throw new BadInputError('metric: COSINE needs a point; a place has no embedding');
  if (k < 1 || k > MAX_K) throw new BadInputError(`k: ${k} is not between 1 and ${MAX_K}`);
  if (radius != null && !(radius >= 0)) throw new BadInputError(`radius: ${radius} is negative or not a number`);
}

function checkPoint(point: number | null | undefined, pointCount: number): void {
  if (point != null && !(point >= 0 && point < pointCount)) {
    throw new BadInputError(`point: ${point} is not between 0 and ${pointCount - 1}`);
  }
}

function placeOf(positions: Float64Array, point: number): { x: number; y: number } {
  return { x: positions[2 * point], y: positions[2 * point + 1] };
}

function closerThan({ points, distances }: Ranking, radius: number): Ranking {
  const beyond = Array.from(distances).findIndex((distance) => distance > radius);
  return beyond === -1 ? { points, distances } : firstOf({ points, distances }, beyond);
}

function firstOf({ points, distances }: Ranking, count: number): Ranking {
  return { points: Array.from(points).slice(0, count), distances: Array.from(distances).slice(0, count) };
}
