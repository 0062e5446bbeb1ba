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

/** The two lines under a picture: how the layout was made, and how far it can be trusted. */
export function captionOf(run: DescribedRun, pointCount: number, iteration: number): string {
  const { perplexity, seed, geometry, method } = run.parameters;
  const made = [
    run.name,
    `${pointCount.toLocaleString('en-US')} points`,
    ...(method === 'umap' ? ['UMAP'] : geometry === 'euclidean' ? ['flat t-SNE'] : []),
    ...[`perplexity ${perplexity}`, `seed ${seed}`, `iteration ${iteration}`],
  ];
  const measured = qualityFacts(run.quality).map(({ title, text }) => `${title} ${text}`);
  return [made.join(' · '), ...(measured.length === 0 ? [] : [measured.join(' · ')])].join('\n');
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
