import type { Ref, ShallowRef } from 'vue';
import type { PlacedImages } from '../disk/morph.ts';
import type { RunPoints } from '../disk/pointColors.ts';
import type { RunSummaryFragment } from '../graphql/generated/graphql.ts';
import type { IterationStats } from './useProjectionStream.ts';

/** What a panel of the comparison tells the page about its run. */
export interface ComparedPanel {
  readonly run: Readonly<Ref<RunSummaryFragment | null>>;
  readonly points: Readonly<ShallowRef<RunPoints | null>>;
  readonly history: Readonly<ShallowRef<readonly IterationStats[]>>;
  /** The layout as it came, not mirrored; null before the first. */
  readonly placed: Readonly<Ref<PlacedImages | null>>;
  /** Of the layout that came last. */
  readonly iteration: Readonly<Ref<number | null>>;
}

/** Numbers of images by which a compared layout is colored. */
export interface Lens {
  /** The image of every entry of `values`, ascending. */
  readonly imageIndices: Int32Array;
  /** Between 0 and 1. */
  readonly values: Float32Array;
  /** What the numbers are, as in "changed 40 %". */
  readonly name: string;
}
