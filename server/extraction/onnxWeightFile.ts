import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnavailableError } from '../errors.ts';
import { errorCode } from '../formats/files.ts';
import type { ModelOutput } from './engines/engine.ts';
import type { FoldedModel } from './foldModel.ts';
import { buildOnnxGraph } from './onnxGraph.ts';
import type { GraphPrecision } from './onnxLayers.ts';

/** Smaller models stay in memory; larger ones go through a file, so that no second copy of them is held. */
const MAX_INLINE_WEIGHTS = 16_000_000;
const WEIGHTS_FILE = 'weights.bin';

export interface WrittenGraph {
  /** The graph itself, or the path of its file. */
  readonly graph: Uint8Array | string;
  /** Frees the disk; to be called once a session has been made, which holds what it needs of the files. */
  remove(): Promise<void>;
}

/**
 * Writes the model as an ONNX graph; the weights of a large one go into a file in the system's temporary folder as they
 * are read (ONNX "external data"), which also passes the 2 GiB that a graph may have.
 * @throws UnavailableError when that folder has no room.
 */
export async function writeOnnxGraph(
  model: FoldedModel,
  output: ModelOutput,
  precision: GraphPrecision = 'float32',
  maxInlineWeights = MAX_INLINE_WEIGHTS,
): Promise<WrittenGraph> {
  if (approximateWeights(model) <= maxInlineWeights) {
    return { graph: await buildOnnxGraph(model, output, { precision }), remove: () => Promise.resolve() };
  }
  const folder = await mkdtemp(join(tmpdir(), 'circle-limit-onnx-'));
  // On Windows a file that is still mapped cannot be removed; the system's own cleaning gets it.
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true }).catch(() => undefined);
  try {
    const file = openSync(join(folder, WEIGHTS_FILE), 'wx');
    try {
      const weightFile = { location: WEIGHTS_FILE, append: appender(file) };
      const graph = await buildOnnxGraph(model, output, { weightFile, precision });
      await writeFile(join(folder, 'model.onnx'), graph);
    } finally {
      closeSync(file);
    }
    return { graph: join(folder, 'model.onnx'), remove };
  } catch (cause) {
    await remove();
    if (!['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS'].includes(errorCode(cause))) throw cause;
    throw new UnavailableError(
      `${tmpdir()} has no room for this model's weights (${errorCode(cause)}); set TMPDIR to a folder that has`,
      { cause },
    );
  }
}

/** Appends at multiples of 4096 bytes, so that the runtime can map each tensor's pages. */
function appender(file: number): (bytes: Uint8Array) => number {
  const PAGE = 4096;
  let end = 0;
  return (bytes) => {
    const start = Math.ceil(end / PAGE) * PAGE;
    for (let written = 0; written < bytes.length;) {
      written += writeSync(file, bytes, written, Math.min(bytes.length - written, 1 << 30), start + written);
    }
    end = start + bytes.length;
    return start;
  };
}

/** The values of the matrices, which are all but a hundredth of a model. */
function approximateWeights({ architecture, config }: FoldedModel): number {
  if (architecture === 'dinov3-vit') {
    const { hiddenSize, layers, mlpWidth, gatedMlp } = config;
    return layers * hiddenSize * (4 * hiddenSize + (gatedMlp ? 3 : 2) * mlpWidth);
  }
  return config.hiddenSizes.reduce((sum, size, stage) => sum + config.depths[stage] * 8 * size * size, 0);
}
