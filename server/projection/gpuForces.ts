import type { EngineMemory } from './engineMemory.ts';
import { FORCES_SHADER, POINTS_PER_THREAD, WORKGROUP_SIZE } from './gpuShader.ts';

const BLOCK = 64;
const PARTIAL_FIELDS = 8;
const PARAMETER_BYTES = 16;
const FORCE_BYTES = 16;
/** Threads that keep a large GPU busy, and the most slices of the other points that are made for it. */
const BUSY_THREADS = 1 << 18;
const MOST_SLICES = 64;

/** Thrown when the device went away; nothing of the layout was changed by the iteration that it interrupted. */
export class GpuLostError extends Error {
  constructor(reason: string) {
    super(`the GPU was lost: ${reason}`);
    this.name = 'GpuLostError';
  }
}

/**
 * Attraction and exact all-pairs repulsion on a GPU: takes the place of the kernels' attraction, tree and walk. P is sent
 * once; an iteration sends the points and reads the sums, 48 bytes a point in all.
 */
export class GpuForces {
  readonly #memory: EngineMemory;
  readonly #device: GPUDevice;
  readonly #parameters: GPUBuffer;
  readonly #records: GPUBuffer;
  readonly #forces: GPUBuffer;
  readonly #staging: GPUBuffer;
  readonly #bindings: GPUBindGroup;
  readonly #pipelines: readonly GPUComputePipeline[];
  /** Into how many the other points are shared out. */
  readonly #slices: number;
  #lost: string | null = null;

  private constructor(
    memory: EngineMemory,
    device: GPUDevice,
    layout: GPUBindGroupLayout,
    pipelines: GPUComputePipeline[],
  ) {
    this.#memory = memory;
    this.#device = device;
    this.#pipelines = pipelines;
    const { pointCount } = memory;
    const rowStarts = memory.words('rowStarts', pointCount + 1).slice();
    const edges = Math.max(1, rowStarts[pointCount]!);
    const { STORAGE, COPY_SRC, COPY_DST, UNIFORM, MAP_READ } = GPUBufferUsage;
    const forceBytes = 2 * FORCE_BYTES * pointCount;
    const slices = Math.ceil((BUSY_THREADS * POINTS_PER_THREAD) / pointCount);
    this.#slices = Math.min(slices, MOST_SLICES, Math.ceil(pointCount / WORKGROUP_SIZE));
    this.#parameters = device.createBuffer({ size: PARAMETER_BYTES, usage: UNIFORM | COPY_DST });
    this.#records = device.createBuffer({ size: 16 * pointCount, usage: STORAGE | COPY_DST });
    this.#forces = device.createBuffer({ size: forceBytes, usage: STORAGE | COPY_SRC });
    this.#staging = device.createBuffer({ size: forceBytes, usage: MAP_READ | COPY_DST });
    const buffers = [
      this.#parameters,
      this.#records,
      this.#filled(rowStarts),
      this.#filled(memory.words('columns', edges).slice()),
      this.#filled(memory.floats('similarities', edges).slice()),
      this.#forces,
      device.createBuffer({ size: this.#slices * FORCE_BYTES * pointCount, usage: STORAGE }),
    ];
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    this.#bindings = device.createBindGroup({ layout, entries });
    void device.lost.then(({ message, reason }) => (this.#lost = message || reason));
  }

  /** Compiles the shader and sends P. @throws Error when the device has no room for it. */
  static async open(memory: EngineMemory, device: GPUDevice): Promise<GpuForces> {
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    const types: GPUBufferBindingType[] = [
      'uniform',
      ...Array<GPUBufferBindingType>(4).fill('read-only-storage'),
      ...Array<GPUBufferBindingType>(2).fill('storage'),
    ];
    const layout = device.createBindGroupLayout({
      entries: types.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
    });
    const module = device.createShaderModule({ code: FORCES_SHADER });
    const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
    const pipelines = await Promise.all(
      ['attract', 'repel', 'gather'].map((entryPoint) =>
        device.createComputePipelineAsync({ layout: pipelineLayout, compute: { module, entryPoint } }),
      ),
    );
    const forces = new GpuForces(memory, device, layout, pipelines);
    const faults = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
    const fault = faults.find((error) => error !== null);
    if (fault) throw new Error(`the layout does not fit the GPU: ${fault.message}`);
    return forces;
  }

  /**
   * Writes the sums of the present layout where the kernels' update reads them.
   * @throws GpuLostError when the device is lost; the layout is as it was then.
   */
  async compute(): Promise<void> {
    try {
      this.#refuseLost();
      this.#submit();
      await this.#staging.mapAsync(GPUMapMode.READ);
      this.#refuseLost();
    } catch (error) {
      throw error instanceof GpuLostError ? error : new GpuLostError(String(error));
    }
    this.#writeSums(new Float32Array(this.#staging.getMappedRange()));
    this.#staging.unmap();
  }

  /** Gives the device back. */
  destroy(): void {
    this.#device.destroy();
  }

  #submit(): void {
    const { pointCount } = this.#memory;
    const parameters = new ArrayBuffer(PARAMETER_BYTES);
    new Uint32Array(parameters).set([pointCount, 0, 0, this.#slices]);
    new Float32Array(parameters).set([this.#memory.number('normalizer'), this.#memory.integer('curved')], 1);
    this.#device.queue.writeBuffer(this.#parameters, 0, parameters);
    // A copy, since a queue does not take what other threads may change.
    this.#device.queue.writeBuffer(this.#records, 0, this.#memory.floats('records', 4 * pointCount).slice());
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setBindGroup(0, this.#bindings);
    const [attract, repel, gather] = this.#pipelines;
    const groups = Math.ceil(pointCount / WORKGROUP_SIZE);
    pass.setPipeline(attract!);
    pass.dispatchWorkgroups(groups);
    pass.setPipeline(repel!);
    pass.dispatchWorkgroups(Math.ceil(groups / POINTS_PER_THREAD), this.#slices);
    pass.setPipeline(gather!);
    pass.dispatchWorkgroups(groups);
    pass.end();
    encoder.copyBufferToBuffer(this.#forces, 0, this.#staging, 0, this.#staging.size);
    this.#device.queue.submit([encoder.finish()]);
  }

  #writeSums(forces: Float32Array): void {
    const { pointCount } = this.#memory;
    const attractions = this.#memory.doubles('attractions');
    const repulsions = this.#memory.doubles('repulsions');
    const partials = this.#memory.doubles('partials', PARTIAL_FIELDS * Math.ceil(pointCount / BLOCK));
    for (let i = 0; i < pointCount; i++) {
      const block = PARTIAL_FIELDS * Math.floor(i / BLOCK);
      if (i % BLOCK === 0) partials.fill(0, block, block + 2);
      const repulsion = 4 * (pointCount + i);
      attractions[2 * i] = forces[4 * i]!;
      attractions[2 * i + 1] = forces[4 * i + 1]!;
      repulsions[2 * i] = forces[repulsion]!;
      repulsions[2 * i + 1] = forces[repulsion + 1]!;
      partials[block]! += forces[4 * i + 2]!;
      partials[block + 1]! += forces[repulsion + 2]!;
    }
  }

  #filled(content: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.#device.createBuffer({
      size: content.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    this.#device.queue.writeBuffer(buffer, 0, content);
    return buffer;
  }

  #refuseLost(): void {
    if (this.#lost !== null) throw new GpuLostError(this.#lost);
  }
}
