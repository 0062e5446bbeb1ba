import { shallowRef } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import { nearestInDirection } from '../disk/directionalNeighbor.ts';
import type { DrawnPoints } from '../disk/drawnPoints.ts';
import type { DiskView, Plane } from '../disk/diskTransform.ts';
import type { UseDiskNavigationReturn } from './useDiskNavigation.ts';
import { useKeyboard } from './useKeyboard.ts';

export interface UseDiskKeysOptions {
  /** False where another part of the page has the keys. */
  enabled: boolean;
  renderer: Readonly<Ref<DrawnPoints | null>>;
  plane: () => Plane;
  view: Readonly<Ref<DiskView>>;
  navigation: Pick<UseDiskNavigationReturn, 'goHome' | 'turnUpright' | 'zoomBy' | 'panBy'>;
  glideToPoint: (point: number | null) => void;
  /** RGBA of every point; arrows pass hidden ones over. */
  colors: () => Uint8Array;
  /** The point from which arrows go on. */
  selected: () => number | null;
  /** True while the ruler is out, which Escape puts away. */
  measuring: Ref<boolean>;
  /** Name of a point for people who hear the page. */
  describe: (point: number) => string;
  /** An arrow led to a point; null is Escape. */
  onFocus: (point: number | null) => void;
}

export interface UseDiskKeysReturn {
  /** What is said of the point that an arrow led to. */
  spoken: ShallowRef<string>;
}

/** Of the disk's radius, with an arrow and Shift. */
const PAN_STEP = 0.12;
const ZOOM_STEP = 1.25;

/** Keys of the disk: arrows go from point to point, with Shift they move the view, letters turn and center it. */
export function useDiskKeys(options: UseDiskKeysOptions): UseDiskKeysReturn {
  const { renderer, plane, view, navigation, colors, selected, measuring, onFocus } = options;
  const { goHome, turnUpright, zoomBy, panBy } = navigation;
  const spoken = shallowRef('');
  if (!options.enabled) return { spoken };

  function arrow(x: number, y: number, event: KeyboardEvent): void {
    if (event.shiftKey) {
      panBy({ x: -x * PAN_STEP, y: -y * PAN_STEP });
      return;
    }
    const motion = renderer.value?.motion();
    if (!motion) return;
    const next = nearestInDirection(plane(), view.value, motion, selected(), { x, y }, colors());
    if (next === null) return;
    onFocus(next);
    spoken.value = options.describe(next);
  }

  useKeyboard({
    o: goHome,
    r: turnUpright,
    c: () => options.glideToPoint(selected()),
    '+': () => zoomBy(ZOOM_STEP),
    '=': () => zoomBy(ZOOM_STEP),
    '-': () => zoomBy(1 / ZOOM_STEP),
    ArrowLeft: (event) => arrow(-1, 0, event),
    ArrowRight: (event) => arrow(1, 0, event),
    ArrowUp: (event) => arrow(0, 1, event),
    ArrowDown: (event) => arrow(0, -1, event),
    Escape: () => (measuring.value ? (measuring.value = false) : onFocus(null)),
  });
  return { spoken };
}
