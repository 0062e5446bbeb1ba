import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import { packageRoot } from '../../server/paths.ts';
import type { PeerName, PeerReply, PeerRequest } from './peer.worker.ts';

/** A peer that has not finished by then is stopped, and its row says so. */
const LIMIT_SECONDS = Number(process.env.PEER_SECONDS ?? 240);

/** Peers of the npm registry, installed on demand into a folder that is no part of the product. */
export const PEERS: readonly { readonly name: PeerName; readonly package: string; readonly version: string }[] = [
  { name: 'umap-js', package: 'umap-js', version: '1.4.0' },
  { name: 'tsne-js', package: 'tsne-js', version: '1.0.3' },
  { name: 'druidjs t-SNE', package: '@saehrimnir/druidjs', version: '0.9.0' },
];

const folder = join(packageRoot, 'bench-results', 'peers');

/** @throws Error when the registry cannot be reached. */
export function installPeers(): void {
  if (PEERS.every((peer) => existsSync(join(folder, 'node_modules', peer.package)))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const wanted = PEERS.map((peer) => `${peer.package}@${peer.version}`);
  const options = ['--save-exact', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stderr } = spawnSync('npm', ['install', ...options, ...wanted], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the peers could not be installed: ${stderr}`);
}

/** One layout by a peer from the vectors on; where there is none, why. */
export function runPeer(name: PeerName, vectors: EmbeddingMatrix): Promise<PeerReply | string> {
  const workerData: PeerRequest = { name, folder, vectors };
  const worker = new Worker(new URL('./peer.worker.ts', import.meta.url), { workerData });
  return new Promise<PeerReply | string>((resolve) => {
    const limit = setTimeout(() => resolve(`stopped after ${LIMIT_SECONDS} s`), 1000 * LIMIT_SECONDS);
    worker.once('message', resolve);
    worker.once('error', (error) => resolve(`failed: ${error instanceof Error ? error.message : String(error)}`));
    worker.once('exit', () => clearTimeout(limit));
  }).finally(() => worker.terminate());
}
