import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { distFile } from '../../server/paths.ts';
import { instantiateKernels, type EngineMemory } from '../../server/projection/engineMemory.ts';
import { prepareEngine } from '../../server/projection/prepareEngine.ts';
import { DEFAULT_PROJECTION_PARAMETERS } from '../../server/projection/projection.ts';
import { partitionFunction, referenceForces } from '../../server/projection/reference.ts';
import { readBenchFeatures } from './benchFeatures.ts';

const ANGLES = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5];
/** While the layout unfolds, and at its end. */
const MOMENTS = [120, 500];
const REPETITIONS = 15;

/**
 * The opening angle θ of Barnes–Hut: what the approximation costs and what it errs, against all pairs in float64, on the
 * 10,000 bench features while their layout unfolds and at its end. Milliseconds are of one iteration's forces on one thread,
 * the least of 15.
 */
export async function run() {
  const { vectors, graph } = readBenchFeatures();
  const memory = prepareEngine({ vectors, graph, parameters: DEFAULT_PROJECTION_PARAMETERS, threads: 1 });
  const module = await WebAssembly.compile(readFileSync(distFile('wasm/projection.wasm')));
  const kernels = instantiateKernels(module, memory.memory);
  const figures = [];
  for (const moment of MOMENTS) {
    while (memory.integer('iteration') < moment) kernels.coordinate(10);
    const exact = exactForces(memory, graph.pointCount);
    for (const theta of ANGLES) {
      memory.setNumber('theta', theta);
      let milliseconds = Infinity;
      for (let repetition = 0; repetition < REPETITIONS; repetition++) {
        // Processor time, which other work on the machine lengthens least.
        const start = process.cpuUsage();
        kernels.computeForces();
        const { user, system } = process.cpuUsage(start);
        milliseconds = Math.min(milliseconds, (user + system) / 1000);
      }
      figures.push({ iterations: moment, theta, milliseconds: rounded(milliseconds), ...errors(memory, exact) });
    }
    memory.setNumber('theta', 0.8);
  }
  console.table(figures);
  return { figures, loadAverage: loadavg()[0]! };
}

function exactForces(memory: EngineMemory, pointCount: number) {
  const problem = {
    // The attraction needs no approximation: only the sum over all pairs is compared.
    similarities: {
      pointCount,
      rowStarts: new Uint32Array(pointCount + 1),
      columns: new Uint32Array(0),
      weights: new Float32Array(0),
      entropyTerm: 0,
    },
    positions: memory.doubles('positions').slice(),
    scale: memory.number('scale'),
    curved: true,
  };
  return { repulsion: referenceForces(problem).repulsion, partition: partitionFunction(problem) };
}

/** Relative errors: of Z, of the repulsion, and of the gradient at the exaggeration of the moment. */
function errors(memory: EngineMemory, exact: { repulsion: Float64Array; partition: number }) {
  const repulsion = memory.doubles('repulsions');
  const partition = memory.number('partition');
  const exaggeration = memory.number('exaggeration');
  const attraction = memory.doubles('attractions').map((value) => exaggeration * value);
  const gradientOf = (push: Float64Array, z: number) => attraction.map((pull, at) => pull - push[at]! / z);
  return {
    partitionPercent: rounded(100 * (partition / exact.partition - 1)),
    repulsionPercent: rounded(100 * relativeError(repulsion, exact.repulsion)),
    gradientPercent: rounded(
      100 * relativeError(gradientOf(repulsion, partition), gradientOf(exact.repulsion, exact.partition)),
    ),
  };
}

function relativeError(actual: Float64Array, expected: Float64Array): number {
  let difference = 0;
  let size = 0;
  for (let at = 0; at < expected.length; at++) {
    difference += (actual[at]! - expected[at]!) ** 2;
    size += expected[at]! ** 2;
  }
  return Math.sqrt(difference / size);
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
