import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { compression } from 'vite-plugin-compression2';

const root = fileURLToPath(new URL('.', import.meta.url));
/** Libraries that come and go together: a page is a few files, not dozens that wait for each other. */
const LIBRARIES = {
  drawing: /node_modules\/(@deck|@luma(?!.gl\/webgpu)|@math|@probe|mjolnir|gl-matrix)/,
  frame: /node_modules\/(@?vue|@urql|graphql-ws|wonka|@0no-co)/,
  widgets: /node_modules\/(reka-ui|@floating-ui|@internationalized|@lucide|@tanstack)/,
};
/** The first script: what it asks and what sketches a layout, and nothing else. */
const EARLY = [
  /client\/src\/(openEarly|earlyDisk|pageAddress|embedded|theme|graphql\/(early|documents|generated))/,
  /client\/src\/disk\/(diskScreen|frameDecoder|pointColors|sketch|layers\/diskView)\./,
  /server\/geometry\/(classPalette|diskView|isometry|valueScale)\./,
];
const SERVER = 'http://127.0.0.1:4000';

/** The page names the scripts of the app, so that a browser fetches them beside the first script and not after it. */
function preloadApp(): Plugin {
  return {
    name: 'preload-app',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const app = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith('/client/src/app.ts') === true);
        const files = [app?.fileName ?? [], app?.imports ?? []].flat().filter((file) => !html.includes(file));
        return files.map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
          injectTo: 'head',
        }));
      },
    },
  };
}

export default defineConfig({
  root,
  // Compressed once here and not at every request.
  plugins: [vue(), preloadApp(), compression({ include: /\.(js|css|svg)$/, algorithms: ['gzip', 'brotliCompress'] })],
  build: {
    outDir: fileURLToPath(new URL('../dist/client', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy of the server allows no data: scripts or fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'early', test: (id) => EARLY.some((part) => part.test(id)), priority: 3 },
            ...Object.entries(LIBRARIES).map(([name, test]) => ({ name, test, priority: 2 })),
            // What many pages use.
            { name: 'parts', test: /\/(client\/src|server)\/(?!main)/, minShareCount: 4, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    fs: { allow: [fileURLToPath(new URL('..', import.meta.url))] },
    proxy: {
      '/graphql': { target: SERVER, ws: true },
      '/images': SERVER,
      '/atlas': SERVER,
      '/exports': SERVER,
      '/placements': SERVER,
      '/docs': SERVER,
    },
  },
});
