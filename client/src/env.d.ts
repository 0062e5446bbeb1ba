/// <reference types="vite/client" />

declare module '@fontsource-variable/inter/wght.css';
declare module '@fontsource/cormorant-garamond/latin-600.css';
declare module '@fontsource/cormorant-garamond/latin-500-italic.css';
