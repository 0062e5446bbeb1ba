import { parentPort, workerData } from 'node:worker_threads';
import { DiskIndex } from '../neighbors/diskIndex.ts';
import { ThreadTeam } from '../neighbors/threadTeam.ts';
import { QualityTask, type QualityKernel, type SharedQuality } from './qualityTask.ts';

export interface QualityWorkerData {
  readonly shared: SharedQuality;
  readonly module: WebAssembly.Module;
  readonly control: SharedArrayBuffer;
  readonly thread: number;
  readonly threads: number;
}

const { shared, module, control, thread, threads } = workerData as QualityWorkerData;
const instance = new WebAssembly.Instance(module, { env: { memory: shared.memory } });
const task = new QualityTask(shared, instance.exports as unknown as QualityKernel, thread);
if (thread === 0) DiskIndex.buildInto(shared.positions, shared.metric, shared.treeData);
task.normalize();
const together = new ThreadTeam(control, threads).barrier();
// Another thread's part is shared out by tasks, so that the first one may come to it late.
const pairs = together && thread === 0 ? task.measurePairs() : null;
if (together) task.measure();
parentPort!.postMessage(pairs);
