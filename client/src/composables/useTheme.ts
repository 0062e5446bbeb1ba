import { usePreferredDark, useStorage } from '@vueuse/core';
import { computed, watchEffect } from 'vue';
import type { ComputedRef } from 'vue';

export type ThemeChoice = 'system' | 'dark' | 'light';

const choice = useStorage<ThemeChoice>('circle-limit.theme', 'system');
const preferDark = usePreferredDark();
const isDark = computed(() => (choice.value === 'system' ? preferDark.value : choice.value === 'dark'));

watchEffect(() => {
  if (choice.value === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice.value;
});

/** The theme of the whole page; the choice is kept in this browser. */
export function useTheme(): { isDark: ComputedRef<boolean>; toggle: () => void } {
  return { isDark, toggle: () => (choice.value = isDark.value ? 'light' : 'dark') };
}
