import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { validate, ValidationSeverity } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../server/config.ts';
import { packageRoot } from '../../server/paths.ts';

const folder = join(packageRoot, 'docker');
const names = await readdir(folder);
const text = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

interface Service {
  readonly environment?: Record<string, string>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly build?: { readonly dockerfile: string };
}
interface Compose {
  readonly services: Record<string, Service>;
  readonly secrets?: Record<string, unknown>;
  readonly volumes?: Record<string, unknown>;
}
const compose = async (name: string): Promise<Compose> => parse(await text(name)) as Compose;

/** Its durations are those of Go (10s), not those of ISO 8601 that the format means. */
const withoutFormats = (schema: string): string => schema.replaceAll(', "format": "duration"', '');

describe.each(names.filter((name) => name.startsWith('Dockerfile')))('docker/%s', (name) => {
  it('has no fault that a linter finds', async () => {
    const severity = ValidationSeverity.ERROR;
    const found = validate(await text(name), { deprecatedMaintainer: severity, instructionCasing: severity });
    expect(found.map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  it('pins the base images, runs as a plain user and is checked', async () => {
    const content = await text(name);
    const bases = [...content.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(bases.filter((base) => base !== 'runtime' && !/^[\w/]+:\d[\w.-]+$/.test(base))).toEqual([]);
    const last = content.slice(content.lastIndexOf('\nFROM'));
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
  });

  it('copies and runs only files that are there', async () => {
    const { files } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { files: string[] };
    expect(files).toContain('dist');
    for (const [, path] of (await text(name)).matchAll(/\/build\/(docker\/\S+)/g)) {
      expect(names).toContain(path.replace('docker/', ''));
    }
    for (const [, path] of (await text(name)).matchAll(/"(dist\/server\/\S+)\.js"/g)) {
      expect(await readFile(join(packageRoot, path.replace('dist/', '') + '.ts'), 'utf8')).not.toBe('');
    }
  });
});

describe.each(names.filter((name) => name.startsWith('compose')))('docker/%s', (name) => {
  it('follows the Compose specification', async () => {
    const specification = join(packageRoot, 'test/fixtures/compose/compose-spec.json');
    const schema = {
      ...(JSON.parse(withoutFormats(await readFile(specification, 'utf8'))) as Parameters<typeof z.fromJSONSchema>[0] &
        object),
      // It says 2019-09, but keeps its definitions where draft 7 has them.
      $schema: 'http://json-schema.org/draft-07/schema#',
    } as const;
    expect(z.fromJSONSchema(schema).safeParse(await compose(name)).error?.issues).toBeUndefined();
    expect(z.fromJSONSchema(schema).safeParse({ services: { a: { imagee: 'x' } } }).success).toBe(false);
  });

  it('names secrets, volumes and Dockerfiles that there are, and holds no secret itself', async () => {
    const [main, file] = await Promise.all([compose('compose.yml'), compose(name)]);
    for (const { secrets = [], volumes = [], build } of Object.values(file.services)) {
      for (const secret of secrets) expect(Object.keys(main.secrets ?? {})).toContain(secret);
      const named = volumes.map((volume) => volume.split(':')[0]).filter((volume) => /^\w+$/.test(volume));
      for (const volume of named) expect(Object.keys(main.volumes ?? {})).toContain(volume);
      if (build !== undefined) expect(names).toContain(build.dockerfile.replace('docker/', ''));
    }
    expect(await text(name)).not.toMatch(/PASSWORD: |TOKEN: |postgresql:\/\/[^%\s]+:[^%\s]+@/);
  });

  it('sets variables that the server knows, to values that it takes', async () => {
    const known = await readFile(join(packageRoot, 'server/config.ts'), 'utf8');
    for (const [service, { environment = {} }] of Object.entries((await compose(name)).services)) {
      if (service === 'postgres') continue;
      for (const variable of Object.keys(environment)) {
        expect(known).toMatch(new RegExp(`\\b${variable.replace('_FILE', '')}\\b`));
      }
      const { DATABASE_URL_FILE: _, ...plain } = environment;
      expect(() => readConfig({ ...plain, DATABASE_URL: 'postgresql://circle@postgres/circle' })).not.toThrow();
    }
  });
});

// REPLAY_IMAGE=1 installs and builds everything twice, which takes longer than the tests of a change may.
describe.runIf(process.env.REPLAY_IMAGE === '1')('The steps of docker/Dockerfile', () => {
  const LIMIT_MILLISECONDS = 1_800_000;

  it(
    'run in an empty folder up to the health check of the server',
    async () => {
      await promisify(execFile)(process.execPath, [join(folder, 'replay.mjs')], { maxBuffer: 2 ** 28 });
    },
    LIMIT_MILLISECONDS,
  );
});
