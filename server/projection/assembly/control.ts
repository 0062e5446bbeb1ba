// The control block: a fixed place in the shared memory through which the threads and the host agree. The host writes
// the same offsets (engineMemory.ts). Counters that threads fight over lie on cache lines of their own.

export const CONTROL: usize = 32768;

const ARRIVED: usize = CONTROL;
const GENERATION: usize = CONTROL + 64;
const GATE: usize = CONTROL + 128;
const QUIT: usize = CONTROL + 192;
export const TREE_CLAIM: usize = CONTROL + 256;
export const ATTRACTION_CLAIM: usize = CONTROL + 320;
export const REPULSION_CLAIM: usize = CONTROL + 384;
export const UPDATE_CLAIM: usize = CONTROL + 448;
export const CENTER_CLAIM: usize = CONTROL + 512;

// i32 fields
export const THREADS: usize = CONTROL + 576;
export const STEP_COUNT: usize = CONTROL + 580;
export const NEEDS_REFRESH: usize = CONTROL + 584;
export const CENTERING: usize = CONTROL + 588;
export const NODE_COUNT: usize = CONTROL + 592;
export const ITERATION: usize = CONTROL + 596;
export const STEPS_DONE: usize = CONTROL + 600;
export const POINT_COUNT: usize = CONTROL + 604;
export const CURVED: usize = CONTROL + 608;
export const ITERATIONS: usize = CONTROL + 612;
export const EXAGGERATED_ITERATIONS: usize = CONTROL + 616;
export const ADAPTIVE: usize = CONTROL + 620;
/** Whether this iteration measures the loss. */
export const MEASURING: usize = CONTROL + 624;

// f64 fields
export const SCALE: usize = CONTROL + 1024;
export const NORMALIZER: usize = CONTROL + 1032;
export const PARTITION: usize = CONTROL + 1040;
export const CENTER_X: usize = CONTROL + 1048;
export const CENTER_Y: usize = CONTROL + 1056;
export const THETA: usize = CONTROL + 1064;
/** η as it was given; 0 leaves it to the schedule. */
export const LEARNING_RATE: usize = CONTROL + 1072;
export const EXAGGERATION: usize = CONTROL + 1080;
export const TARGET_RADIUS: usize = CONTROL + 1088;
export const ENTROPY_TERM: usize = CONTROL + 1096;
/** What hyperbolic radii are multiplied with when the scale has changed. */
export const RADIAL_FACTOR: usize = CONTROL + 1104;
export const SMALLEST_SCALE: usize = CONTROL + 1112;
/** The schedule's exaggeration in its first phase and after it. */
export const EARLY_EXAGGERATION: usize = CONTROL + 1120;
export const LATE_EXAGGERATION: usize = CONTROL + 1128;
/** An exaggeration that holds instead of the schedule's; 0 when there is none. */
export const FIXED_EXAGGERATION: usize = CONTROL + 1136;
/** A scale on the way to which the layout is; 0 when there is none. */
export const WANTED_SCALE: usize = CONTROL + 1144;
/** λ of the pull toward each point's radius; 0 leaves the radii to the similarities. */
export const HIERARCHY_WEIGHT: usize = CONTROL + 1152;
/** The loss as last measured. */
export const LOSS: usize = CONTROL + 1160;

// Addresses of the arrays, u32, in the order of ARRAYS in engineMemory.ts.
const ADDRESSES: usize = CONTROL + 2048;

@inline
export function arrayAddress(index: i32): usize {
  return load<u32>(ADDRESSES + (<usize>index << 2));
}

/** Looks at a word that long before sleeping on it: some 20 µs, less than waking a thread takes. */
const SPINS: i32 = 1500;

function waitWhile(address: usize, value: i32): void {
  for (let spin = 0; spin < SPINS; spin++) if (atomic.load<i32>(address) != value) return;
  while (atomic.load<i32>(address) == value) atomic.wait<i32>(address, value, -1);
}

/**
 * Joins the barrier. The last thread to arrive gets `true` while the others wait: it does the serial work and then
 * calls `release`. The others get `false` after that.
 */
export function arriveLast(): bool {
  const generation = atomic.load<i32>(GENERATION);
  if (atomic.add<i32>(ARRIVED, 1) + 1 == load<i32>(THREADS)) return true;
  waitWhile(GENERATION, generation);
  return false;
}

export function release(): void {
  atomic.store<i32>(ARRIVED, 0);
  atomic.store<i32>(TREE_CLAIM, 0);
  atomic.store<i32>(ATTRACTION_CLAIM, 0);
  atomic.store<i32>(REPULSION_CLAIM, 0);
  atomic.store<i32>(UPDATE_CLAIM, 0);
  atomic.store<i32>(CENTER_CLAIM, 0);
  atomic.add<i32>(GENERATION, 1);
  atomic.notify(GENERATION, -1);
}

/** The next block of a phase that nobody has taken yet. Who takes it changes nothing in the result. */
@inline
export function claim(counter: usize): i32 {
  return atomic.add<i32>(counter, 1);
}

export function openGate(stepCount: i32): void {
  store<i32>(STEP_COUNT, stepCount);
  store<i32>(STEPS_DONE, 0);
  atomic.add<i32>(GATE, 1);
  atomic.notify(GATE, -1);
}

/** Sleeps until the coordinator starts the next steps; `false` when the engine is being disposed of. */
export function passGate(seen: i32): bool {
  while (atomic.load<i32>(GATE) == seen) atomic.wait<i32>(GATE, seen, -1);
  return atomic.load<i32>(QUIT) == 0;
}

export function gate(): i32 {
  return atomic.load<i32>(GATE);
}
