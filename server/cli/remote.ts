import { InvalidArgumentError, Option } from 'commander';
import { UnavailableError } from '../errors.ts';

/** No server answers where one was looked for. */
export class UnreachableError extends UnavailableError {}

/** `--server URL`; its token comes from `CIRCLE_LIMIT_TOKEN`, so that it is in no list of processes. */
export function serverOption(): Option {
  return new Option('--server <url>', 'address of a server; its token is taken from CIRCLE_LIMIT_TOKEN').argParser(
    origin,
  );
}

function origin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('an address such as https://disk.example.org is needed.');
  }
  return url.origin;
}
