/** Where each image stands in a list of images, −1 for none; both lists ascend. */
export function positionsOfImages(wanted: Int32Array, all: Int32Array): Int32Array {
  const positions = new Int32Array(wanted.length).fill(-1);
  if (wanted.length === 1) {
    positions[0] = search(all, wanted[0]!);
    return positions;
  }
  for (let i = 0, j = 0; i < wanted.length; i++) {
    while (j < all.length && all[j]! < wanted[i]!) j++;
    if (j < all.length && all[j] === wanted[i]) positions[i] = j;
  }
  return positions;
}

function search(all: Int32Array, wanted: number): number {
  let low = 0;
  let high = all.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (all[middle] === wanted) return middle;
    if (all[middle]! < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
