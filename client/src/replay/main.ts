import '@fontsource/cormorant-garamond/latin-600.css';
import '../styles/tokens.css';
import '../styles/base.css';
import { createApp } from 'vue';
import ReplayFile from './ReplayFile.vue';
import { readReplay } from './replayData.ts';

function textOf(id: string): string {
  const text = document.getElementById(id)?.textContent;
  if (text == null) throw new Error(`the part "${id}" is missing`);
  return text;
}

try {
  createApp(ReplayFile, { replay: await readReplay(textOf) }).mount('#app');
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  document.getElementById('app')!.textContent =
    `This file cannot be shown: ${reason}. It may have been cut short; export it again.`;
}
