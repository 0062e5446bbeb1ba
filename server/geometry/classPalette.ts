/**
 * Colors and shapes of classes, the same in the browser and in exported pictures. A pure module of constants.
 *
 * The first seven are those of Okabe and Ito (Color Universal Design, 2008) without black; the last three were chosen as
 * far as possible from these in CIELAB under normal vision, protanopia, deuteranopia and tritanopia (simulated after
 * Machado et al. 2009). Each has a contrast of 3 : 1 or more on the dark ground.
 */
export const CLASS_COLORS = [
  '#E69F00',
  '#56B4E9',
  '#009E73',
  '#F0E442',
  '#0072B2',
  '#D55E00',
  '#CC79A7',
  '#9A3FF0',
  '#B4E88A',
  '#A85038',
] as const;

/** Outlines for the same classes on paper, darkened to a contrast of 3 : 1 or more there. */
export const CLASS_OUTLINES_ON_PAPER = [
  '#9A6A00',
  '#2F7FB0',
  '#00734F',
  '#857C0C',
  '#00527F',
  '#9A4400',
  '#974C75',
  '#6E22B5',
  '#5B8634',
  '#733322',
] as const;

/** For points without a class, on either ground. */
export const UNLABELED_COLOR = '#8A8F98';

/** Classes beyond the tenth repeat the colors with the next shape, so that color alone never decides. */
export const CLASS_SHAPES = ['circle', 'square', 'triangle', 'diamond', 'cross', 'ring'] as const;
export type ClassShape = (typeof CLASS_SHAPES)[number];

/** Ground and ink of dark screens and of paper. */
export const DISK_COLORS = {
  ink: '#0B1220',
  paper: '#F8F4EA',
  inkOnPaper: '#1D2A3A',
  faintOnPaper: '#D8CFBC',
} as const;

export interface ClassStyle {
  readonly color: string;
  readonly outlineOnPaper: string;
  readonly shape: ClassShape;
}

/** How class number `code` is drawn; −1 is a point without a class. */
export function classStyle(code: number): ClassStyle {
  if (code < 0) return { color: UNLABELED_COLOR, outlineOnPaper: '#6A6F78', shape: 'circle' };
  const color = code % CLASS_COLORS.length;
  const shape = CLASS_SHAPES[Math.floor(code / CLASS_COLORS.length) % CLASS_SHAPES.length];
  return { color: CLASS_COLORS[color], outlineOnPaper: CLASS_OUTLINES_ON_PAPER[color], shape };
}
