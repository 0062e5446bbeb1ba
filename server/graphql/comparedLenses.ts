import { BadInputError } from '../errors.ts';
import { decodePointList } from '../formats/pointList.ts';
import { IDENTITY_ALIGNMENT, type Alignment } from '../geometry/alignment.ts';
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
}

const PLAIN: ComparedLens = { alignment: IDENTITY_ALIGNMENT, values: null };
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
  const first = compared.at(Math.max(0, LETTERS.indexOf(query.pair ?? '') - 1)) ?? compared[0];
  return [null, ...compared].map((comparison, index) => ({
    alignment: comparison === null ? IDENTITY_ALIGNMENT : alignmentOf(comparison),
    values:
      stability !== null
        ? { imageIndices: stability.imageIndices, values: stability.agreement }
        : query.color === 'change'
          ? changeOf(index === 0 ? first : comparison)
          : null,
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
