/**
 * The `index`-th number of a standard normal sequence fixed by the seed, without a state: a hash of (seed, index) by
 * the finalizer of MurmurHash3, twice, into Box–Muller.
 */
export function seededNormal(seed: number, index: number): number {
  const first = hash32(hash32(seed) ^ Math.imul(index, 0x9e3779b1));
  const second = hash32(first ^ 0x85ebca6b);
  // In (0, 1]: the logarithm of 0 must not occur.
  const uniform = (first + 1) / 4_294_967_296;
  return Math.sqrt(-2 * Math.log(uniform)) * Math.cos((2 * Math.PI * second) / 4_294_967_296);
}

function hash32(value: number): number {
  let h = (value + 0x7f4a7c15) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
