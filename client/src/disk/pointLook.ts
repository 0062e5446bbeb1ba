import { resourceUrl } from '../graphql/credential.ts';
import { classColorText, nameOf } from './pointColors.ts';
import type { Ground, RunPoints } from './pointColors.ts';

/** What stands for a point in a list or beside the pointer. */
export interface PointLook {
  readonly label: string | null;
  /** Address of its picture; null for a row of imported vectors, and while the data set is not open. */
  readonly picture: string | null;
  /** Of its class, as CSS writes it. */
  readonly color: string;
}

/** @param point −1 for a point that the run has not */
export function lookOfPoint(points: RunPoints | null, point: number, ground: Ground): PointLook {
  const label = points?.categories[0];
  const image = points?.imageIndices[point];
  return {
    label: nameOf(label, point),
    picture: image === undefined ? null : pictureOf(points!, image),
    color: classColorText(label?.codes[point] ?? -1, ground),
  };
}

function pictureOf({ datasetId, pictured }: RunPoints, image: number): string | null {
  return pictured && datasetId !== null ? resourceUrl(`/images/${datasetId}/${image}.png`) : null;
}
