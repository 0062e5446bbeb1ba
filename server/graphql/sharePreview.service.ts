import type { ShareLinkService, ShownLink } from '../access/shareLinks.ts';
import { encodeInWorker } from '../export/encodeInWorker.ts';
import type { SharedDisk } from '../export/sharedDisk.ts';
import { CLOSED_LINK_PICTURE, pictureScale, type SharePicture } from '../export/sharePicture.ts';
import { decodePointList } from '../formats/pointList.ts';
import { numberIn, readDiskView } from '../geometry/diskView.ts';
import { captionOf } from '../jobs/describeRun.ts';
import type { RunService } from '../jobs/runService.ts';
import type { Run } from '../storage/run.ts';
import type { ImageColumns, Store } from '../storage/store.ts';
import { ByteCache } from './byteCache.ts';
import { comparedLenses, valuesAt } from './comparedLenses.ts';
import type { ComparisonService } from './comparison.service.ts';
import type { LoadedRuns } from './loadedRuns.ts';
import { placesOfImages } from './matchImages.ts';
import { toRunType } from './toRunType.ts';

const CACHE_BYTES = 16 * 2 ** 20;

/** The query string of a shared page. */
type ViewQuery = Readonly<Record<string, string>>;

/** What a page that shows links writes beside the picture. */
export interface SharePreview {
  readonly title: string;
  readonly description: string;
  /** Names the picture, see `ViewTickets.issuePicture`. */
  readonly picture: string;
}

/** One layout with what its points are called and colored by. */
interface DrawnRun {
  readonly run: Run;
  readonly iteration: number;
  readonly positions: Float64Array;
  readonly imageIndices: Int32Array;
  readonly columns: ImageColumns;
}

/** What other programs show of a share link: words, and a picture of the very view. */
export class SharePreviewService {
  readonly #store: Store;
  readonly #links: ShareLinkService;
  readonly #runs: RunService;
  readonly #loaded: LoadedRuns;
  readonly #comparisons: ComparisonService;
  readonly #pictures = new ByteCache<Uint8Array>(CACHE_BYTES);

  constructor(parts: {
    readonly store: Store;
    readonly links: ShareLinkService;
    readonly runs: RunService;
    readonly loaded: LoadedRuns;
    readonly comparisons: ComparisonService;
  }) {
    this.#store = parts.store;
    this.#links = parts.links;
    this.#runs = parts.runs;
    this.#loaded = parts.loaded;
    this.#comparisons = parts.comparisons;
  }

  /** Null for a link that does not work (any more). */
  async describe(token: string): Promise<SharePreview | null> {
    const shown = await this.#links.preview(token);
    if (shown === null) return null;
    const description = descriptionOf(shown, await this.#sharedIteration(shown));
    return { title: titleOf(shown), description, picture: shown.picture };
  }

  /** That of the stored layout which a link to one run shows; the newest one where it shows no moment. */
  async #sharedIteration({ link, runs: [run] }: ShownLink): Promise<number> {
    const moment = momentOf(link.viewState);
    const keyframes = moment === undefined ? [] : await this.#store.runs.listKeyframes(run.id);
    return keyframes.findLast((iteration) => iteration <= moment!) ?? run.iteration;
  }

