// Removes native libraries of other platforms from an installation, which make up most of it.
// Usage: node docker/trimModules.mjs FOLDER
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const modules = join(process.argv[2], 'node_modules');
const { platform, arch } = process;

const onnxruntime = join(modules, 'onnxruntime-node/bin');
for (const version of children(onnxruntime)) keepOnly(join(onnxruntime, version), platform);
for (const version of children(onnxruntime)) keepOnly(join(onnxruntime, version, platform), arch);
keepOnly(join(modules, 'usearch/prebuilds'), `${platform}-${arch}`);

function keepOnly(folder, name) {
  if (!children(folder).includes(name)) return;
  for (const other of children(folder)) if (other !== name) rmSync(join(folder, other), { recursive: true });
}

function children(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}
