import { toView, viewToScreen } from './diskTransform.ts';
import type { DiskPoint, DiskView, Plane, Screen } from './diskTransform.ts';
import type { ClusterLabel } from './landscape/clusters.ts';

export interface PlacedLabel {
  readonly key: string;
  readonly text: string;
  readonly code: number;
  /** Middle of the text on the screen, and its height; CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

const LARGEST_PIXELS = 24;
const SMALLEST_PIXELS = 14.5;
const PADDING_PIXELS = 5;
/** Of a letter, in heights. */
const LETTER_WIDTH = 0.52;
/** The same name is not written twice within this many pixels. */
const REPEAT_PIXELS = 150;
const MOST_LABELS = 40;
/** Farther out nothing can be read. */
const SEEN_RADIUS = 0.93;

/** Places names where they fit: important ones first, none over another, all within the rim and the screen. */
export function placeLabels(
  labels: readonly ClusterLabel[],
  names: readonly string[],
  plane: Plane,
  view: DiskView,
  screen: Screen,
): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  const largest = labels.reduce((most, { count }) => Math.max(most, count), 1);
  for (const [index, label] of labels.entries()) {
    if (placed.length >= MOST_LABELS) break;
    const text = names[label.code];
    const seen = toView(plane, view, label);
    const radius = Math.hypot(seen.x, seen.y);
    if (text === undefined || (plane === 'POINCARE' && radius > SEEN_RADIUS)) continue;
    const anchor = viewToScreen(screen, view.zoom, seen);
    // Regions far from the middle are seen small, and so are their names.
    const closeness = plane === 'POINCARE' ? 1 - radius * radius : 1;
    const weight = Math.sqrt(label.count / largest) * Math.sqrt(closeness);
    const size = SMALLEST_PIXELS + (LARGEST_PIXELS - SMALLEST_PIXELS) * weight;
    const rimPixels = plane === 'POINCARE' ? screen.radius * view.zoom : Number.POSITIVE_INFINITY;
    const x = moveInside(anchor, halfWidth(text, size), size, rimPixels, screen);
    if (x === null || !isOnScreen(anchor, size, screen)) continue;
    const candidate = { key: `${index}:${label.code}`, text, code: label.code, x, y: anchor.y, size };
    if (!placed.some((other) => interferes(candidate, other))) placed.push(candidate);
  }
  return placed;
}

function halfWidth(text: string, size: number): number {
  return (text.length * size * LETTER_WIDTH) / 2;
}

function isOnScreen({ x, y }: DiskPoint, size: number, { middleX, middleY }: Screen): boolean {
  return x > 0 && x < 2 * middleX && y > size && y < 2 * middleY - size;
}

/** The middle of a text nearest to its anchor where no letter crosses rim or screen; null where it has no room. */
function moveInside(anchor: DiskPoint, half: number, size: number, rimPixels: number, screen: Screen): number | null {
  const { middleX, middleY } = screen;
  const farY = Math.abs(anchor.y - middleY) + size / 2;
  const rim = rimPixels === Number.POSITIVE_INFINITY ? rimPixels : Math.sqrt(Math.max(0, rimPixels ** 2 - farY ** 2));
  const most = Math.min(middleX, rim) - half - PADDING_PIXELS;
  return most < 0 ? null : middleX + Math.max(-most, Math.min(most, anchor.x - middleX));
}

function interferes(a: PlacedLabel, b: PlacedLabel): boolean {
  const acrossX = Math.abs(a.x - b.x);
  const acrossY = Math.abs(a.y - b.y);
  if (a.code === b.code && Math.hypot(acrossX, acrossY) < REPEAT_PIXELS) return true;
  const width = halfWidth(a.text, a.size) + halfWidth(b.text, b.size) + PADDING_PIXELS;
  return acrossX < width && acrossY < (a.size + b.size) / 2 + PADDING_PIXELS;
}
