import { useEventListener, useStorage } from '@vueuse/core';
import type { RemovableRef } from '@vueuse/core';

export type KeyActions = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const lettersOn = useStorage('circle-limit.letters', true);

/** Whether single letters and signs do something, kept in this browser: who dictates or trembles may want them silent. */
export function useLetterKeys(): RemovableRef<boolean> {
  return lettersOn;
}

/** Keys by `KeyboardEvent.key`, letters in lower case; silent in fields and dialogs and with Ctrl, Alt or Meta held. */
export function useKeyboard(actions: KeyActions): void {
  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('input:not([type=range]), textarea, select, [role=dialog], [role=menu]')) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    // Keys that the list of commands sends are no typing; the question mark leads to the switch itself.
    if (!lettersOn.value && event.isTrusted && key.length === 1 && key !== ' ' && key !== '?') return;
    // A focused button keeps its own Space and Enter, a slider its arrows.
    if (target?.closest('button, a, input') && [' ', 'Enter'].includes(key)) return;
    if (target?.closest('input') && (key.startsWith('Arrow') || ['Home', 'End'].includes(key))) return;
    const action = actions[key];
    if (action === undefined) return;
    event.preventDefault();
    action(event);
  });
}
