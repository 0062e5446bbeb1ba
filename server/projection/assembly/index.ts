// The layout engine's kernels. Every thread has an instance over the same memory and runs `runSteps`; the coordinator
// opens the gate, the helpers wait at it. Work is cut into fixed blocks, whose sums are added in block order: the result
// does not depend on how many threads there are, nor on which one takes a block.
import { readAddresses } from './arrays';
import { attractBlock } from './attraction';
import {
  arriveLast,
  ATTRACTION_CLAIM,
  CENTER_CLAIM,
  CENTERING,
  claim,
  gate,
  MEASURING,
  NEEDS_REFRESH,
  openGate,
  passGate,
  release,
  REPULSION_CLAIM,
  STEP_COUNT,
  STEPS_DONE,
  TREE_CLAIM,
  UPDATE_CLAIM,
} from './control';
import { buildTree } from './quadtree';
import { repelBlock } from './repulsion';
import { blockCount, finishIteration, refresh, sumPartition } from './schedule';
import { centerBlock, updateBlock } from './update';

/** Starts `stepCount` iterations on all threads and takes part in them. */
export function coordinate(stepCount: i32): void {
  readAddresses();
  if (load<i32>(NEEDS_REFRESH) != 0) {
    refresh();
    store<i32>(NEEDS_REFRESH, 0);
  }
  openGate(stepCount);
  runSteps(stepCount);
}

/** Takes part in every call of `coordinate` until the engine is disposed of. `seen`: the gate's count at the start. */
export function help(seen: i32): void {
  readAddresses();
  while (passGate(seen)) {
    seen = gate();
    runSteps(load<i32>(STEP_COUNT));
  }
}

/** Writes the float32 copies and schedule fields that follow from the state, as before a first step. */
export function prepare(): void {
  readAddresses();
  refresh();
  store<i32>(NEEDS_REFRESH, 0);
}

/** Forces at the present layout, on one thread: attraction and repulsion arrays and their partial sums. For tests. */
export function computeForces(): void {
  prepare();
  const blocks = blockCount();
  buildTree();
  for (let block = 0; block < blocks; block++) {
    attractBlock(block);
    repelBlock(block);
  }
  sumPartition();
}

/** The rest of an iteration whose forces were computed elsewhere, on one thread: the helpers wait at the gate meanwhile. */
export function finishStep(): void {
  const blocks = blockCount();
  store<i32>(STEPS_DONE, 0);
  // Whoever computes forces elsewhere computes the loss with them.
  store<i32>(MEASURING, 1);
  sumPartition();
  for (let block = 0; block < blocks; block++) updateBlock(block);
  finishIteration();
  if (load<i32>(CENTERING) == 0) return;
  for (let block = 0; block < blocks; block++) centerBlock(block);
}

function runSteps(stepCount: i32): void {
  const blocks = blockCount();
  for (let step = 0; step < stepCount; step++) {
    // The tree is one task; the attraction does not need it and goes on beside it.
    if (claim(TREE_CLAIM) == 0) buildTree();
    for (let block = claim(ATTRACTION_CLAIM); block < blocks; block = claim(ATTRACTION_CLAIM)) attractBlock(block);
    if (arriveLast()) release();
    for (let block = claim(REPULSION_CLAIM); block < blocks; block = claim(REPULSION_CLAIM)) repelBlock(block);
    if (arriveLast()) {
      sumPartition();
      release();
    }
    for (let block = claim(UPDATE_CLAIM); block < blocks; block = claim(UPDATE_CLAIM)) updateBlock(block);
    if (arriveLast()) {
      finishIteration();
      release();
    }
    if (load<i32>(CENTERING) == 0) continue;
    for (let block = claim(CENTER_CLAIM); block < blocks; block = claim(CENTER_CLAIM)) centerBlock(block);
    if (arriveLast()) release();
  }
}
