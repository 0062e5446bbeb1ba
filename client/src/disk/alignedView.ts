import {
  applyIsometry,
  centerOf,
  compose,
  inverse,
  isometryFromCenter,
  rotationOf,
} from '../../../server/geometry/isometry.ts';
import { viewIsometry } from './diskTransform.ts';
import type { DiskPoint, DiskView } from './diskTransform.ts';

/** Carries one layout onto another: u ↦ e^(i·rotation) · (u − c) / (1 − c̄u), after the mirror image when `reflected`. */
export interface LayoutAlignment {
  readonly centerX: number;
  readonly centerY: number;
  /** Radians. */
  readonly rotation: number;
  readonly reflected: boolean;
}

/** The view in which an aligned layout (mirrored already, if it is) lies over the other one seen in `view`. */
export function alignedView(alignment: LayoutAlignment, view: DiskView): DiskView {
  const isometry = compose(viewIsometry(view), alignmentIsometry(alignment));
  return { ...view, center: centerOf(isometry), rotation: rotationOf(isometry) };
}

/** The other layout's view when the aligned one is seen in `view`: the inverse of `alignedView`. */
export function unalignedView(alignment: LayoutAlignment, view: DiskView): DiskView {
  const isometry = compose(viewIsometry(view), inverse(alignmentIsometry(alignment)));
  return { ...view, center: centerOf(isometry), rotation: rotationOf(isometry) };
}

/** Where the alignment puts a point. */
export function alignedPoint(alignment: LayoutAlignment, { x, y }: DiskPoint): DiskPoint {
  return applyIsometry(alignmentIsometry(alignment), { x, y: alignment.reflected ? -y : y });
}

/** Of an alignment, without the mirror image that may come first. */
export function alignmentIsometry({ centerX, centerY, rotation }: LayoutAlignment) {
  return isometryFromCenter({ x: centerX, y: centerY }, rotation);
}
