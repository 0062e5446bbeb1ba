import { shallowRef } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import { fitTo, glided, panned, REACH, rotated, withinReach, zoomed } from '../disk/diskTransform.ts';
import type { DiskPoint, DiskView, Plane } from '../disk/diskTransform.ts';
import { ORIGIN } from '../../../server/geometry/diskPoint.ts';
import { useGlide } from './useGlide.ts';

export interface UseDiskNavigationOptions {
  view: Ref<DiskView>;
  plane: () => Plane;
  /** A layout that will not change any more is precise farther out. */
  finished: () => boolean;
}

export interface UseDiskNavigationReturn {
  /** True while the view is held at the limit of precision. */
  stopped: ShallowRef<boolean>;
  /** Goes there at once and ends a glide that is under way. */
  setView: (view: DiskView) => void;
  glideTo: (target: DiskPoint) => void;
  goHome: () => void;
  /** Glides until all of these points are in sight; N × 2, interleaved. */
  fit: (points: Float64Array) => void;
  turnUpright: () => void;
  zoomBy: (factor: number) => void;
  /** Shifts what is seen, in parts of the disk's radius. */
  panBy: (shift: DiskPoint) => void;
}

/** All ways to change the view but the pointer's. */
export function useDiskNavigation({ view, plane, finished }: UseDiskNavigationOptions): UseDiskNavigationReturn {
  const stopped = shallowRef(false);

  function hold(next: DiskView): void {
    const held = withinReach(plane(), next, finished() ? REACH.finished : REACH.live);
    stopped.value = held.stopped;
    view.value = held.view;
  }
  const { glide, stop } = useGlide(hold);

  function setView(next: DiskView): void {
    stop();
    hold(next);
  }

  function glideTo(target: DiskPoint): void {
    const from = view.value;
    glide((progress) => glided(plane(), from, target, progress));
  }

  return {
    stopped,
    setView,
    glideTo,
    goHome: () => glideTo(ORIGIN),
    fit: (points) => {
      if (points.length === 0) return;
      const from = view.value;
      const { center, zoom } = fitTo(plane(), points);
      glide((progress) => ({
        ...glided(plane(), from, center, progress),
        zoom: from.zoom * (zoom / from.zoom) ** progress,
      }));
    },
    turnUpright: () => {
      const from = view.value;
      glide((progress) => rotated(from, -from.rotation * progress));
    },
    zoomBy: (factor) => setView(zoomed(plane(), view.value, factor, ORIGIN)),
    panBy: (shift) => setView(panned(plane(), view.value, ORIGIN, shift)),
  };
}
