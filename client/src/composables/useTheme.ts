import { usePreferredDark, useStorage } from '@vueuse/core';
import { computed, watchEffect } from 'vue';
import type { ComputedRef } from 'vue';
import { showTheme, THEME_KEY } from '../theme.ts';
import type { ThemeChoice } from '../theme.ts';

const choice = useStorage<ThemeChoice>(THEME_KEY, 'system');
const preferDark = usePreferredDark();
const isDark = computed(() => (choice.value === 'system' ? preferDark.value : choice.value === 'dark'));

watchEffect(() => showTheme(choice.value));

/** The theme of the whole page; the choice is kept in this browser. */
export function useTheme(): { isDark: ComputedRef<boolean>; toggle: () => void } {
  return { isDark, toggle: () => (choice.value = isDark.value ? 'light' : 'dark') };
}
