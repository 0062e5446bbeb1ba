import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError } from '../../../server/errors.ts';
import { createErrorFormatter } from '../../../server/graphql/formatError.ts';

function aFormatter() {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  return { format: createErrorFormatter(log), lines };
}

describe('Formatting an error', () => {
  it('keeps the sentence and the code of what the caller did wrong', () => {
    const { format, lines } = aFormatter();
    const wrapped = new GraphQLError('no run has the id 7', {
      originalError: new NotFoundError('no run has the id 7'),
    });
    expect(format(wrapped)).toMatchObject({ message: 'no run has the id 7', extensions: { code: 'NOT_FOUND' } });
    expect(format(new ConflictError('it has ended')).extensions).toEqual({ code: 'CONFLICT' });
    expect(lines).toEqual([]);
  });

  it('hides a defect behind an id that is also in the log', () => {
    const { format, lines } = aFormatter();
    const secret = new TypeError('password is hunter2');
    const formatted = format(new GraphQLError(secret.message, { originalError: secret, path: ['run'] }));
    expect(JSON.stringify(formatted)).not.toContain('hunter2');
    expect(formatted.extensions).toMatchObject({ code: 'INTERNAL' });
    expect(lines.join('')).toContain(String(formatted.extensions?.id));
    expect(lines.join('')).toContain('hunter2');
  });

  it('calls a wrong document bad input', () => {
    const { format } = aFormatter();
    expect(format(new GraphQLError('Cannot query field "x"')).extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });

  it('sees no defect where nobody is left to read an answer, but one where a field fails in that way', () => {
    const { format, lines } = aFormatter();
    const gone = Object.assign(new Error('write after destroy'), { code: 'ERR_STREAM_DESTROYED' });
    // As when the socket of a watcher was closed by the other side: of the database it says nothing.
    const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' });
    for (const cause of [gone, broken]) {
      const { extensions } = format(new GraphQLError(cause.message, { originalError: cause }));
      expect(extensions).toEqual({ code: 'UNAVAILABLE' });
    }
    expect(lines).toEqual([]);
    const field = new GraphQLError(gone.message, { originalError: gone, path: ['run'] });
    expect(format(field).extensions).toMatchObject({ code: 'INTERNAL' });
    expect(lines).toHaveLength(1);
  });
});
