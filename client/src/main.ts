import '@fontsource-variable/inter/wght.css';
import '@fontsource/cormorant-garamond/latin-600.css';
import '@fontsource/cormorant-garamond/latin-500-italic.css';
import './styles/tokens.css';
import './styles/base.css';
import { openEarly } from './openEarly.ts';

const app = import('./app.ts');
openEarly(location.pathname + location.search);
await app;
