import { open, stat, type FileHandle } from 'node:fs/promises';
import { BadInputError, UnavailableError, messageOf } from '../errors.ts';

/**
 * Opens a file that the user named, for reading.
 * @throws BadInputError when it is missing, a folder, or not readable.
 */
export async function openForReading(file: string): Promise<{ handle: FileHandle; size: number }> {
  try {
    const status = await stat(file);
    if (!status.isFile()) throw new BadInputError(`${file}: is not a file`);
    return { handle: await open(file, 'r'), size: status.size };
  } catch (error) {
    throw describeFileError(file, error, 'read');
  }
}

/**
 * Turns the operating system's refusals that the user can mend into one sentence; gives anything else back as it is.
 * A full disk is an UnavailableError: nothing was wrong with what was asked for.
 */
export function describeFileError(file: string, error: unknown, action: 'read' | 'written'): unknown {
  const full = FULL_DISK[errorCode(error)];
  if (full !== undefined) return new UnavailableError(`${file}: cannot be written: ${full}`, { cause: error });
  const reason = FILE_ERRORS[errorCode(error)];
  if (reason === undefined) return error;
  const subject = action === 'read' ? file : `${file}: cannot be written`;
  return new BadInputError(`${subject}: ${reason}`, { cause: error });
}

/** The `code` of a Node error, or an empty string. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Prefixes a library's complaint about a file's content with the file's name. */
export function unreadable(file: string, what: string, error: unknown): BadInputError {
  if (error instanceof BadInputError) return error;
  return new BadInputError(`${file}: cannot be read as ${what} (${messageOf(error).split('\n')[0]})`, { cause: error });
}

const FULL_DISK: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of this disk is used up',
  EFBIG: 'the file would be larger than is allowed here',
};

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EISDIR: 'is a folder, not a file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'the name is too long',
};
