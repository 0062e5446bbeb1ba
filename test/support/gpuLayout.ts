// Run as a process of its own by test/integration/projectionGpu.test.ts, since the loader looks for Vulkan at the start of
// a process only. Prints one line of JSON: `null` without a GPU of any kind.
import { readFileSync } from 'node:fs';
import { distFile } from '../../server/paths.ts';
import { createProjectionEngine } from '../../server/projection/createProjectionEngine.ts';
import { instantiateKernels } from '../../server/projection/engineMemory.ts';
import { openGpuDevice } from '../../server/projection/gpuDevice.ts';
import { GpuForces } from '../../server/projection/gpuForces.ts';
import { prepareEngine } from '../../server/projection/prepareEngine.ts';
import type { LayoutGeometry } from '../../server/projection/projection.ts';
import { partitionFunction, referenceForces, referenceLoss } from '../../server/projection/reference.ts';
import { similaritiesOf } from './gradientFixtures.ts';
import { clusteredVectors, projectionInput } from './projectionFixtures.ts';
import type { WasmProjectionEngine } from '../../server/projection/wasmProjectionEngine.ts';

const ITERATIONS = 60;
const LOST_AT = 20;

/** Relative errors of the sums of a layout under way against the reference in float64. */
async function forceErrors(geometry: LayoutGeometry, device: GPUDevice) {
  const input = projectionInput(clusteredVectors(700, 8, 3), { geometry, curvatureScale: 8, iterations: 200 });
  const memory = prepareEngine(input);
  const module = new WebAssembly.Module(readFileSync(distFile('wasm/projection.wasm')));
  const kernels = instantiateKernels(module, memory.memory);
  kernels.coordinate(45);
  const positions = memory.doubles('positions').slice();
  const problem = {
    similarities: similaritiesOf(input),
    positions,
    scale: memory.number('scale'),
    curved: geometry === 'poincare',
  };
  const forces = await GpuForces.open(memory, device);
  await forces.compute();
  const exact = referenceForces(problem);
  const attraction = relativeError(memory.doubles('attractions'), exact.attraction);
  const repulsion = relativeError(memory.doubles('repulsions'), exact.repulsion);
  kernels.finishStep();
  const partition = Math.abs(memory.number('partition') / partitionFunction(problem) - 1);
  return { attraction, repulsion, partition, loss: memory.doubles('statistics', 1)[0]! - referenceLoss(problem) };
}

function relativeError(actual: Float64Array, expected: Float64Array): number {
  const difference = Math.hypot(...actual.map((value, at) => value - expected[at]!));
  return difference / Math.hypot(...expected);
}

/** A layout whose device is destroyed in its midst, and what the kernels make of its last state. */
async function layoutWithLostDevice() {
  const input = projectionInput(clusteredVectors(300, 8, 11), { iterations: ITERATIONS }, 2);
  const engine = (await createProjectionEngine({ ...input, engine: 'webgpu' })) as WasmProjectionEngine;
  const names = [engine.name];
  const statistics = await engine.step(LOST_AT);
  const state = engine.saveState();
  engine.loseDevice();
  statistics.push(...(await engine.step(ITERATIONS)));
  names.push(engine.name);
  const kernels = await createProjectionEngine({ ...input, engine: 'wasm' });
  kernels.restoreState(state);
  await kernels.step(ITERATIONS);
  const same = Buffer.from(engine.saveState()).equals(Buffer.from(kernels.saveState()));
  await Promise.all([engine.dispose(), kernels.dispose()]);
  return {
    names,
    iterations: statistics.map(({ iteration }) => iteration),
    losses: statistics.map(({ loss }) => loss),
    same,
  };
}

/** What `auto` takes where the only GPU is in software. */
async function automaticEngine(): Promise<string> {
  const engine = await createProjectionEngine(projectionInput(clusteredVectors(60, 4, 1), { iterations: 5 }));
  const { name } = engine;
  await engine.dispose();
  return name;
}

async function report() {
  const found = await openGpuDevice({ software: true });
  if (found === null) return null;
  const poincare = await forceErrors('poincare', found.device);
  const euclidean = await forceErrors('euclidean', found.device);
  const { description } = found;
  found.device.destroy();
  return { description, poincare, euclidean, lost: await layoutWithLostDevice(), automatic: await automaticEngine() };
}

export type GpuReport = Awaited<ReturnType<typeof report>>;

console.log(JSON.stringify(await report()));
process.exit(0);
