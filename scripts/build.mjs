// Builds the product into dist/. Called by `npm run prepare`, so that `npm ci` leaves everything ready.
// Usage: node scripts/build.mjs [prisma] [wasm] [server] [client] [replay] [template] [docs]   (no argument: all of them)
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules', '.bin', name);

const steps = {
  prisma: () => run(bin('prisma'), ['generate']),
  wasm: () => run(process.execPath, ['scripts/buildWasm.mjs']),
  server: () => run(bin('tsc'), ['-p', 'tsconfig.build.json']),
  template: () => run(process.execPath, ['scripts/buildStoreTemplate.mjs']),
  client: () => run(bin('vite'), ['build', '--config', 'client/vite.config.ts']),
  docs: () => run(bin('vitepress'), ['build', 'docs']),
  replay: () => run(bin('vite'), ['build', '--config', 'client/vite.replay.config.ts']),
};

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!(name in steps)) {
    console.error(`build: no step named "${name}"; the steps are ${Object.keys(steps).join(', ')}`);
    process.exit(2);
  }
}
const selected = (name) => wanted.length === 0 || wanted.includes(name);

// The server's types come from the generated database client; the other steps are independent of each other.
await Promise.all([
  (async () => {
    if (selected('prisma')) await steps.prisma();
    if (selected('server')) await steps.server();
  })(),
  selected('wasm') && steps.wasm(),
  selected('template') && steps.template(),
  selected('client') && steps.client(),
  selected('docs') && steps.docs(),
  selected('replay') && steps.replay(),
]);

/** Runs one command and stops the build with its output when it fails. */
function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, shell: process.platform === 'win32' });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => fail(`${command}: ${error.message}`));
    child.once('close', (code) => (code === 0 ? done() : fail(`${command} ${args.join(' ')}\n${output}`)));
  });
}

function fail(message) {
  console.error(`build failed: ${message}`);
  process.exit(1);
}
