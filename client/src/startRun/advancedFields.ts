import type { RunChoices } from './runChoices.ts';

/** A choice that is typed; all but its name is set on the field. */
export interface TypedChoice {
  readonly name: keyof RunChoices;
  readonly label: string;
  readonly help: string;
  readonly placeholder: string;
  readonly type?: 'number';
  readonly min?: number;
  readonly max?: number;
  /** Left out where only whole numbers are taken. */
  readonly step?: 'any';
  readonly required?: true;
  readonly pattern?: string;
  readonly title?: string;
}

export const LAYOUT_FIELDS: readonly TypedChoice[] = [
  {
    name: 'furtherPerplexities',
    label: 'Perplexities beside it',
    help: 'Up to eight, such as 10, 200: similarities become the mean over all, so that near and far both count.',
    placeholder: 'none',
    pattern: '[0-9.,;\\s]*',
    title: 'Numbers from 2 to 200, separated by commas',
  },
  {
    name: 'hierarchyWeight',
    label: 'Hierarchy weight',
    help: '0 to 1: how strongly depth in the tree of neighbors shows as distance from the center. It costs neighbors.',
    placeholder: '0',
    ...numberFrom(0, 1),
  },
  {
    name: 'curvatureScale',
    label: 'Curvature scale',
    help: 'How much of the hyperbolic plane the layout uses: larger pushes groups toward the rim. Empty finds it.',
    placeholder: 'automatic',
    ...numberFrom(0.1, 1000),
  },
  {
    name: 'learningRate',
    label: 'Learning rate',
    help: 'Length of a step. Empty takes points ÷ exaggeration, ÷ 2 at most; too large shakes, too small stands still.',
    placeholder: 'automatic',
    ...numberFrom(0.001, 10_000_000),
  },
  {
    name: 'earlyExaggeration',
    label: 'Early exaggeration',
    help: 'Factor on the attraction at the start, which gathers groups before they spread.',
    placeholder: '12',
    ...numberFrom(0.1, 100),
  },
  {
    name: 'exaggeratedIterations',
    label: 'Exaggeration lasts',
    help: 'How many steps it is held; empty takes a fifth of all, at most 100.',
    placeholder: 'automatic',
    ...wholeFrom(0, 100_000),
  },
  {
    name: 'lateExaggeration',
    label: 'Late exaggeration',
    help: 'The factor after that. Above 1 groups draw together, and neighbors are lost: at 2 recall fell from 0.34 to 0.19.',
    placeholder: '1',
    ...numberFrom(0.1, 100),
  },
  {
    name: 'seed',
    label: 'Seed',
    help: 'The same seed gives the same layout, byte by byte.',
    placeholder: '1',
    required: true,
    ...wholeFrom(0, 2_147_483_647),
  },
];

export const EMBEDDING_FIELDS: readonly TypedChoice[] = [
  {
    name: 'resolution',
    label: 'Resolution',
    help: 'Side in pixels of what the model sees, a multiple of its patch; larger is slower and finer.',
    placeholder: 'the model’s own',
    ...wholeFrom(16, 2048),
  },
];

function wholeFrom(min: number, max: number) {
  return { type: 'number', min, max } as const;
}

function numberFrom(min: number, max: number) {
  return { ...wholeFrom(min, max), step: 'any' } as const;
}
