import { closeSync, fsyncSync, openSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * PGlite's parameters without `-F`, which switches off the waiting for the disk at every commit. Parts of the log that
 * are not needed any more are removed instead of kept for later.
 */
export const DURABLE_START_PARAMETERS: string[] = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'wal_recycle=off',
  '-c',
  'min_wal_size=32MB',
];

/** What this module needs of Emscripten's file system over Node's `fs`. */
interface NodeFileSystem {
  realPath(node: unknown): string;
  stream_ops: { fsync?: (stream: { readonly nfd?: number; readonly node: unknown }) => number };
}

/**
 * PGlite's files in a folder, with an `fsync` that reaches the disk. Emscripten's own version does nothing, so that a
 * power cut could lose transactions that were reported as done.
 */
export class DurableNodeFiles extends NodeFS {
  override async init(...parameters: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...parameters);
    const preRun = [emscriptenOpts.preRun ?? []].flat();
    preRun.push((module: { FS: unknown }) => {
      const { filesystems } = module.FS as { filesystems: { NODEFS: NodeFileSystem } };
      addFsync(filesystems.NODEFS);
    });
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }
}

function addFsync(files: NodeFileSystem): void {
  files.stream_ops.fsync = (stream) => {
    if (stream.nfd !== undefined) {
      fsyncSync(stream.nfd);
      return 0;
    }
    // A folder has no descriptor of its own here; its entries (new and renamed files) must reach the disk too.
    const descriptor = openSync(files.realPath(stream.node), 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return 0;
  };
}
