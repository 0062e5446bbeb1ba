import { onScopeDispose, shallowRef } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { DrawnPoints } from '../disk/drawnPoints.ts';
import { toView, viewToScreen } from '../disk/diskTransform.ts';
import type { DiskPoint, DiskView, Plane, Screen } from '../disk/diskTransform.ts';
import { pictureAt } from '../disk/pictureAt.ts';
import { nearestPoint } from '../disk/nearestPoint.ts';

export interface UseDiskPointerOptions {
  renderer: Readonly<Ref<DrawnPoints | null>>;
  plane: () => Plane;
  view: Readonly<Ref<DiskView>>;
  screen: Readonly<Ref<Screen>>;
  /** RGBA of every point; hidden ones are not found. */
  colors: () => Uint8Array;
  /** Room of every point for its picture, where pictures are drawn. */
  separations: () => Float32Array | null;
  onHover: (point: number | null, place: DiskPoint) => void;
}

export interface UseDiskPointerReturn {
  hovered: ShallowRef<number | null>;
  /** The point at this place of the view, or null. */
  pointAt: (seen: DiskPoint) => number | null;
  /** Where a point is on the screen now, in pixels. */
  place: (point: number | null) => DiskPoint | null;
  /** Tells where the pointer is; answered once an animation frame. */
  hover: (seen: DiskPoint | null) => void;
}

/** Half of a fingertip: how far a pointer may miss a point. */
const REACH_PIXELS = 14;

/** Finds points under the pointer. */
export function useDiskPointer(options: UseDiskPointerOptions): UseDiskPointerReturn {
  const { renderer, plane, view, screen } = options;
  const hovered = shallowRef<number | null>(null);
  let pending: DiskPoint | null = null;
  let request = 0;

  function pointAt(seen: DiskPoint): number | null {
    const motion = renderer.value?.motion();
    if (!motion) return null;
    const sizes = renderer.value?.pictureSizes;
    const separations = options.separations();
    if (sizes && separations !== null && separations.length * 2 === motion.from.length) {
      const covering = pictureAt(plane(), view.value, motion, seen, sizes, separations, options.colors());
      if (covering >= 0) return covering;
    }
    const reach = REACH_PIXELS / (screen.value.radius * view.value.zoom);
    const found = nearestPoint(plane(), view.value, motion, seen, reach, options.colors());
    return found < 0 ? null : found;
  }

  function place(point: number | null): DiskPoint | null {
    const position = point === null ? null : (renderer.value?.positionOf(point) ?? null);
    return position && viewToScreen(screen.value, view.value.zoom, toView(plane(), view.value, position));
  }

  function hover(seen: DiskPoint | null): void {
    pending = seen;
    if (request !== 0) return;
    request = requestAnimationFrame(() => {
      request = 0;
      const point = pending === null ? null : pointAt(pending);
      hovered.value = point;
      options.onHover(point, place(point) ?? { x: 0, y: 0 });
    });
  }

  onScopeDispose(() => cancelAnimationFrame(request));
  return { hovered, pointAt, place, hover };
}
