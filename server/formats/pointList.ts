/** Points, ascending, as text for an address: gaps in base 36. */
export function encodePoints(points: Int32Array): string {
  let before = -1;
  return Array.from(points, (point) => {
    const gap = (point - before).toString(36);
    before = point;
    return gap;
  }).join('.');
}

/** The inverse of `encodePoints`; text that is none gives no points. */
export function decodePointList(text: string): number[] {
  const points: number[] = [];
  if (text === '') return points;
  let point = -1;
  for (const gap of text.split('.')) {
    if (!/^[0-9a-z]{1,6}$/.test(gap)) return [];
    point += Number.parseInt(gap, 36);
    points.push(point);
  }
  return points;
}
