import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import { BadInputError } from '../../../server/errors.ts';

describe('The configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      home: resolve('.circle-limit'),
      engine: 'auto',
      logLevel: 'info',
    });
  });

  it('counts an empty variable as unset', () => {
    expect(readConfig({ PORT: '', ENGINE: '', CIFAR10_DIR: '' })).toMatchObject({ port: 4000, engine: 'auto' });
  });

  it.each([
    ['PORT', '70000', 'PORT'],
    ['PORT', 'http', 'PORT'],
    ['ENGINE', 'cuda', 'ENGINE'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL'],
    ['DATABASE_URL', 'mysql://localhost/x', 'DATABASE_URL'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['HF_ENDPOINT', 'ftp://example.org', 'HF_ENDPOINT'],
  ])('refuses %s=%s in one line that names the variable', (name, value, expected) => {
    expect(() => readConfig({ [name]: value })).toThrow(BadInputError);
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${expected}: [^\n]+$`));
  });

  it('never repeats a secret in its message', () => {
    expect(() => readConfig({ DATABASE_URL: 'mysql://user:hunter2@localhost/x' })).toThrow(/^(?!.*hunter2)/);
  });

  it('asks for a login beyond this machine, and on it where that is wanted', () => {
    expect(readConfig({})).toMatchObject({ authRequired: false });
    expect(readConfig({ HOST: '0.0.0.0' })).toMatchObject({ authRequired: true });
    expect(readConfig({ AUTH: 'on' })).toMatchObject({ authRequired: true });
    expect(() => readConfig({ HOST: '0.0.0.0', AUTH: 'off' })).toThrow(/^AUTH: off would let everybody/);
  });

  it('takes origins, not addresses of pages', () => {
    expect(readConfig({ EMBED_ORIGINS: 'https://a.example, https://b.example/' })).toMatchObject({
      embedOrigins: ['https://a.example', 'https://b.example'],
    });
    expect(() => readConfig({ EMBED_ORIGINS: 'https://a.example/page' })).toThrow(/^EMBED_ORIGINS: /);
    expect(readConfig({ PUBLIC_URL: 'https://disk.example/' })).toMatchObject({ publicUrl: 'https://disk.example' });
  });
});
