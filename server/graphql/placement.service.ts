import type { EngineChoice } from '../config.ts';
import { decodeSentImage } from '../dataset/decodeSentImage.ts';
import { BadInputError, ConflictError, LimitExceededError, NotFoundError, UnavailableError } from '../errors.ts';
import { recordedChoices } from '../extraction/extraction.ts';
import { findModel } from '../extraction/modelCatalog.ts';
import { openExtractor, type Extractor } from '../extraction/openExtractor.ts';
import type { RunService } from '../jobs/runService.ts';
import { nearestOnDisk, ranksOnDisk } from '../neighbors/diskNeighbors.ts';
import { largestPerplexity } from '../projection/perplexity.ts';
import { PointPlacer } from '../projection/pointPlacer.ts';
import type { EmbeddingSet, Store } from '../storage/store.ts';
import { KeptResource } from './keptResource.ts';
import type { LoadedRuns } from './loadedRuns.ts';
import { describeNeighbors } from './neighbor.service.ts';
import type { NeighborType } from './neighbor.type.ts';
import type { RunType } from './run.type.ts';
import { toRunType } from './toRunType.ts';

const MAX_K = 100;
const DEFAULT_K = 10;
/** How long model and layout stay in memory after the last image. */
const KEPT_MILLISECONDS = 60_000;
/** Images in work or waiting; each takes a good part of a second. */
const MAX_WAITING = 8;

/** Where an image lies on a run's layout, and what is near it there and in the embedding. */
export interface PlacedImage {
  readonly runId: string;
  readonly x: number;
  readonly y: number;
  readonly model: string;
  readonly imageSize: { readonly width: number; readonly height: number };
  readonly seconds: { readonly embedding: number; readonly placing: number };
  /** `distance` is geodesic; `otherRank` is the rank in the embedding. */
  readonly nearestOnDisk: readonly NeighborType[];
  /** `distance` is the cosine distance; `otherRank` is the rank on the disk. */
  readonly nearestInEmbedding: readonly NeighborType[];
}

interface PlacementParts {
  readonly runs: RunService;
  readonly loaded: LoadedRuns;
  readonly store: Store;
  readonly home: string;
  readonly engine: EngineChoice;
}

/** Embeds an image with a run's model and places it on the run's finished layout; nothing is stored. */
export class PlacementService {
  readonly #parts: PlacementParts;
  readonly #extractors = new KeptResource<Extractor>(KEPT_MILLISECONDS);
  readonly #placers = new KeptResource<PointPlacer>(KEPT_MILLISECONDS);
  #waiting = 0;

  constructor(parts: PlacementParts) {
    this.#parts = parts;
  }

  /**
   * @param bytes of a JPEG, PNG, WebP, GIF or AVIF file
   * @throws NotFoundError for an unknown run; ConflictError while it has no finished layout; BadInputError for imported
   * vectors, whose model is not known, and for what is no image; UnavailableError when the model is not here any more.
   */
  async placeImage(runId: string, bytes: Uint8Array, k = DEFAULT_K): Promise<PlacedImage> {
    if (!Number.isInteger(k) || k < 1 || k > MAX_K) throw new BadInputError(`k: ${k} is not between 1 and ${MAX_K}`);
    if (this.#waiting >= MAX_WAITING) {
      throw new LimitExceededError(`${MAX_WAITING} images are being placed already; try again in a moment`);
    }
    this.#waiting++;
    try {
      return await this.#place(runId, bytes, k);
    } finally {
      this.#waiting--;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#extractors.close(), this.#placers.close()]);
  }

  async #place(runId: string, bytes: Uint8Array, k: number): Promise<PlacedImage> {
    const run = toRunType(await this.#parts.runs.find(runId));
    const frame = await this.#parts.runs.layout(runId);
    if (run.status !== 'DONE' || run.quality == null || frame === null) {
      throw new ConflictError(`run ${runId} has no finished layout yet; an image can be placed once it is done`);
    }
    const set = await this.#embeddingSet(run);
    const image = await decodeSentImage(bytes);
    const start = performance.now();
    const vector = await this.#embed(set, image);
    const embedded = performance.now();
    const { positions } = frame;
    const place = await this.#findPlace(run, set, positions, vector);
    const placed = performance.now();
    return {
      runId,
      ...place,
      model: set.modelName,
      imageSize: { width: image.width, height: image.height },
      seconds: { embedding: seconds(embedded - start), placing: seconds(placed - embedded) },
      ...(await this.#neighbors(run, positions, place, vector, k)),
    };
  }

  async #embeddingSet(run: RunType): Promise<EmbeddingSet> {
    const { embeddingSetId } = await this.#parts.loaded.images(run);
    const set = await this.#parts.store.embeddingSets.findEmbeddingSet(embeddingSetId);
    if (set === null) throw new NotFoundError(`the embedding set ${embeddingSetId} is gone`);
    if (set.pooling === 'none') {
      throw new BadInputError(`run ${run.id} shows imported vectors; no model is known that embeds an image like them`);
    }
    return set;
  }

  #embed(set: EmbeddingSet, image: Awaited<ReturnType<typeof decodeSentImage>>): Promise<Float32Array> {
    const { home, engine } = this.#parts;
    const { modelChecksum } = set;
    const choices = recordedChoices(set);
    const open = async (): Promise<Extractor> => {
      const model = await findModel(set.modelName, { home });
      if (model.checksum !== modelChecksum) {
        throw new UnavailableError(
          `the weights of ${set.modelName} have changed since the run; the old ones are needed`,
        );
      }
      return openExtractor(model, { ...choices, engine, threads: 1 });
    };
    const key = JSON.stringify([modelChecksum, choices]);
    return this.#extractors.use(key, open, (extractor) => extractor.embed([image]));
  }

  async #findPlace(run: RunType, set: EmbeddingSet, positions: Float64Array, vector: Float32Array) {
    const { vectors } = await this.#parts.loaded.cosineIndex(run);
    const { geometry, perplexity } = run.parameters;
    const layout = {
      vectors,
      positions,
      geometry,
      curvatureScale: run.quality?.curvatureScale ?? 0,
      perplexity: Math.min(perplexity, largestPerplexity(vectors.rows)),
      metric: 'cosine' as const,
    };
    const query = { rows: 1, dimension: set.dimension, values: vector };
    const placed = await this.#placers.use(
      run.id,
      () => PointPlacer.open(layout, 1),
      (placer) => placer.place(query),
    );
    return { x: placed.positions[0], y: placed.positions[1] };
  }

  async #neighbors(
    run: RunType,
    positions: Float64Array,
    place: { x: number; y: number },
    vector: Float32Array,
    k: number,
  ): Promise<Pick<PlacedImage, 'nearestOnDisk' | 'nearestInEmbedding'>> {
    const { loaded } = this.#parts;
    const { geometry } = run.parameters;
    const index = await loaded.cosineIndex(run);
    const onDisk = nearestOnDisk(positions, place, k, undefined, geometry);
    const inEmbedding = await index.nearestTo(vector, k);
    const embeddingRanks = await index.ranksFrom(vector, onDisk.points);
    const diskRanks = ranksOnDisk(positions, place, inEmbedding.points, undefined, geometry);
    return {
      nearestOnDisk: await describeNeighbors(loaded, run, positions, onDisk, embeddingRanks),
      nearestInEmbedding: await describeNeighbors(loaded, run, positions, inEmbedding, diskRanks),
    };
  }
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
