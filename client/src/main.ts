import '@fontsource-variable/inter/wght.css';
import '@fontsource/cormorant-garamond/latin-600.css';
import '@fontsource/cormorant-garamond/latin-500-italic.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/diskFrame.css';
import './styles/earlyDisk.css';
import { showEarlyDisk } from './earlyDisk.ts';
import { openEarly } from './openEarly.ts';
import { showTheme, storedTheme } from './theme.ts';

/** So long the page waits for a layout that is on its way. */
const PATIENCE_MS = 1000;

const address = location.pathname + location.search;
showTheme(storedTheme());
// First of all the disk: the page's scripts take the processor for about as long. The page comes whatever becomes of it.
const early = showEarlyDisk(address).catch(() => undefined);
await Promise.race([early, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
openEarly(address);
await import('./app.ts');
