/** More than a sweep may have; the server says so in a sentence. */
const MOST_NUMBERS = 1000;
const RANGE = /^(\d+)\s*(?:-|–|\.\.)\s*(\d+)$/;

/**
 * Numbers as people list them: `1-5`, `15, 30, 50`, `1..3 7`.
 * @returns null when a part is no number
 */
export function readNumberList(text: string): number[] | null {
  const parts = text
    .replace(/\s*(-|–|\.\.)\s*/g, '$1')
    .split(/[\s,;]+/)
    .filter((part) => part !== '');
  const numbers = parts.flatMap((part) => {
    const range = RANGE.exec(part);
    if (range === null) return [Number(part)];
    const [low, high] = [Number(range[1]), Number(range[2])];
    const count = high - low + 1;
    return count > 0 && count <= MOST_NUMBERS ? Array.from({ length: count }, (_, step) => low + step) : [NaN];
  });
  return numbers.some((value) => Number.isNaN(value)) ? null : [...new Set(numbers)];
}
