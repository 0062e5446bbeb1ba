// Runs the server from source, restarted on every change, and the dashboard with hot reload, in one terminal.
import concurrently from 'concurrently';

const loader = '--import ./scripts/typescriptLoader.mjs';
const { result } = concurrently(
  [
    { name: 'server', command: `node --watch ${loader} server/cli/main.ts serve`, prefixColor: 'yellow' },
    { name: 'client', command: 'vite --config client/vite.config.ts', prefixColor: 'cyan' },
  ],
  { killOthersOn: ['failure', 'success'] },
);
result.catch(() => process.exit(1));
