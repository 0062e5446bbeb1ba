import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { katex } from '@mdit/plugin-katex';
import { defineConfig } from 'vitepress';

const outDir = fileURLToPath(new URL('../../dist/docs', import.meta.url));
const BASE = '/docs/';

export default defineConfig({
  base: BASE,
  outDir,
  cacheDir: fileURLToPath(new URL('../../node_modules/.cache/vitepress', import.meta.url)),
  title: 'Circle Limit',
  description: 'Image embeddings, laid out live on the Poincaré disk.',
  lang: 'en',
  cleanUrls: true,
  metaChunk: true,
  head: [
    ['link', { rel: 'icon', href: '/docs/favicon.svg', type: 'image/svg+xml' }],
    ['script', { src: '/docs/theme.js' }],
  ],
  markdown: {
    config: (markdown) => {
      // MathML needs neither styles nor fonts. Vue must not look for its braces in a formula.
      markdown.use(katex, { output: 'mathml', throwOnError: true, transformer: (html: string) => markVerbatim(html) });
    },
  },
  vite: {
    // The content policy of the server allows no data: addresses for scripts and fonts.
    build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 900 },
  },
  transformHtml: (html) => withoutInlineScripts(html),
  themeConfig: {
    logo: '/favicon.svg',
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Tutorial', link: '/tutorial' },
      { text: 'Reading a map', link: '/reading' },
      { text: 'Reference', link: '/reference/cli' },
      // Leaves this site: the dashboard is served beside it.
      { text: 'Dashboard', link: '/../runs', target: '_self' },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          { text: 'What it is', link: '/' },
          { text: 'Tutorial', link: '/tutorial' },
          { text: 'How to read a map', link: '/reading' },
        ],
      },
      {
        text: 'Guides',
        items: [
          { text: 'Your own images', link: '/guides/images' },
          { text: 'Python and other programs', link: '/guides/python' },
          { text: 'A GPU', link: '/guides/gpu' },
          { text: 'A team', link: '/guides/team' },
          { text: 'Postgres', link: '/guides/postgres' },
          { text: 'Workers and containers', link: '/guides/workers' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'Commands', link: '/reference/cli' },
          { text: 'Settings', link: '/reference/configuration' },
          { text: 'GraphQL', link: '/reference/graphql' },
          { text: 'HTTP', link: '/reference/http' },
        ],
      },
      {
        text: 'Background',
        items: [
          { text: 'Mathematics', link: '/mathematics' },
          { text: 'Benchmarks', link: '/benchmarks' },
          { text: 'Layout engine, measured', link: '/layout-engine' },
          { text: 'Choices, measured', link: '/layout-choices' },
        ],
      },
      { text: 'Help', items: [{ text: 'Questions and troubleshooting', link: '/help' }] },
    ],
  },
});

function markVerbatim(html: string): string {
  return html.replaceAll('<math', '<math v-pre');
}

/** The content policy of the server runs no script that is written into a page: each becomes a file. */
function withoutInlineScripts(html: string): string {
  return html.replace(/<script(?![^>]*\ssrc=)([^>]*)>([^]*?)<\/script>/g, (_, attributes: string, code: string) => {
    const name = `assets/inline.${createHash('sha256').update(code).digest('hex').slice(0, 12)}.js`;
    mkdirSync(join(outDir, 'assets'), { recursive: true });
    writeFileSync(join(outDir, name), code);
    return `<script${attributes} src="${BASE}${name}"></script>`;
  });
}
