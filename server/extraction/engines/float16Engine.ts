import { UnavailableError } from '../../errors.ts';
import type { FoldedModel } from '../foldModel.ts';
import { probeImages } from '../probeImages.ts';
import type { EngineOptions, ModelEngine } from './engine.ts';
import { openSession, openWebgpuEngine } from './onnxEngine.ts';

/** How far float16 may be from float32: the length of the difference by the length of the vectors. */
export const FLOAT16_BOUND = 1e-2;
/** Pixels; whole patches of every architecture. */
const PROBE_SIDE = 128;

/**
 * The webgpu engine with float16 linear layers, see `GraphPrecision`. It first computes a picture in float32 on the same
 * GPU and is refused where float16 is further from that than `FLOAT16_BOUND`: how far it is depends on the weights and
 * on how the GPU sums.
 * @throws UnavailableError where there is no usable GPU, it has no float16, or the model does not bear it.
 */
export async function openFloat16Engine(model: FoldedModel, options: EngineOptions): Promise<ModelEngine> {
  const exact = await openWebgpuEngine(model, options);
  const expected = await probe(exact).finally(() => exact.dispose());
  const engine = await openSession(model, options, 'webgpu-float16', 'webgpu', 'float16');
  try {
    const error = relativeError(await probe(engine), expected);
    if (error <= FLOAT16_BOUND) return engine;
    throw new UnavailableError(
      `in float16 this model is ${error.toExponential(1)} from its float32 on this GPU, and ${FLOAT16_BOUND} is allowed; take the engine webgpu`,
    );
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

/** |a − b| / |b| over all values; NaN where `a` has one. */
export function relativeError(a: Float32Array, b: Float32Array): number {
  let [difference, length] = [0, 0];
  for (const [i, value] of b.entries()) {
    difference += (a[i] - value) ** 2;
    length += value ** 2;
  }
  return Math.sqrt(difference / length);
}

function probe(engine: ModelEngine): Promise<Float32Array> {
  const { data } = probeImages(PROBE_SIDE)[0];
  const area = PROBE_SIDE ** 2;
  // Bytes in the range of normalized pixels, about −2 to 2, one color plane after the other.
  const pixels = Float32Array.from(data, (_, i) => data[(i % area) * 3 + Math.floor(i / area)] / 64 - 2);
  return engine.run(pixels, { batch: 1, height: PROBE_SIDE, width: PROBE_SIDE });
}
