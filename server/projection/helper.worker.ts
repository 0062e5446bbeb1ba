import { workerData } from 'node:worker_threads';
import { instantiateKernels } from './engineMemory.ts';
import type { HelperInput } from './engineProtocol.ts';

// Sleeps inside the kernel until the coordinator starts a step; returns, and so ends the thread, on disposal.
const { module, memory, gate } = workerData as HelperInput;
instantiateKernels(module, memory).help(gate);
