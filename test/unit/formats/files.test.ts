import { describe, expect, it } from 'vitest';
import { BadInputError, UnavailableError } from '../../../server/errors.ts';
import { describeFileError } from '../../../server/formats/files.ts';

const refusal = (code: string): Error => Object.assign(new Error(`${code}: write`), { code });

describe('describeFileError', () => {
  it('says that the disk is full, which is no bad input', () => {
    const error = describeFileError('out.npy', refusal('ENOSPC'), 'written');
    expect(error).toBeInstanceOf(UnavailableError);
    expect((error as Error).message).toBe('out.npy: cannot be written: the disk is full');
  });

  it('names the place that cannot be written to', () => {
    const error = describeFileError('out.npy', refusal('EACCES'), 'written');
    expect(error).toBeInstanceOf(BadInputError);
    expect((error as Error).message).toBe('out.npy: cannot be written: permission denied');
  });

  it('gives back what it does not know', () => {
    const error = refusal('EIO');
    expect(describeFileError('out.npy', error, 'read')).toBe(error);
  });
});
