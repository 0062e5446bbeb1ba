/** A finished run: what it was, and the seconds that it took. */
export interface MeasuredRun {
  readonly name: string;
  readonly modelName: string | null;
  readonly pointCount: number;
  readonly iterations: number;
  readonly method: string;
  readonly durations: readonly { readonly stage: string; readonly seconds: number }[];
}

export interface PlannedRun {
  readonly model: string;
  readonly points: number;
  readonly iterations: number;
  readonly method: string;
  /** Embeddings that are stored already. */
  readonly stored: number;
}

export type EstimatedStage = 'embedding' | 'neighbors' | 'layout' | 'quality';

export interface RunEstimate {
  /** Seconds a stage; null where nothing like it was measured. */
  readonly stages: Readonly<Record<EstimatedStage, number | null>>;
  /** Sum of what is known. */
  readonly seconds: number;
  /** True when every stage is known. */
  readonly complete: boolean;
  /** Name of the run that most of it is scaled from. */
  readonly from: string | null;
}

/**
 * Scales the measured times of the run nearest in size. Work grows with the number of images when embedding, with its
 * square for exact neighbors, and with iterations times points for the layout; the figures are measured on a bounded
 * sample against all points.
 */
export function estimateRun(plan: PlannedRun, measured: readonly MeasuredRun[]): RunEstimate {
  const nearest = (stage: string, suits: (run: MeasuredRun) => boolean): MeasuredRun | undefined => {
    const apart = ({ pointCount }: MeasuredRun): number => Math.abs(Math.log(pointCount / plan.points));
    const usable = measured.filter((run) => run.pointCount > 0 && secondsOf(run, stage) > 0 && suits(run));
    return usable.reduce<MeasuredRun | undefined>(
      (best, run) => (best === undefined || apart(run) < apart(best) ? run : best),
      undefined,
    );
  };
  const scaled = (stage: string, suits: (run: MeasuredRun) => boolean, factor: (run: MeasuredRun) => number) => {
    const run = nearest(stage, suits);
    return run === undefined ? null : secondsOf(run, stage) * factor(run);
  };
  const growth = (run: MeasuredRun): number => plan.points / run.pointCount;

  const missing = Math.max(0, plan.points - plan.stored);
  const stages = {
    embedding:
      missing === 0
        ? 0
        : scaled(
            'extraction',
            ({ modelName }) => modelName === plan.model,
            (run) => missing / run.pointCount,
          ),
    neighbors: scaled(
      'neighbors',
      () => true,
      (run) => growth(run) ** 2,
    ),
    layout: scaled(
      'optimization',
      ({ method, iterations }) => method === plan.method && iterations > 0,
      (run) => (growth(run) * plan.iterations) / run.iterations,
    ),
    quality: scaled('quality', () => true, growth),
  };
  const known = Object.values(stages).filter((seconds) => seconds !== null);
  return {
    stages,
    seconds: known.reduce((sum, seconds) => sum + seconds, 0),
    complete: known.length === Object.keys(stages).length,
    from: nearest('optimization', ({ method }) => method === plan.method)?.name ?? null,
  };
}

function secondsOf(run: MeasuredRun, stage: string): number {
  return run.durations.find((duration) => duration.stage === stage)?.seconds ?? 0;
}
