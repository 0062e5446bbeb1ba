/**
 * Rounds in which every two of `blockCount` blocks meet exactly once, and no block twice in one round (the circle method
 * of round-robin tournaments). Threads that take different pairs of a round never touch the same block.
 * @returns rounds of pairs; the first round is every block with itself.
 */
export function pairSchedule(blockCount: number): [number, number][][] {
  const rounds: [number, number][][] = [Array.from({ length: blockCount }, (_, block) => [block, block])];
  if (blockCount === 1) return rounds;
  // With an odd number, the block that meets the absent one has a free round.
  const players = blockCount + (blockCount % 2);
  const rotating = players - 1;
  for (let round = 0; round < rotating; round++) {
    const pairs: [number, number][] = [];
    for (let position = 0; position < players / 2; position++) {
      const left = position === 0 ? rotating : (round + position) % rotating;
      const right = (round + rotating - position) % rotating;
      if (left < blockCount && right < blockCount) pairs.push([Math.min(left, right), Math.max(left, right)]);
    }
    rounds.push(pairs);
  }
  return rounds;
}
