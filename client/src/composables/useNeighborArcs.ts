import { watch } from 'vue';
import type { ShallowRef } from 'vue';
import type { DiskPoint } from '../disk/diskTransform.ts';
import type { DiskRenderer } from '../disk/diskRenderer.ts';
import { useTheme } from './useTheme.ts';

export interface UseNeighborArcsOptions {
  renderer: ShallowRef<DiskRenderer | null>;
  /** Where all arcs begin; null draws none. */
  from: () => DiskPoint | null;
  /** Points joined to it. */
  neighbors: () => readonly number[];
  /** Points that the disk misses, in another color. */
  missed: () => readonly number[];
  /** Changes when the points move. */
  pulse: () => number;
}

const KEPT = { dark: [236, 228, 208, 200], light: [60, 40, 15, 200] };
const LOST = { dark: [240, 144, 127, 170], light: [168, 46, 28, 170] };

/** Geodesic arcs from a point or a place to its neighbors. Call when the canvas is mounted. */
export function useNeighborArcs({ renderer, from, neighbors, missed, pulse }: UseNeighborArcsOptions): void {
  const { isDark } = useTheme();

  function draw(): void {
    const start = from();
    const kept = neighbors();
    const joined = [...kept, ...missed()];
    const ends = new Float32Array(start ? joined.length * 4 : 0);
    const colors = new Uint8Array(ends.length);
    const ground = isDark.value ? 'dark' : 'light';
    for (const [index, point] of joined.entries()) {
      const to = renderer.value?.positionOf(point);
      if (!start || !to) continue;
      ends.set([start.x, start.y, to.x, to.y], index * 4);
      colors.set((index < kept.length ? KEPT : LOST)[ground], index * 4);
    }
    renderer.value?.setLines('arcs', ends, colors);
  }

  watch([from, neighbors, missed, isDark], draw);
  watch(pulse, () => {
    if (from() !== null && neighbors().length + missed().length > 0) draw();
  });
}
