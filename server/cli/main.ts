#!/usr/bin/env node
import 'reflect-metadata';
import { CommanderError } from 'commander';
import { AppError, BadInputError, InterruptedError, messageOf } from '../errors.ts';
import { createProgram } from './program.ts';

/** Exit codes: 0 done, 1 the work failed, 2 bad usage or bad input, 130 interrupted (what was finished is kept). */
const EXIT_FAILED = 1;
const EXIT_BAD_INPUT = 2;
const EXIT_INTERRUPTED = 130;

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interruption.abort(new InterruptedError('interrupted; what was finished is kept'));
    // A second signal ends the process at once, whatever it is doing.
    process.once(signal, () => process.exit(EXIT_INTERRUPTED));
  });
}

try {
  await createProgram(interruption.signal).parseAsync(process.argv);
  process.exitCode ??= 0;
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_BAD_INPUT;
  if (interruption.signal.aborted) {
    process.stderr.write('circle-limit: interrupted; what was finished is kept\n');
    return EXIT_INTERRUPTED;
  }
  if (error instanceof BadInputError || isBadUse(error)) {
    process.stderr.write(`circle-limit: ${messageOf(error)}\n`);
    return EXIT_BAD_INPUT;
  }
  // A failure that nobody foresaw is a defect: its stack is what a bug report needs.
  const text =
    error instanceof AppError || !(error instanceof Error) ? messageOf(error) : (error.stack ?? error.message);
  process.stderr.write(`circle-limit: ${text}\n`);
  return EXIT_FAILED;
}

function isBadUse(error: unknown): boolean {
  return error instanceof AppError && error.code === 'NOT_FOUND';
}
