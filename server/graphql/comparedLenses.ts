import { BadInputError } from '../errors.ts';
import { decodePointList } from '../formats/pointList.ts';
import { IDENTITY_ALIGNMENT, type Alignment } from '../geometry/alignment.ts';
import { LISTED_CHANGES, mostChanged } from '../geometry/changedImages.ts';
import { numberIn } from '../geometry/diskView.ts';
import { isometryFromCenter } from '../geometry/isometry.ts';
import type { ComparisonService, MeasuredComparison } from './comparison.service.ts';
import type { FitName } from './enums.ts';

/** Numbers of images that colors show. */
interface ImageValues {
  /** Ascending. */
  readonly imageIndices: Int32Array;
  readonly values: Float32Array;
}

/** How the page of a comparison shows one of its layouts. */
export interface ComparedLens {
  /** Lays it over the first one. */
  readonly alignment: Alignment;
  /** What colors show; null where they show what they show of a single run. */
  readonly values: ImageValues | null;
  /** How much of the way to its place in the first layout each point has gone: 0 to 1. */
  readonly morph: number;
  /** Images whose way there is drawn. */
  readonly trails: ReadonlySet<number>;
}

const PLAIN: ComparedLens = { alignment: IDENTITY_ALIGNMENT, values: null, morph: 0, trails: new Set() };
const LETTERS = 'ABCDEF';
/** An isometry of the disk needs as many images. */
const LEAST_TO_FIT = 3;

/** What the query string of a comparison says: which fit, seen through which lens. */
export async function comparedLenses(
  comparisons: ComparisonService,
  runIds: readonly string[],
  query: Readonly<Record<string, string>>,
): Promise<ComparedLens[]> {
  if (runIds.length < 2) return [PLAIN];
  const [left, ...others] = runIds;
  const chosen = decodePointList(query.sel ?? '');
  const fit = fitOf(query.fit, chosen.length);
  const images = fit === 'IMAGES' ? chosen : null;
  const compared: (MeasuredComparison | null)[] = [];
  for (const right of others) {
    compared.push(await unlessUnlike(comparisons.measure({ left, right, fit, images })));
  }
  const stability = query.color === 'stability' ? await unlessUnlike(comparisons.measureStability(runIds)) : null;
  const pair = LETTERS.indexOf(query.pair ?? '') - 1;
  const first = compared.at(Math.max(0, pair)) ?? compared[0];
  const trails = trailsOf(compared[pair] === undefined ? compared : [compared[pair]], query);
  return [null, ...compared].map((comparison, index) => ({
    alignment: comparison === null ? IDENTITY_ALIGNMENT : alignmentOf(comparison),
    values:
      stability !== null
        ? { imageIndices: stability.imageIndices, values: stability.agreement }
        : query.color === 'change'
          ? changeOf(index === 0 ? first : comparison)
          : null,
    morph: index === 0 ? 0 : (numberIn(query.morph, 0, 1) ?? 0),
    trails: index === 0 ? PLAIN.trails : trails,
  }));
}

/** The lens's number for every image of a layout, NaN for those that it does not know. */
export function valuesAt({ imageIndices, values }: ImageValues, wanted: Int32Array): Float32Array {
  const known = new Map(Array.from(imageIndices, (image, entry) => [image, values[entry]]));
  return Float32Array.from(wanted, (image) => known.get(image) ?? NaN);
}

function fitOf(name: string | undefined, chosen: number): FitName {
  if (name === 'none') return 'NONE';
  return name === 'selection' && chosen >= LEAST_TO_FIT ? 'IMAGES' : 'ALL';
}

/** What changed most, unless it is switched off, and the image that was chosen. */
function trailsOf(
  compared: readonly (MeasuredComparison | null)[],
  query: Readonly<Record<string, string>>,
): ReadonlySet<number> {
  const known = compared.filter((comparison) => comparison !== null);
  const changed = known.map((comparison) => ({ ...comparison, change: changeOf(comparison)!.values }));
  const listed = query.trails === '0' ? [] : mostChanged(changed, LISTED_CHANGES).map(({ image }) => image);
  const chosen = numberIn(query.p, 0, Number.MAX_SAFE_INTEGER);
  return new Set(chosen === null ? listed : [...listed, chosen]);
}

function alignmentOf({ alignment }: MeasuredComparison): Alignment {
  const { centerX, centerY, rotation, reflected } = alignment;
  return { isometry: isometryFromCenter({ x: centerX, y: centerY }, rotation), reflected };
}

function changeOf(comparison: MeasuredComparison | null): ImageValues | null {
  if (comparison === null) return null;
  const { imageIndices, overlap } = comparison;
  return { imageIndices, values: overlap.map((share) => 1 - share) };
}

/** Runs with no images in common are shown as they are. */
async function unlessUnlike<Value>(measured: Promise<Value>): Promise<Value | null> {
  return measured.catch((error: unknown) => {
    if (error instanceof BadInputError) return null;
    throw error;
  });
}
