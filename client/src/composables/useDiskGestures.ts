import { useEventListener } from '@vueuse/core';
import type { Ref } from 'vue';
import { panned, screenToView, zoomed } from '../disk/diskTransform.ts';
import type { DiskPoint, DiskView, Plane, Screen } from '../disk/diskTransform.ts';

export interface UseDiskGesturesOptions {
  element: Ref<HTMLElement | null>;
  plane: () => Plane;
  view: () => DiskView;
  screen: () => Screen;
  setView: (view: DiskView) => void;
  /** Before zoom, in view coordinates. */
  onClick: (seen: DiskPoint) => void;
  onDoubleClick: (seen: DiskPoint) => void;
  onHover: (seen: DiskPoint | null) => void;
}

/** A press that moves less than this is a click. */
const CLICK_SLACK_PIXELS = 4;
const WHEEL_STEP = 0.0016;

/** Drag pans, wheel and pinch zoom, both anchored under the fingers. */
export function useDiskGestures(options: UseDiskGesturesOptions): void {
  const { element, plane, view, screen, setView } = options;
  const pressed = new Map<number, { x: number; y: number }>();
  let start: { x: number; y: number } | null = null;
  let dragged = false;

  function local(event: MouseEvent): { x: number; y: number } {
    const box = element.value!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
  function seenAt({ x, y }: { x: number; y: number }): DiskPoint {
    return screenToView(screen(), view().zoom, x, y);
  }

  useEventListener(element, 'pointerdown', (event: PointerEvent) => {
    if (event.button !== 0) return;
    element.value!.setPointerCapture(event.pointerId);
    const place = local(event);
    pressed.set(event.pointerId, place);
    dragged = pressed.size > 1;
    start = place;
    options.onHover(null);
  });

  useEventListener(element, 'pointermove', (event: PointerEvent) => {
    const place = local(event);
    const before = pressed.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType !== 'touch') options.onHover(seenAt(place));
      return;
    }
    if (!dragged && start !== null && Math.hypot(place.x - start.x, place.y - start.y) < CLICK_SLACK_PIXELS) return;
    dragged = true;
    if (pressed.size === 2) pinch(event.pointerId, before, place);
    else setView(panned(plane(), view(), seenAt(before), seenAt(place)));
    pressed.set(event.pointerId, place);
  });

  function pinch(pointerId: number, before: { x: number; y: number }, place: { x: number; y: number }): void {
    const other = [...pressed].find(([id]) => id !== pointerId)![1];
    const middle = { x: (place.x + other.x) / 2, y: (place.y + other.y) / 2 };
    const middleBefore = { x: (before.x + other.x) / 2, y: (before.y + other.y) / 2 };
    const spread = Math.hypot(place.x - other.x, place.y - other.y);
    const spreadBefore = Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
    // Both in one step: a view that was set is read again only after the page was updated.
    const moved = panned(plane(), view(), seenAt(middleBefore), seenAt(middle));
    setView(zoomed(plane(), moved, spread / spreadBefore, seenAt(middle)));
  }

  useEventListener(element, ['pointerup', 'pointercancel'], (event: PointerEvent) => {
    if (!pressed.delete(event.pointerId)) return;
    if (!dragged && event.type === 'pointerup') options.onClick(seenAt(local(event)));
    if (pressed.size === 0) start = null;
  });
  useEventListener(element, 'pointerleave', () => options.onHover(null));
  useEventListener(element, 'dblclick', (event: MouseEvent) => options.onDoubleClick(seenAt(local(event))));
  useEventListener(
    element,
    'wheel',
    (event: WheelEvent) => {
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 20 : event.deltaY;
      setView(zoomed(plane(), view(), Math.exp(-pixels * WHEEL_STEP), seenAt(local(event))));
    },
    { passive: false },
  );
}
