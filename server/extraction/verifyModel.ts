import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RgbImage } from '../dataset/dataset.ts';
import type { EngineName, ModelDescription } from './extraction.ts';
import { openExtractor } from './openExtractor.ts';
import { readJson } from './safetensors.ts';

/** What `models verify` tells. */
export interface VerificationResult {
  readonly engine: EngineName;
  /** Largest absolute difference of a CLS component from the reference; NaN when the engine gave no numbers. */
  readonly maxAbsoluteError: number;
  /** What the engine was compared with, for people. */
  readonly reference: string;
  readonly tolerance: number;
  readonly passed: boolean;
}

/** In float32; correct engines stay ten times below it. */
export const VERIFICATION_TOLERANCE = 1e-4;
const KNOWN_ANSWER_FILE = 'known-answer.json';
const PROBE_COUNT = 2;

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
  const maxAbsoluteError = largestDifference(tested.vectors, reference.vectors);
  return {
    engine: tested.engine,
    maxAbsoluteError,
    reference: known === null ? `the ${(reference as EngineVectors).engine} engine` : known.source,
    tolerance: VERIFICATION_TOLERANCE,
    passed: maxAbsoluteError <= VERIFICATION_TOLERANCE,
  };
}

/** Images that are the same on every machine: waves of several lengths with noise from an integer hash. */
export function probeImages(resolution: number): RgbImage[] {
  return Array.from({ length: PROBE_COUNT }, (_, index) => {
    const data = new Uint8Array(resolution * resolution * 3);
    for (let i = 0; i < data.length; i++) {
      const [x, y] = [Math.floor(i / 3) % resolution, Math.floor(i / 3 / resolution)];
      // Whole numbers only: sines may differ in the last bit between machines.
      const wave =
        Math.abs((((x * (index + 1) * 256) / resolution + (i % 3) * 85) % 256) - 128) +
        Math.floor((y * 96) / resolution);
      data[i] = Math.min(255, Math.floor(wave) + (hash(i + index * 7919) & 31));
    }
    return { width: resolution, height: resolution, data };
  });
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

/** The finalizer of MurmurHash3: every input bit changes about half of the output bits. */
function hash(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
