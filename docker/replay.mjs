// Repeats the steps of docker/Dockerfile without a container engine: every COPY and RUN in a scratch folder, then the
// ENTRYPOINT with its environment and the health check. Shows that the steps fit together and that the result runs; not
// that the base image has what they need. Takes minutes. Usage: node docker/replay.mjs [FOLDER]
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('..', import.meta.url));
const root = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'circle-limit-replay-'));
const steps = readFileSync(new URL('Dockerfile', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]);

/** Absolute paths of the image lie in a folder each. */
const PLACES = ['build', 'app', 'data'];
const inRoot = (text) => text.replaceAll(new RegExp(`(^|[\\s=])/(${PLACES.join('|')})\\b`, 'g'), `$1${root}/$2`);

const environment = {};
let folder = root;
let start = [];
let health = [];
for (const [instruction, rest] of steps) {
  console.log(`${instruction} ${rest}`);
  if (instruction === 'ENV')
    for (const pair of rest.split(' ')) Object.assign(environment, asEntry(inRoot(` ${pair}`).trim()));
  else if (instruction === 'WORKDIR') mkdirSync((folder = inRoot(rest)), { recursive: true });
  else if (instruction === 'COPY') copy(rest);
  else if (instruction === 'RUN') run(rest);
  else if (instruction === 'ENTRYPOINT' || instruction === 'CMD') start.push(...JSON.parse(rest));
  else if (instruction === 'HEALTHCHECK') health = JSON.parse(rest.slice(rest.indexOf('[')));
}

// The port of this machine's own server may be taken.
const port = '4396';
const env = { ...process.env, ...environment, PORT: port, LOG_LEVEL: 'warn' };
const server = spawn(start[0], start.slice(1), { cwd: join(root, 'app'), env, stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const [line] = await once(server.stdout, 'data');
  console.log(String(line).trim());
  execFileSync(health[0], health.slice(1), { cwd: join(root, 'app'), env });
  console.log('the health check passes');
} finally {
  server.kill('SIGTERM');
  await once(server, 'close');
  if (process.argv[2] === undefined) rmSync(root, { recursive: true, force: true });
}

function asEntry(pair) {
  return { [pair.slice(0, pair.indexOf('='))]: pair.slice(pair.indexOf('=') + 1) };
}

function copy(rest) {
  if (rest.startsWith('--from=')) {
    // From an earlier stage to the same place, which here is one folder.
    const [, from, to] = rest.split(' ');
    if (from !== to) throw new Error(`not repeated: COPY ${rest}`);
    return;
  }
  const names = rest.split(' ').slice(0, -1);
  if (names.join() !== '.') for (const name of names) cpSync(join(checkout, name), join(folder, name));
  // What git tracks stands for what .dockerignore lets through.
  else {
    const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: checkout,
    });
    for (const name of tracked.toString().split('\0').filter(Boolean)) cpSync(join(checkout, name), join(folder, name));
  }
}

function run(command) {
  // Ownership needs the image's users.
  const plain = inRoot(` ${command}`)
    .replace(/ && chown \S+ \S+/g, '')
    .replace('mkdir ', 'mkdir -p ');
  execFileSync('/bin/sh', ['-c', plain], { cwd: folder, stdio: 'inherit', env: { ...process.env, ...environment } });
}
