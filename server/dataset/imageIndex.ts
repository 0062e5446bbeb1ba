import type { ImageDataset } from './dataset.ts';

/** @throws RangeError when there is no such image: a defect of the caller, never the user's. */
export function requireImageIndex(dataset: Pick<ImageDataset, 'name' | 'size'>, index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < dataset.size) return;
  throw new RangeError(`image ${index} of ${dataset.name}: indices are 0 to ${dataset.size - 1}`);
}