  /** A PNG of 1200 × 630 pixels; the same neutral one for every name or link that is not good (any more). */
  async picture(name: string): Promise<Uint8Array> {
    const shown = await this.#links.ofPicture(name);
    const drawn = shown && (await this.#drawnRuns(shown));
    if (shown === null || drawn === null) return this.#draw('', () => Promise.resolve(CLOSED_LINK_PICTURE));
    const moments = drawn.map(({ run, iteration }) => `${iteration} ${run.status} ${run.name}`);
    return this.#draw([shown.link.id, ...moments].join('\n'), () => this.#arrange(shown, drawn));
  }

  #draw(key: string, arrange: () => Promise<SharePicture>): Promise<Uint8Array> {
    return this.#pictures.get(key, async () => {
      const value = await encodeInWorker({ kind: 'share', share: await arrange() });
      return { value, bytes: value.byteLength };
    });
  }

  /** Null before each of the runs has a layout. */
  async #drawnRuns({ link, runs }: ShownLink): Promise<DrawnRun[] | null> {
    const moment = momentOf(link.viewState);
    const drawn: DrawnRun[] = [];
    for (const run of runs) {
      const images = await this.#loaded.findImages(toRunType(run));
      const frame = await this.#runs.layout(run.id, runs.length === 1 ? moment : undefined);
      if (images === null || frame === null) return null;
      const columns = await this.#loaded.columns(images.dataset.id);
      const { iteration, positions } = frame;
      drawn.push({ run, iteration, positions, imageIndices: images.imageIndices, columns });
    }
    return drawn;
  }

  async #arrange(shown: ShownLink, drawn: readonly DrawnRun[]): Promise<SharePicture> {
    const query = queryOf(shown.link.viewState);
    const category = categoryOf(drawn[0], query);
    const hiddenNames = new Set((query.hide ?? '').split(','));
    const disks: SharedDisk[] = [];
    const runIds = drawn.map(({ run }) => run.id);
    const lenses = await comparedLenses(this.#comparisons, runIds, query);
    for (const [index, entry] of drawn.entries()) {
      const { codes } = categoryOf(entry, query);
      const { alignment, values, morph, trails } = lenses[index];
      const [first] = drawn;
      disks.push({
        positions: entry.positions,
        hyperbolic: entry.run.parameters.geometry === 'poincare',
        alignment,
        codes: entry.imageIndices.map((image) => codes[image]),
        values: values === null ? await this.#values(entry, query) : valuesAt(values, entry.imageIndices),
        selected: selectedPoints(entry, query, drawn.length > 1),
        places:
          morph === 0 && trails.size === 0
            ? null
            : placesOfImages(first.positions, first.imageIndices, entry.imageIndices),
        morph,
        trails: [...entry.imageIndices.keys()].filter((point) => trails.has(entry.imageIndices[point])),
      });
    }
    const { values } = disks[0];
    return {
      title: titleOf(shown),
      facts: factsOf(drawn),
      footer: footerOf(shown),
      disks,
      view: readDiskView(query),
      legend: category.names.map((text, code) => ({ code, text })),
      hidden: new Set(category.names.flatMap((name, code) => (hiddenNames.has(name) ? [code] : []))),
      scale: values && (SHARES[query.color] ?? pictureScale(scaleTitle(drawn[0], query), values)),
    };
  }

  /** The numbers that colors show; null where they show classes. */
  async #values(drawn: DrawnRun, { color }: ViewQuery): Promise<Float32Array | null> {
    const { run, positions, columns, imageIndices } = drawn;
    const column = columns.numbers.find(({ name }) => name === color);
    if (column !== undefined) return Float32Array.from(imageIndices, (image) => column.values[image]);
    if (color === 'radius') {
      return Float32Array.from({ length: positions.length / 2 }, (_, i) => {
        return 2 * Math.atanh(Math.min(Math.hypot(positions[2 * i], positions[2 * i + 1]), 1 - 1e-7));
      });
    }
    const bytes = color === 'recall' ? await this.#store.runs.readRecall(run.id) : null;
    // A copy, which begins where a Float32Array may begin.
    return bytes && new Float32Array(Uint8Array.from(bytes).buffer);
  }
}

/** What colors show that is a share. */
const SHARES: Readonly<Record<string, SharePicture['scale']>> = {
  recall: { title: 'neighbor recall', low: 0, high: 1 },
  change: { title: 'neighbors that differ', low: 0, high: 1 },
  stability: { title: 'neighbors that agree', low: 0, high: 1 },
};

function scaleTitle({ columns }: DrawnRun, { color }: ViewQuery): string {
  return columns.numbers.some(({ name }) => name === color) ? color : 'hyperbolic radius';
}

function queryOf(viewState: string): ViewQuery {
  return Object.fromEntries(new URLSearchParams(viewState));
}

/** The iteration that a view is of; undefined for one that goes on with its run. */
function momentOf(viewState: string): number | undefined {
  return numberIn(queryOf(viewState).i, 0, Number.MAX_SAFE_INTEGER) ?? undefined;
}

/** A run as of an iteration: its quality was measured on the last layout alone. */
function asOf(run: Run, iteration: number): Run {
  return iteration === run.iteration ? run : { ...run, quality: null };
}

function titleOf({ runs }: ShownLink): string {
  return runs.map(({ name }) => name).join(' · ');
}

function descriptionOf({ runs, link }: ShownLink, iteration: number): string {
  const [run] = runs;
  const who = link.createdBy === '' ? '' : `Shared by ${link.createdBy}. `;
  if (runs.length > 1) return `${who}${runs.length} layouts of the same images on the Poincaré disk, side by side.`;
  return `${who}${captionOf(asOf(run, iteration), run.pointCount, iteration).replaceAll('\n', ' · ')}`;
}

function footerOf({ link }: ShownLink): string {
  return link.createdBy === '' ? 'Circle Limit' : `Circle Limit · shared by ${link.createdBy}`;
}

/** Without names, which the title has. */
function factsOf(drawn: readonly DrawnRun[]): string[] {
  if (drawn.length > 1) {
    return drawn.map(({ run }, index) => {
      const recall = run.quality === null ? '' : ` recall@15 ${run.quality.recallAt15.toFixed(3)}`;
      return `${'ABCDEF'[index]} perplexity ${run.parameters.perplexity}, seed ${run.parameters.seed}${recall}`;
    });
  }
  const [{ run, imageIndices, iteration }] = drawn;
  return captionOf({ ...asOf(run, iteration), name: '' }, imageIndices.length, iteration)
    .split(/ · |\n/)
    .filter((fact) => fact !== '');
}

function categoryOf({ columns: { label, columns } }: DrawnRun, { color }: ViewQuery) {
  return columns.find(({ name }) => name === color) ?? label;
}

/** A selection is of points on the page of a run, and of images on that of a comparison. */
function selectedPoints({ imageIndices }: DrawnRun, { sel = '' }: ViewQuery, areImages: boolean): ReadonlySet<number> {
  const chosen = new Set(decodePointList(sel));
  if (!areImages) return chosen;
  return new Set([...imageIndices.keys()].filter((point) => chosen.has(imageIndices[point])));
}
