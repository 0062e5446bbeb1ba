import { BadInputError } from '../errors.ts';
import type { EngineMemory } from './engineMemory.ts';

/** "CLPE" and a format number: what a saved state begins with. */
const MAGIC = 0x434c5045;
const FORMAT = 4;
const HEADER_LENGTH = 11;
/** Had a gain for each of a point's coordinates. */
const FORMAT_WITH_TWO_GAINS = 3;
/** Had two gains as well, and not the loss, which is measured at once. */
const FORMAT_WITHOUT_LOSS = 2;

/**
 * Positions and velocities (N × 2) and gains (N) in float64 behind a header of eleven float64: magic, format, N, geometry,
 * iteration, scale, what may have been steered (whether the scale adapts, the scale on the way to which it is, learning
 * rate, fixed exaggeration), and the loss as last measured, which is told until it is measured again. Everything else of
 * the engine follows from these, the embeddings and the parameters.
 */
export function encodeState(memory: EngineMemory): Uint8Array {
  const length = 2 * memory.pointCount;
  const state = new Float64Array(HEADER_LENGTH + 2.5 * length);
  state.set([MAGIC, FORMAT, memory.pointCount, memory.integer('curved')]);
  state.set([memory.integer('iteration'), memory.number('scale'), memory.integer('adaptive')], 4);
  state.set([memory.number('wantedScale'), memory.number('learningRate'), memory.number('fixedExaggeration')], 7);
  state[10] = memory.number('loss');
  state.set(memory.doubles('positions'), HEADER_LENGTH);
  state.set(memory.doubles('velocities'), HEADER_LENGTH + length);
  state.set(memory.doubles('gains', memory.pointCount), HEADER_LENGTH + 2 * length);
  return new Uint8Array(state.buffer);
}

/** @throws BadInputError when the bytes are not a state of an engine with these points; the engine stays as it was. */
export function decodeStateInto(memory: EngineMemory, bytes: Uint8Array): void {
  const length = 2 * memory.pointCount;
  // A copy, since a Buffer may begin at any byte and float64 views may not.
  const state = new Float64Array(bytes.slice().buffer, 0, Math.floor(bytes.byteLength / 8));
  const [magic, format] = state;
  if (magic !== MAGIC || ![FORMAT, FORMAT_WITH_TWO_GAINS, FORMAT_WITHOUT_LOSS].includes(format!)) {
    throw new BadInputError('these bytes are not a saved layout state');
  }
  const header = format === FORMAT_WITHOUT_LOSS ? HEADER_LENGTH - 1 : HEADER_LENGTH;
  const expected = 8 * (header + (format === FORMAT ? 2.5 : 3) * length);
  if (state[2] !== memory.pointCount || bytes.byteLength !== expected) {
    throw new BadInputError(
      `the saved state holds ${state[2]} points in ${bytes.byteLength} bytes; ` +
        `${memory.pointCount} points in ${expected} bytes were expected`,
    );
  }
  if (state[3] !== memory.integer('curved')) {
    throw new BadInputError('the saved state is of the other geometry (disk or plane) than this layout');
  }
  memory.setInteger('iteration', state[4]!);
  memory.setNumber('scale', state[5]!);
  memory.setInteger('adaptive', state[6]!);
  memory.setNumber('wantedScale', state[7]!);
  memory.setNumber('learningRate', state[8]!);
  memory.setNumber('fixedExaggeration', state[9]!);
  memory.setNumber('loss', format === FORMAT_WITHOUT_LOSS ? Number.NaN : state[10]!);
  memory.doubles('positions').set(state.subarray(header, header + length));
  memory.doubles('velocities').set(state.subarray(header + length, header + 2 * length));
  const gains = state.subarray(header + 2 * length);
  const smaller = (_: number, i: number): number => Math.min(gains[2 * i]!, gains[2 * i + 1]!);
  memory
    .doubles('gains', memory.pointCount)
    .set(format === FORMAT ? gains : Float64Array.from({ length: memory.pointCount }, smaller));
  memory.setInteger('needsRefresh', 1);
}
