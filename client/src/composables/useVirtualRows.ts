import { useVirtualizer } from '@tanstack/vue-virtual';
import { computed } from 'vue';
import type { ComputedRef, Ref } from 'vue';

export interface UseVirtualRowsOptions {
  /** What scrolls the table. */
  scroller: Readonly<Ref<HTMLElement | null>>;
  count: () => number;
  /** Height of every row. */
  rowPixels: number;
}

export interface UseVirtualRowsReturn {
  /** Indices of the rows in sight and a few around them. */
  indices: ComputedRef<number[]>;
  /** Height of the rows that are left out before and after them, in pixels. */
  before: ComputedRef<number>;
  after: ComputedRef<number>;
  scrollTo: (index: number) => void;
}

/** Only the rows in sight are on the page, so that thousands cost no more than a dozen. */
export function useVirtualRows({ scroller, count, rowPixels }: UseVirtualRowsOptions): UseVirtualRowsReturn {
  const virtualizer = useVirtualizer(
    computed(() => ({
      count: count(),
      getScrollElement: () => scroller.value,
      estimateSize: () => rowPixels,
      overscan: 8,
    })),
  );
  const items = computed(() => virtualizer.value.getVirtualItems());
  return {
    indices: computed(() => items.value.map(({ index }) => index)),
    before: computed(() => items.value[0]?.start ?? 0),
    after: computed(() => virtualizer.value.getTotalSize() - (items.value.at(-1)?.end ?? 0)),
    scrollTo: (index) => virtualizer.value.scrollToIndex(index),
  };
}
