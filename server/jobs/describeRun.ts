import type { ProjectionParameters, Quality } from '../storage/run.ts';

/** What captions and files say about a run; both a stored run and the API's form of one are of this kind. */
export interface DescribedRun {
  readonly name: string;
  readonly parameters: Pick<ProjectionParameters, 'perplexity' | 'seed' | 'geometry' | 'method'>;
  readonly quality: Quality | null;
}

/** One setting or figure as people read it. */
export interface RunFact {
  readonly title: string;
  readonly text: string;
}

/** What sets the words of a run's name apart: a sweep names its runs “emoji · nano · seed 3”. */
export const NAME_SEPARATOR = ' · ';

/**
 * The two lines under a picture: how the layout was made, and how far it can be trusted. A setting that is a part of the
 * run's name already is not said again.
 */
export function captionOf(run: DescribedRun, pointCount: number, iteration: number): string {
  const { perplexity, seed, geometry, method } = run.parameters;
  const named = new Set(run.name.split(NAME_SEPARATOR));
  const settings = [
    `${pointCount.toLocaleString('en-US')} points`,
    ...(method === 'umap' ? ['UMAP'] : geometry === 'euclidean' ? ['flat t-SNE'] : []),
    ...[`perplexity ${perplexity}`, `seed ${seed}`, `iteration ${iteration}`],
  ];
  const measured = qualityFacts(run.quality).map(({ title, text }) => `${title} ${text}`);
  const made = [run.name, ...settings.filter((setting) => !named.has(setting))];
  return [made, measured]
    .filter(({ length }) => length > 0)
    .map((facts) => facts.join(NAME_SEPARATOR))
    .join('\n');
}

/** The figures that were measured; none before the run is done. */
export function qualityFacts(quality: Quality | null): RunFact[] {
  if (quality === null) return [];
  const facts: [string, number | null][] = [
    ['recall@15', quality.recallAt15],
    ['trustworthiness', quality.trustworthinessAt15],
    ['continuity', quality.continuityAt15],
    ['label kNN', quality.labelKnnAt15],
  ];
  const measured = facts.flatMap(([title, value]) => (value === null ? [] : [{ title, text: value.toFixed(3) }]));
  return [...measured, { title: 's', text: quality.curvatureScale.toFixed(1) }];
}
