// The lock of what runs in production, for the npm package: an installation from the tarball then gets the versions that
// the tests ran with. Called by `npm pack` (prepack, postpack). Usage: node scripts/shrinkwrap.mjs [--remove]
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** They are relative to a project that has the development dependencies too. */
const DEVELOPMENT_FLAGS = new Set(['dev', 'devOptional', 'peer']);
const file = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

if (process.argv.includes('--remove')) await rm(file('npm-shrinkwrap.json'), { force: true });
else {
  const lock = productionLock(JSON.parse(await readFile(file('package-lock.json'), 'utf8')));
  await writeFile(file('npm-shrinkwrap.json'), `${JSON.stringify(lock, null, 2)}\n`);
}

/** The lock without what only development needs, and without optional peers (npm would install those that are locked). */
function productionLock(lock) {
  const root = { ...lock.packages[''] };
  delete root.devDependencies;
  const kept = { '': root };
  const waiting = [['', { ...root.dependencies, ...root.optionalDependencies }]];
  for (const [from, wanted] of waiting) {
    for (const name of Object.keys(wanted)) {
      const path = resolve(lock.packages, from, name);
      if (path === undefined || path in kept) continue;
      const entry = lock.packages[path];
      kept[path] = Object.fromEntries(Object.entries(entry).filter(([key]) => !DEVELOPMENT_FLAGS.has(key)));
      waiting.push([path, { ...entry.dependencies, ...entry.optionalDependencies, ...requiredPeers(entry) }]);
    }
  }
  const sorted = Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...lock, packages: sorted };
}

function requiredPeers({ peerDependencies = {}, peerDependenciesMeta = {} }) {
  return Object.fromEntries(Object.entries(peerDependencies).filter(([name]) => !peerDependenciesMeta[name]?.optional));
}

/** Where Node finds `name` from the package at `from`: in its own node_modules, or in one above. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (path in packages) return path;
    if (folder === '') return undefined;
  }
}
