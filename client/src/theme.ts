export type ThemeChoice = 'system' | 'dark' | 'light';

/** Where this browser keeps its choice. */
export const THEME_KEY = 'circle-limit.theme';

/** Gives the page a theme that was chosen; else the system's holds. */
export function showTheme(choice: ThemeChoice): void {
  if (choice === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

/** The choice of an earlier visit. */
export function storedTheme(): ThemeChoice {
  const stored = readStorage();
  return stored === 'dark' || stored === 'light' ? stored : 'system';
}

/** Whether the page is seen in its dark theme. */
export function seesDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
}

function readStorage(): string | null {
  try {
    return localStorage.getItem(THEME_KEY);
  } catch {
    // A browser may keep nothing for this page.
    return null;
  }
}
