/**
 * How the layout engine's shared memory is laid out. `assembly/control.ts` and `assembly/arrays.ts` read the same
 * offsets: change them together.
 */

const PAGE = 65_536;
/** The module's own static data lies below; see CONTROL in assembly/control.ts. */
const CONTROL = 32_768;
const QUIT = CONTROL + 192;
const GATE = CONTROL + 128;
const I32_FIELDS = CONTROL + 576;
const F64_FIELDS = CONTROL + 1024;
const ADDRESSES = CONTROL + 2048;
const FIRST_ARRAY = PAGE;

const BLOCK = 64;
/** Most iterations in one call of the kernels, for which there is room for figures. */
export const MAXIMUM_STEPS_PER_CALL = 256;
export const STATISTICS_FIELDS = 4;

/** In the order of the i32 fields in assembly/control.ts. */
const I32_NAMES = [
  'threads',
  'stepCount',
  'needsRefresh',
  'centering',
  'nodeCount',
  'iteration',
  'stepsDone',
  'pointCount',
  'curved',
  'iterations',
  'exaggeratedIterations',
  'adaptive',
  'measuring',
] as const;

/** In the order of the f64 fields in assembly/control.ts. */
const F64_NAMES = [
  'scale',
  'normalizer',
  'partition',
  'centerX',
  'centerY',
  'theta',
  'learningRate',
  'exaggeration',
  'targetRadius',
  'entropyTerm',
  'radialFactor',
  'smallestScale',
  'earlyExaggeration',
  'lateExaggeration',
  'fixedExaggeration',
  'wantedScale',
  'hierarchyWeight',
  'loss',
] as const;

export type ControlInteger = (typeof I32_NAMES)[number];
export type ControlNumber = (typeof F64_NAMES)[number];

/** Bytes of every array, in the order of assembly/arrays.ts. */
function arraySizes(pointCount: number, edgeCount: number) {
  const nodes = 2 * pointCount;
  const padded = pointCount + 4;
  return {
    positions: 16 * pointCount,
    velocities: 16 * pointCount,
    gains: 8 * pointCount,
    records: 16 * pointCount,
    rowStarts: 4 * (pointCount + 1),
    columns: 4 * edgeCount,
    similarities: 4 * edgeCount,
    attractions: 16 * pointCount,
    repulsions: 16 * pointCount,
    codes: 4 * pointCount,
    order: 4 * pointCount,
    spareCodes: 4 * pointCount,
    spareOrder: 4 * pointCount,
    histogram: 4 * 17 * 128,
    sortedX: 4 * padded,
    sortedY: 4 * padded,
    sortedInverse: 4 * padded,
    nodes: 32 * nodes,
    moments: 32 * nodes,
    partials: 64 * Math.ceil(pointCount / BLOCK),
    statistics: 8 * STATISTICS_FIELDS * MAXIMUM_STEPS_PER_CALL,
    hierarchyRadii: 8 * pointCount,
  };
}

export type EngineArray = keyof ReturnType<typeof arraySizes>;

/** Views of one engine's memory, the same from every thread. */
export class EngineMemory {
  readonly memory: WebAssembly.Memory;
  readonly pointCount: number;
  readonly #integers: Int32Array;
  readonly #numbers: Float64Array;
  readonly #addresses: Uint32Array;

  constructor(memory: WebAssembly.Memory, pointCount: number) {
    this.memory = memory;
    this.pointCount = pointCount;
    this.#integers = new Int32Array(memory.buffer, I32_FIELDS, I32_NAMES.length);
    this.#numbers = new Float64Array(memory.buffer, F64_FIELDS, F64_NAMES.length);
    this.#addresses = new Uint32Array(memory.buffer, ADDRESSES, Object.keys(arraySizes(1, 4)).length);
  }

  /**
   * Shared memory for that many points and edges (padding included), with the arrays' addresses written into it.
   * @throws RangeError when the layout needs more than the 4 GiB that a 32-bit module can address.
   */
  static allocate(pointCount: number, edgeCount: number): EngineMemory {
    let end = FIRST_ARRAY;
    const addresses = Object.values(arraySizes(pointCount, edgeCount)).map((bytes) => {
      const address = end;
      end = Math.ceil((end + bytes) / 64) * 64;
      return address;
    });
    const pages = Math.ceil(end / PAGE);
    if (pages > PAGE) {
      throw new RangeError(
        `a layout of ${pointCount} points and ${edgeCount} edges needs ${end} bytes; 4 GiB is the most`,
      );
    }
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const engineMemory = new EngineMemory(memory, pointCount);
    engineMemory.#addresses.set(addresses);
    engineMemory.setInteger('pointCount', pointCount);
    return engineMemory;
  }

  integer(name: ControlInteger): number {
    return this.#integers[I32_NAMES.indexOf(name)]!;
  }

  setInteger(name: ControlInteger, value: number): void {
    this.#integers[I32_NAMES.indexOf(name)] = value;
  }

  number(name: ControlNumber): number {
    return this.#numbers[F64_NAMES.indexOf(name)]!;
  }

  setNumber(name: ControlNumber, value: number): void {
    this.#numbers[F64_NAMES.indexOf(name)] = value;
  }

  doubles(name: EngineArray, length = 2 * this.pointCount): Float64Array {
    return new Float64Array(this.memory.buffer, this.#address(name), length);
  }

  floats(name: EngineArray, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, this.#address(name), length);
  }

  words(name: EngineArray, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, this.#address(name), length);
  }

  /** The count that a helper must have seen before it waits for the next steps. */
  gate(): number {
    return Atomics.load(new Int32Array(this.memory.buffer, GATE, 1), 0);
  }

  /** Wakes the helpers for good: each returns from its kernel. */
  quit(): void {
    const gate = new Int32Array(this.memory.buffer, GATE, 1);
    Atomics.store(new Int32Array(this.memory.buffer, QUIT, 1), 0, 1);
    Atomics.add(gate, 0, 1);
    Atomics.notify(gate, 0);
  }

  #address(name: EngineArray): number {
    return this.#addresses[Object.keys(arraySizes(1, 4)).indexOf(name)]!;
  }
}

/** What the module in dist/wasm/projection.wasm exports. */
export interface ProjectionKernels {
  coordinate(stepCount: number): void;
  help(seen: number): void;
  prepare(): void;
  computeForces(): void;
  finishStep(): void;
}

export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): ProjectionKernels {
  const instance = new WebAssembly.Instance(module, { env: { memory, abort: throwAbort } });
  return instance.exports as unknown as ProjectionKernels;
}

function throwAbort(): never {
  throw new Error('the layout kernels stopped at an impossible state');
}
