import { parentPort, workerData } from 'node:worker_threads';
import { FRAMES_PER_SECOND, sharedClock } from './protocol.ts';

// Stands in for the optimizer, which steps when it is asked to: at most 20 times a second it turns a layout in shared
// memory, which costs next to nothing; what is sent is as long anyhow. The time of a step is taken here, so that a busy
// main thread counts.

const { layout, asked } = workerData as { layout: SharedArrayBuffer; asked: SharedArrayBuffer };
const positions = new Float64Array(layout);
const askedSteps = new Int32Array(asked);
const angle = 0.002;
const cosine = Math.cos(angle);
const sine = Math.sin(angle);
const never = new Int32Array(new SharedArrayBuffer(4));

let due = sharedClock();
for (let iteration = 1; ; iteration++) {
  Atomics.wait(askedSteps, 0, iteration - 1);
  due = Math.max(due + 1000 / FRAMES_PER_SECOND, sharedClock());
  Atomics.wait(never, 0, 0, due - sharedClock());
  for (let i = 0; i < positions.length; i += 2) {
    const x = positions[i];
    positions[i] = cosine * x - sine * positions[i + 1];
    positions[i + 1] = sine * x + cosine * positions[i + 1];
  }
  parentPort?.postMessage({ iteration, time: sharedClock() });
}
