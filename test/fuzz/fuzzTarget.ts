import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../server/errors.ts';

/** One entrance of the product that takes bytes which anybody may have written. */
export interface FuzzTarget {
  /** Well-formed inputs, from which mutation starts. */
  seeds(): Promise<readonly Uint8Array[]>;
  /** Takes any bytes; what it throws is a defect. */
  take(bytes: Uint8Array): Promise<void> | void;
}

/** What each file of `targets/` exports as `target`. */
export interface FuzzTargetModule {
  readonly target: FuzzTarget;
}

const MAX_MESSAGE_LENGTH = 1000;

/** Lets an error pass that tells a person in one line what was wrong; every other is a defect. */
export async function refusesClearly(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { message } = error;
    if (message === '' || message.includes('\n') || message.length > MAX_MESSAGE_LENGTH) {
      throw new Error(`a message that is no one line: ${JSON.stringify(message.slice(0, 2000))}`, { cause: error });
    }
  }
}

let base: string | undefined;

/** A folder for the file that a reader is given; removed when the process ends. */
export function scratchFolder(): string {
  if (base === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'circle-limit-fuzz-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    base = made;
  }
  return mkdtempSync(join(base, 'target-'));
}

/** A reader of one file, as a target. */
export function fileTarget(
  name: string,
  seeds: FuzzTarget['seeds'],
  ...readers: readonly ((file: string) => unknown)[]
): FuzzTarget {
  const file = join(scratchFolder(), name);
  return {
    seeds,
    async take(bytes) {
      await writeFile(file, bytes);
      for (const read of readers) await refusesClearly(() => read(file));
    },
  };
}
