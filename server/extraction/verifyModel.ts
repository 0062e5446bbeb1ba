import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RgbImage } from '../dataset/dataset.ts';
import { FLOAT16_BOUND, relativeError } from './engines/float16Engine.ts';
import type { EngineName, ModelDescription } from './extraction.ts';
import { openExtractor } from './openExtractor.ts';
import { probeImages } from './probeImages.ts';
import { readJson } from './safetensors.ts';

/** What `models verify` tells. */
export interface VerificationResult {
  readonly engine: EngineName;
  /** Distance of the CLS vectors from the reference's, by `measure`; NaN when the engine gave no numbers. */
  readonly error: number;
  /** Of what the error is: of one component in float32; in float16, of all, relative to their length. */
  readonly measure: 'largest error' | 'relative error';
  /** What the engine was compared with, for people. */
  readonly reference: string;
  readonly tolerance: number;
  readonly passed: boolean;
}

/** In float32; correct engines stay ten times below it. */
export const VERIFICATION_TOLERANCE = 1e-4;
const KNOWN_ANSWER_FILE = 'known-answer.json';

const knownAnswerSchema = z.object({
  /** The checksum of the weights that the answer belongs to. */
  checksum: z.string(),
  madeWith: z.string(),
  /** CLS vectors of the probe images, one after the other. */
  vectors: z.array(z.number()),
});

/**
 * Known-answer check: embeds fixed synthetic images on the engine and compares the CLS vectors with the answer stored
 * beside the weights, or, where there is none, with another engine.
 * @throws UnavailableError when the engine cannot be used.
 */
export async function verifyModel(model: ModelDescription, engine: EngineName | 'auto'): Promise<VerificationResult> {
  const images = probeImages(model.resolution);
  const tested = await embedOn(model, engine, images);
  const known = await readKnownAnswer(model);
  const reference = known ?? (await embedOn(model, tested.engine === 'wasm' ? 'onnx' : 'wasm', images));
  const inHalves = tested.engine === 'webgpu-float16';
  const error = (inHalves ? relativeError : largestDifference)(tested.vectors, reference.vectors);
  const tolerance = inHalves ? FLOAT16_BOUND : VERIFICATION_TOLERANCE;
  return {
    engine: tested.engine,
    error,
    measure: inHalves ? 'relative error' : 'largest error',
    reference: known === null ? `the ${(reference as EngineVectors).engine} engine` : known.source,
    tolerance,
    passed: error <= tolerance,
  };
}

interface EngineVectors {
  readonly engine: EngineName;
  readonly vectors: Float32Array;
}

async function embedOn(
  model: ModelDescription,
  engine: EngineName | 'auto',
  images: readonly RgbImage[],
): Promise<EngineVectors> {
  const extractor = await openExtractor(model, { engine, threads: 1, pooling: 'cls', normalize: false });
  try {
    return { engine: extractor.engineName, vectors: await extractor.embed(images) };
  } finally {
    await extractor.close();
  }
}

async function readKnownAnswer(model: ModelDescription): Promise<{ vectors: Float32Array; source: string } | null> {
  const file = join(model.directory, KNOWN_ANSWER_FILE);
  if (!existsSync(file)) return null;
  const parsed = knownAnswerSchema.safeParse(await readJson(file));
  // An answer of other weights says nothing about these.
  if (!parsed.success || parsed.data.checksum !== model.checksum) return null;
  return { vectors: Float32Array.from(parsed.data.vectors), source: `the stored answer (${parsed.data.madeWith})` };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return NaN;
  return a.reduce((largest, value, i) => {
    const difference = Math.abs(value - b[i]);
    return difference <= largest ? largest : difference;
  }, 0);
}
