import { BadInputError } from '../errors.ts';
import type { ProjectionParameters, SteeringChange } from '../storage/run.ts';
import type { EngineMemory } from './engineMemory.ts';

/** The opening angle of Barnes–Hut; with the variance correction 0.8 is as exact as 0.5 without. */
export const THETA = 0.8;
const EXAGGERATED_SHARE = 0.2;
const MOST_EXAGGERATED_ITERATIONS = 100;
/** |u| of the 99th percentile that s adapts to: the disk is used to its edge, and nothing crowds at the rim. */
const TARGET_RIM = 0.945;
/**
 * `auto` goes no lower than this share of its beginning: data without structure does not fill the disk in a run, and
 * under a smaller scale curvature would tear its neighbors apart (recall of 10,000 normal vectors .12, without this .04).
 */
const SMALLEST_SCALE_SHARE = 0.35;
/** At this scale plain t-SNE's kernel 1 / (1 + |y_i − y_j|²) is the kernel 1 / (1 + 4s²|u_i − u_j|²). */
const FLAT_SCALE = 0.5;

/** The kernel's scale before the first iteration. `auto` begins near where layouts of N points settle. */
export function initialScale(parameters: ProjectionParameters, pointCount: number): number {
  if (parameters.geometry === 'euclidean') return FLAT_SCALE;
  if (parameters.curvatureScale !== 'auto') return parameters.curvatureScale;
  return Math.min(20, Math.max(1, 0.14 * Math.sqrt(pointCount)));
}

/** How many iterations at the start have the early exaggeration: unless given, a fifth of them, at most 100. */
export function exaggeratedIterations({ exaggeratedIterations: given, iterations }: ProjectionParameters): number {
  if (given !== 'auto') return Math.min(given, iterations);
  return Math.min(MOST_EXAGGERATED_ITERATIONS, Math.round(EXAGGERATED_SHARE * iterations));
}

export function writeScheduleInto(memory: EngineMemory, parameters: ProjectionParameters, threads: number): void {
  const { pointCount } = memory;
  const curved = parameters.geometry === 'poincare';
  memory.setInteger('threads', threads);
  memory.setInteger('curved', curved ? 1 : 0);
  memory.setInteger('iterations', parameters.iterations);
  memory.setInteger('exaggeratedIterations', exaggeratedIterations(parameters));
  memory.setNumber('earlyExaggeration', parameters.earlyExaggeration);
  memory.setNumber('lateExaggeration', parameters.lateExaggeration);
  memory.setInteger('adaptive', curved && parameters.curvatureScale === 'auto' ? 1 : 0);
  memory.setNumber('scale', initialScale(parameters, pointCount));
  memory.setNumber('smallestScale', SMALLEST_SCALE_SHARE * initialScale(parameters, pointCount));
  memory.setNumber('theta', THETA);
  memory.setNumber('learningRate', givenOrZero(parameters.learningRate));
  memory.setNumber('hierarchyWeight', parameters.hierarchyWeight);
  memory.setNumber('targetRadius', 2 * Math.atanh(TARGET_RIM));
}

/**
 * Takes over what a person changed while the layout is optimized; `auto` goes back to the schedule. The scale moves to
 * its new value by up to e^±0.25 every ten iterations.
 * @throws BadInputError for a scale of a flat layout; nothing is changed then.
 */
export function steerMemory(memory: EngineMemory, parameters: ProjectionParameters, change: SteeringChange): void {
  const { learningRate, exaggeration, curvatureScale } = change;
  if (curvatureScale !== undefined && parameters.geometry === 'euclidean') {
    throw new BadInputError(
      'curvatureScale: a flat layout has none; only learningRate and exaggeration can be changed',
    );
  }
  if (learningRate !== undefined) memory.setNumber('learningRate', givenOrZero(learningRate));
  if (exaggeration !== undefined) memory.setNumber('fixedExaggeration', givenOrZero(exaggeration));
  if (curvatureScale !== undefined) {
    memory.setInteger('adaptive', curvatureScale === 'auto' ? 1 : 0);
    memory.setNumber('wantedScale', givenOrZero(curvatureScale));
  }
  // The exaggeration of the next iteration follows from these.
  memory.setInteger('needsRefresh', 1);
}

/** What the kernels take for a number that they choose themselves. */
function givenOrZero(setting: 'auto' | number): number {
  return setting === 'auto' ? 0 : setting;
}
