import { join } from 'node:path';
import { packageRoot } from '../../server/paths.ts';

/** The path of a file of the shared test data, which lies beside the repository. */
export function sharedData(relative: string): string {
  return join(process.env.CIRCLE_LIMIT_TEST_DATA ?? join(packageRoot, '..', 'shared', 'data'), relative);
}
