import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** The page of a stand-alone file: one script and one style sheet, which `server/export/replayFile.ts` writes into it. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [vue()],
  publicDir: false,
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: fileURLToPath(new URL('../dist/replay', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    chunkSizeWarningLimit: 1500,
    lib: {
      entry: fileURLToPath(new URL('src/replay/main.ts', import.meta.url)),
      formats: ['es'],
      fileName: () => 'replay.js',
      cssFileName: 'replay',
    },
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
