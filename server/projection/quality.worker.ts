import { parentPort, workerData } from 'node:worker_threads';
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
task.normalize();
if (new ThreadTeam(control, threads).barrier()) task.measure();
parentPort!.postMessage('finished');
