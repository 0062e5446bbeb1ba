/** An address stays short enough to be sent; a larger selection is named by its query or not at all. */
const LONGEST = 300;

/** Points, ascending, as text for an address: gaps in base 36; null when that would be too long. */
export function encodePoints(points: Int32Array): string | null {
  const gaps: string[] = [];
  let length = 0;
  let before = -1;
  for (const point of points) {
    const gap = (point - before).toString(36);
    length += gap.length + 1;
    if (length > LONGEST) return null;
    gaps.push(gap);
    before = point;
  }
  return gaps.join('.');
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
