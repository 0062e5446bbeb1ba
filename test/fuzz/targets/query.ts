import { formatQuery, parseQuery, QueryError } from '../../../client/src/query/query.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const LINES = ['label:cat split:test radius<2', 'NOT (label:"fire engine" OR -x)', 'radius:1..2.5 recall>=0.3', '*'];

export const target: FuzzTarget = {
  seeds: () => Promise.resolve(LINES.map((line) => Buffer.from(line))),
  take(bytes) {
    const line = Buffer.from(bytes).toString('utf8');
    let query;
    try {
      query = parseQuery(line);
    } catch (error) {
      if (!(error instanceof QueryError) || error.message === '') throw error;
      return;
    }
    const written = formatQuery(query);
    if (formatQuery(parseQuery(written)) !== written) throw new Error(`${JSON.stringify(line)} changes when written`);
  },
};
