const NEIGHBORS = 20;
const TEMPERATURE = 0.07;

/** Scales every row (`dimension` numbers) to length 1, in place. */
export function normalizeRows(vectors: Float32Array, dimension: number): void {
  for (let at = 0; at < vectors.length; at += dimension) {
    const row = vectors.subarray(at, at + dimension);
    const length = Math.hypot(...row);
    row.forEach((value, d) => (row[d] = value / length));
  }
}

/**
 * The label that the 20 nearest rows of the bank by cosine vote for, each with the weight exp(cosine / 0.07), as DINO
 * measures its features (Caron et al. 2021, section 4). Rows of query and bank have length 1.
 */
export function weightedVote(
  query: Float32Array,
  bank: Float32Array,
  labels: ArrayLike<number>,
  classCount: number,
): number {
  const dimension = query.length;
  const nearest = new Int32Array(NEIGHBORS);
  const cosines = new Float64Array(NEIGHBORS).fill(-Infinity);
  for (let row = 0; row < labels.length; row++) {
    let cosine = 0;
    for (let d = 0, at = row * dimension; d < dimension; d++, at++) cosine += query[d] * bank[at];
    if (cosine <= cosines[NEIGHBORS - 1]) continue;
    let place = NEIGHBORS - 1;
    for (; place > 0 && cosines[place - 1] < cosine; place--) {
      cosines[place] = cosines[place - 1];
      nearest[place] = nearest[place - 1];
    }
    cosines[place] = cosine;
    nearest[place] = row;
  }
  const votes = new Float64Array(classCount);
  for (let n = 0; n < NEIGHBORS; n++) votes[labels[nearest[n]]] += Math.exp(cosines[n] / TEMPERATURE);
  return votes.indexOf(Math.max(...votes));
}
