import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { readNpyFloat32 } from '../../server/formats/npy.ts';
import { packageRoot } from '../../server/paths.ts';
import type { Assignment, Outcome } from './extraction/contender.ts';
import {
  BENCH_FOLDER,
  copyNano,
  exportForPeers,
  installPeers,
  makeJpegs,
  makeBackbone,
} from './extraction/material.ts';

const ROUNDS = 3;

/** One line of the table. */
export interface ContenderFigures {
  readonly model: string;
  readonly contender: Assignment['contender'];
  readonly batch: number;
  /** Best of the rounds, from JPEG files to the vectors in an .npy file; the model is loaded before. */
  readonly imagesPerSecond: number;
  /** Our rate divided by this one's. */
  readonly ours: number;
  /** Share of time in which the model waited. */
  readonly waitShare: number | null;
  /** The smallest cosine of a vector with ours: the resize of the peers rounds to whole numbers, ours does not. */
  readonly minCosine: number;
}

type Task = Omit<Assignment, 'contender' | 'batch' | 'out'> & { readonly name: string };

/**
 * Images a second beside transformers.js and plain onnxruntime-node, on the same weights and files: the bundled model on
 * images of 32 pixels, and a ViT-S/16 with random weights on photos that are resized to 224. Each contender is a process
 * of its own, and they take turns. The peers run with their defaults, in two sizes of batches.
 */
export async function run(): Promise<{ figures: ContenderFigures[]; loadAverage: number }> {
  const peers = await installPeers();
  const cache = join(BENCH_FOLDER, 'cache');
  const nano = { name: 'nano', model: await copyNano(), side: 32, size: 192, peers, cache };
  const small = { name: 'ViT-S/16', model: await makeBackbone('dinov3-vits16'), side: 224, size: 384, peers, cache };
  await exportForPeers(nano.model, nano.side);
  await exportForPeers(small.model, small.side);
  const figures = [
    ...(await compare({ ...nano, images: await makeJpegs('small', 2000, 32, 32) }, [16, 64])),
    ...(await compare({ ...small, images: await makeJpegs('photos', 112, 500, 375) }, [1, 8])),
  ];
  console.table(figures);
  return { figures, loadAverage: loadavg()[0] };
}

async function compare({ name, ...task }: Task, peerBatches: readonly number[]): Promise<ContenderFigures[]> {
  const contenders = (['circle-limit', 'transformers.js', 'onnxruntime-node'] as const).flatMap((contender) =>
    (contender === 'circle-limit' ? [64] : peerBatches).map((batch) => {
      const out = join(BENCH_FOLDER, `${contender}-${batch}.npy`);
      return { ...task, contender, batch, out } satisfies Assignment;
    }),
  );
  const best = new Map<Assignment, Outcome>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      const outcome = measure(contender);
      const rate = outcome.imagesPerSecond.toFixed(2);
      console.log(`  ${name}, ${contender.contender}, batch ${contender.batch}: ${rate} images/s`);
      if (outcome.imagesPerSecond > (best.get(contender)?.imagesPerSecond ?? 0)) best.set(contender, outcome);
    }
  }
  const [ours] = contenders;
  return Promise.all(
    contenders.map(async (assignment) => {
      const { imagesPerSecond, waitShare } = best.get(assignment)!;
      return {
        ...{ model: name, contender: assignment.contender, batch: assignment.batch },
        imagesPerSecond: rounded(imagesPerSecond, 2),
        ours: rounded(best.get(ours)!.imagesPerSecond / imagesPerSecond, 2),
        waitShare: waitShare === null ? null : rounded(waitShare, 3),
        minCosine: rounded(await smallestCosine(ours.out, assignment.out), 6),
      };
    }),
  );
}

function measure(assignment: Assignment): Outcome {
  const loader = join(packageRoot, 'scripts/typescriptLoader.mjs');
  const script = join(import.meta.dirname, 'extraction/contender.ts');
  const args = ['--import', loader, script, JSON.stringify(assignment)];
  const output = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(output.trim().split('\n').at(-1)!) as Outcome;
}

async function smallestCosine(fileA: string, fileB: string): Promise<number> {
  const [a, b] = await Promise.all([readNpyFloat32(fileA), readNpyFloat32(fileB)]);
  const [rows, size] = a.shape;
  let smallest = 1;
  for (let row = 0; row < rows; row++) {
    let [dot, squaresA, squaresB] = [0, 0, 0];
    for (let i = row * size; i < (row + 1) * size; i++) {
      dot += a.values[i] * b.values[i];
      squaresA += a.values[i] ** 2;
      squaresB += b.values[i] ** 2;
    }
    smallest = Math.min(smallest, dot / Math.sqrt(squaresA * squaresB));
  }
  return smallest;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
