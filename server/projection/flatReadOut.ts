/** Flat layouts are shown scaled into the disk; their farthest point lies there. */
const FLAT_READ_OUT_RADIUS = 0.95;

/** Scales a plane about the origin, in place, so that the farthest point lies at |u| = 0.95: a similarity. */
export function scaleIntoDisk(positions: Float64Array): void {
  let largest = 0;
  for (let at = 0; at < positions.length; at += 2) {
    largest = Math.max(largest, Math.hypot(positions[at]!, positions[at + 1]!));
  }
  if (largest === 0) return;
  for (let at = 0; at < positions.length; at++) positions[at]! *= FLAT_READ_OUT_RADIUS / largest;
}

/** Moves the mean of N × 2 coordinates to the origin, in place. */
export function centerColumns(coordinates: Float64Array): void {
  const means = [0, 0];
  for (let at = 0; at < coordinates.length; at++) means[at % 2]! += (2 * coordinates[at]!) / coordinates.length;
  for (let at = 0; at < coordinates.length; at++) coordinates[at]! -= means[at % 2]!;
}
