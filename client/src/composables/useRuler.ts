import { computed, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import { geodesicDistance } from '../../../server/geometry/poincare.ts';
import type { DiskRenderer } from '../disk/diskRenderer.ts';
import { fromView, toView, viewToScreen } from '../disk/diskTransform.ts';
import type { DiskPoint, DiskView, Plane, Screen } from '../disk/diskTransform.ts';
import { useTheme } from './useTheme.ts';

export interface UseRulerOptions {
  renderer: ShallowRef<DiskRenderer | null>;
  plane: () => Plane;
  view: Readonly<Ref<DiskView>>;
  screen: Readonly<Ref<Screen>>;
  active: Readonly<Ref<boolean>>;
}

export interface UseRulerReturn {
  /** Ends on the screen, none to two. */
  ends: ComputedRef<DiskPoint[]>;
  /** Geodesic distance at curvature −1 (Euclidean on a flat layout). */
  distance: ComputedRef<number | null>;
  /** Places the next end; a third place starts anew. */
  place: (seen: DiskPoint) => void;
}

/** Measures between two places of a layout, along the geodesic that joins them. */
export function useRuler({ renderer, plane, view, screen, active }: UseRulerOptions): UseRulerReturn {
  const { isDark } = useTheme();
  const places = shallowRef<readonly DiskPoint[]>([]);
  watch(active, () => (places.value = []));
  watch([places, isDark, renderer], ([[from, to], dark, disk]) => {
    const drawn = from !== undefined && to !== undefined;
    disk?.setLines(
      'ruler',
      Float32Array.from(drawn ? [from.x, from.y, to.x, to.y] : []),
      Uint8Array.from(drawn ? (dark ? [227, 167, 90, 255] : [143, 79, 18, 255]) : []),
    );
  });

  return {
    ends: computed(() =>
      places.value.map((at) => viewToScreen(screen.value, view.value.zoom, toView(plane(), view.value, at))),
    ),
    distance: computed(() => {
      const [from, to] = places.value;
      if (from === undefined || to === undefined) return null;
      return plane() === 'POINCARE' ? geodesicDistance(from, to) : Math.hypot(from.x - to.x, from.y - to.y);
    }),
    place: (seen) => {
      if (plane() === 'POINCARE' && Math.hypot(seen.x, seen.y) >= 1) return;
      const at = fromView(plane(), view.value, seen);
      places.value = places.value.length === 1 ? [places.value[0]!, at] : [at];
    },
  };
}
