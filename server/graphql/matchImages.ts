/** The images that all lists have, ascending. @param lists each ascending, without repetition */
export function matchImages(lists: readonly Int32Array[]): Int32Array {
  return lists.reduce((left, right) => {
    const common = new Int32Array(Math.min(left.length, right.length));
    let count = 0;
    for (let i = 0, j = 0; i < left.length && j < right.length;) {
      if (left[i] === right[j]) {
        common[count++] = left[i++];
        j++;
      } else if (left[i] < right[j]) i++;
      else j++;
    }
    return common.slice(0, count);
  });
}

/** Where each of `wanted` stands in `all`, which has them all; both ascend. */
export function positionsOf(wanted: Int32Array, all: Int32Array): Int32Array {
  const positions = new Int32Array(wanted.length);
  for (let i = 0, j = 0; i < wanted.length; i++) {
    while (all[j] < wanted[i]) j++;
    positions[i] = j;
  }
  return positions;
}

/** @param positions N × 2, interleaved */
export function pickPoints(positions: Float64Array, points: Int32Array): Float64Array {
  const picked = new Float64Array(2 * points.length);
  for (let i = 0; i < points.length; i++) {
    picked[2 * i] = positions[2 * points[i]];
    picked[2 * i + 1] = positions[2 * points[i] + 1];
  }
  return picked;
}

/**
 * Where the points of one layout lie in another one: N × 2, NaN for images that the other one has not.
 * @param positions of the other layout, interleaved
 * @param have the images of its points, ascending
 * @param wanted the images of the points that are asked for, ascending
 */
export function placesOfImages(positions: Float64Array, have: Int32Array, wanted: Int32Array): Float64Array {
  const places = new Float64Array(2 * wanted.length).fill(NaN);
  const common = matchImages([have, wanted]);
  const from = positionsOf(common, have);
  positionsOf(common, wanted).forEach((to, n) => {
    places[2 * to] = positions[2 * from[n]];
    places[2 * to + 1] = positions[2 * from[n] + 1];
  });
  return places;
}
