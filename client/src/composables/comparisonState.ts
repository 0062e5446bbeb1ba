import { numberIn } from '../../../server/geometry/diskView.ts';

/** What decides how the layouts are laid over each other. */
export type FitChoice = 'ALL' | 'IMAGES' | 'NONE';

/** What is seen of a comparison, beside what every page shows. */
export interface ComparisonState {
  fit: FitChoice;
  /** 0 shows the layouts themselves, 1 the places that their images have in the first one. */
  morph: number;
  /** Whether the ways of what changed most are drawn. */
  trails: boolean;
  /** Letter of the layout whose changes against A are listed; null lists those of all. */
  pair: string | null;
}

export const COMPARISON_KEYS = ['fit', 'morph', 'trails', 'pair'] as const;

/** Names of the fits in an address; the default has none. */
const FIT_NAMES = { IMAGES: 'selection', NONE: 'none' } as const;

/** What an address says of a comparison; what makes no sense is left out. */
export function readComparison(query: Readonly<Record<string, unknown>>): ComparisonState {
  const fit = (Object.keys(FIT_NAMES) as (keyof typeof FIT_NAMES)[]).find((name) => FIT_NAMES[name] === query.fit);
  return {
    fit: fit ?? 'ALL',
    morph: numberIn(query.morph, 0, 1) ?? 0,
    trails: query.trails !== '0',
    pair: typeof query.pair === 'string' && /^[B-F]$/.test(query.pair) ? query.pair : null,
  };
}

/** The inverse of `readComparison`: only what differs from the default. */
export function comparisonQuery({ fit, morph, trails, pair }: ComparisonState): Record<string, string> {
  const query: Record<string, string> = {};
  if (fit !== 'ALL') query.fit = FIT_NAMES[fit];
  if (morph >= 0.005) query.morph = String(Number(morph.toFixed(2)));
  if (!trails) query.trails = '0';
  if (pair !== null) query.pair = pair;
  return query;
}
