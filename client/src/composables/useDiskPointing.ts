import type { Ref, ShallowRef } from 'vue';
import type { DiskPoint } from '../disk/diskTransform.ts';
import { useDiskGestures } from './useDiskGestures.ts';
import type { UseDiskNavigationReturn } from './useDiskNavigation.ts';
import { useDiskPointer } from './useDiskPointer.ts';
import type { UseDiskPointerOptions, UseDiskPointerReturn } from './useDiskPointer.ts';
import { useRegionSelect } from './useRegionSelect.ts';
import type { UseRegionSelectOptions } from './useRegionSelect.ts';

export interface UseDiskPointingOptions extends UseDiskPointerOptions {
  /** What the pointer works on. */
  element: Readonly<Ref<HTMLElement | null>>;
  tool: UseRegionSelectOptions['tool'];
  setView: UseDiskNavigationReturn['setView'];
  /** A click with a region tool, or with Shift, Ctrl or Command held. */
  onClick: UseRegionSelectOptions['onClick'];
  /** Any other click. */
  onPlainClick: (seen: DiskPoint) => void;
  onDoubleClick: (point: number | null) => void;
  onRegion: UseRegionSelectOptions['onRegion'];
}

export interface UseDiskPointingReturn extends Pick<UseDiskPointerReturn, 'hovered' | 'pointAt' | 'place'> {
  /** The lasso or box that is being drawn. */
  outline: ShallowRef<string | null>;
}

/** All that the pointer does on a disk: it finds points, draws regions around them, and moves the view. */
export function useDiskPointing(options: UseDiskPointingOptions): UseDiskPointingReturn {
  const { element, tool, renderer, plane, colors } = options;
  const view = () => options.view.value;
  const screen = () => options.screen.value;
  const { hovered, pointAt, place, hover } = useDiskPointer(options);
  // Before the gestures, so that the drag of a region does not move the view.
  const { outline } = useRegionSelect({
    ...{ element, tool, plane, view, screen, renderer, colors },
    onClick: options.onClick,
    onRegion: options.onRegion,
  });
  useDiskGestures({
    ...{ element, plane, view, screen },
    setView: options.setView,
    onClick: options.onPlainClick,
    onDoubleClick: (seen) => options.onDoubleClick(pointAt(seen)),
    onHover: hover,
  });
  return { hovered, pointAt, place, outline };
}
