import { shallowRef } from 'vue';
import type { ShallowRef } from 'vue';
import { projectToDisk } from '../../../../server/geometry/index.ts';
import type { DiskPoint } from '../../../../server/geometry/index.ts';

/** How near to the rim a handle may be drawn, so that it can be taken again. */
const MOST = 0.985;
/** Euclidean length of one step with an arrow key. */
const STEP = 0.02;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

export interface UseDiskHandlesReturn {
  readonly points: ShallowRef<readonly DiskPoint[]>;
  onPointerDown(event: PointerEvent, index: number): void;
  onPointerMove(event: PointerEvent, index: number): void;
  onKeyDown(event: KeyboardEvent, index: number): void;
}

/** Points of a figure that are moved by pointer or arrow keys. Its SVG has the unit disk in the middle, y downwards. */
export function useDiskHandles(initial: readonly DiskPoint[]): UseDiskHandlesReturn {
  const points = shallowRef(initial);
  const move = (index: number, place: DiskPoint): void => {
    points.value = points.value.map((point, i) => (i === index ? inside(place) : point));
  };
  return {
    points,
    onPointerDown(event) {
      (event.target as Element).setPointerCapture(event.pointerId);
    },
    onPointerMove(event, index) {
      if (event.buttons === 0) return;
      const svg = (event.target as SVGElement).ownerSVGElement!;
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()!.inverse());
      move(index, { x, y: -y });
    },
    onKeyDown(event, index) {
      const [dx, dy] = ARROWS[event.key] ?? [0, 0];
      if (dx === 0 && dy === 0) return;
      event.preventDefault();
      const { x, y } = points.value[index]!;
      move(index, { x: x + dx, y: y + dy });
    },
  };
}

function inside(place: DiskPoint): DiskPoint {
  const radius = Math.hypot(place.x, place.y);
  return projectToDisk(radius > MOST ? { x: (place.x / radius) * MOST, y: (place.y / radius) * MOST } : place);
}
