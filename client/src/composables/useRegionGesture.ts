import { useEventListener } from '@vueuse/core';
import { shallowRef } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import { screenToView } from '../disk/diskTransform.ts';
import type { DiskPoint, DiskView, Screen } from '../disk/diskTransform.ts';
import type { SelectionMode } from '../selection/selectionHistory.ts';

/** What a drag on the disk does. */
export type DiskTool = 'pan' | 'lasso' | 'box' | 'place';

export interface UseRegionGestureOptions {
  element: Ref<HTMLElement | null>;
  tool: () => DiskTool;
  view: () => DiskView;
  screen: () => Screen;
  /** @param corners x0 y0 x1 y1 … in view coordinates, before zoom */
  onRegion: (corners: number[], mode: SelectionMode) => void;
  /** A press without a drag, where Shift, Ctrl or Command is held. */
  onClick: (seen: DiskPoint, mode: SelectionMode) => void;
}

/** A press that moves less than this is a click. */
const CLICK_SLACK_PIXELS = 4;

/**
 * Lasso and box: with their tools, or with Shift (adds) or Ctrl or Command (removes) held in any. Listens before the
 * gestures that pan and keeps from them what is its own.
 */
export function useRegionGesture(options: UseRegionGestureOptions): { outline: ShallowRef<string | null> } {
  const { element, tool, view, screen } = options;
  const outline = shallowRef<string | null>(null);
  let pointer: number | null = null;
  let mode: SelectionMode = 'replace';
  let corners: DiskPoint[] = [];

  function local(event: PointerEvent): DiskPoint {
    const box = element.value!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
  function end(): void {
    pointer = null;
    outline.value = null;
  }

  function start(event: PointerEvent): void {
    const removes = event.ctrlKey || event.metaKey;
    const isRegion = tool() === 'lasso' || tool() === 'box';
    if (event.button !== 0 || pointer !== null || !(isRegion || event.shiftKey || removes)) return;
    // Two fingers pan and zoom in every tool.
    if (event.pointerType === 'touch' && !event.isPrimary) return;
    event.stopImmediatePropagation();
    element.value!.focus({ preventScroll: true });
    element.value!.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    mode = removes ? 'remove' : event.shiftKey ? 'add' : 'replace';
    corners = [local(event)];
  }

  function move(event: PointerEvent): void {
    if (event.pointerId !== pointer) return;
    event.stopImmediatePropagation();
    const [first] = corners as [DiskPoint];
    const place = local(event);
    if (tool() === 'box') {
      corners = [first, { x: place.x, y: first.y }, place, { x: first.x, y: place.y }];
    } else {
      corners.push(place);
    }
    outline.value = `M${corners.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`;
  }

  function finish(event: PointerEvent): void {
    if (event.pointerId !== pointer) return;
    event.stopImmediatePropagation();
    const seen = corners.map(({ x, y }) => screenToView(screen(), view().zoom, x, y));
    const [first] = corners as [DiskPoint];
    const dragged = corners.some(({ x, y }) => Math.hypot(x - first.x, y - first.y) >= CLICK_SLACK_PIXELS);
    end();
    if (dragged)
      options.onRegion(
        seen.flatMap(({ x, y }) => [x, y]),
        mode,
      );
    else options.onClick(seen[0]!, mode);
  }

  useEventListener(element, 'pointerdown', start, { capture: true });
  useEventListener(element, 'pointermove', move, { capture: true });
  useEventListener(element, 'pointerup', finish, { capture: true });
  useEventListener(element, 'pointercancel', (event: PointerEvent) => event.pointerId === pointer && end(), {
    capture: true,
  });
  return { outline };
}
