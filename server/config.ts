import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { BadInputError, excerpt, messageOf } from './errors.ts';

export const ENGINE_CHOICES = ['auto', 'tensorflow', 'webgpu', 'webgpu-float16', 'onnx', 'wasm'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

export const LAYOUT_ENGINE_CHOICES = ['auto', 'wasm', 'webgpu'] as const;
export type LayoutEngineChoice = (typeof LAYOUT_ENGINE_CHOICES)[number];

const LOOPBACK_HOSTS = new Set(['127.0.0.1', '::1', 'localhost']);

/** What must not reach a terminal or a log, and may be given by file. */
export const SECRETS = ['DATABASE_URL', 'HF_TOKEN', 'AUTH_SECRET', 'CIRCLE_LIMIT_TOKEN'] as const;

const port = z.coerce.number().int().min(0).max(65535);
const optional = <T extends z.ZodType>(type: T) => z.preprocess((value) => (value === '' ? undefined : value), type);

/** Every setting, with its meaning for the reference of the documentation. */
export const environmentSchema = z.object({
  PORT: optional(port.default(4000)).describe('Port to listen on.'),
  HOST: optional(z.string().default('127.0.0.1')).describe(
    'Address to listen on; beyond loopback addresses a login is required.',
  ),
  DATABASE_URL: optional(z.url({ protocol: /^postgres(ql)?$/ }).optional()).describe(
    'A Postgres with pgvector, such as `postgresql://user@host/database`. Unset: the embedded store in `CIRCLE_LIMIT_HOME`.',
  ),
  CIRCLE_LIMIT_HOME: optional(z.string().default('.circle-limit')).describe('Folder for store, caches and models.'),
  CIFAR10_DIR: optional(z.string().optional()).describe('Folder with the six `.bin` files of CIFAR-10.'),
  IMAGES_ROOT: optional(z.string().optional()).describe(
    'The only folder whose images the API may name. Unset: any folder on a server without logins, none on one with them.',
  ),
  HF_TOKEN: optional(z.string().optional()).describe('Token of Hugging Face, for models whose weights are gated.'),
  HF_ENDPOINT: optional(z.url({ protocol: /^https?$/ }).default('https://huggingface.co')).describe(
    'Where models are fetched from.',
  ),
  CIRCLE_LIMIT_TOKEN: optional(z.string().optional()).describe(
    'With which the command line speaks to a server elsewhere.',
  ),
  ENGINE: optional(z.enum(ENGINE_CHOICES).default('auto')).describe(
    'What computes the model; `auto` takes the fastest that is there.',
  ),
  LAYOUT_ENGINE: optional(z.enum(LAYOUT_ENGINE_CHOICES).default('auto')).describe(
    'What computes layouts; `auto` takes a real GPU where the package `webgpu` finds one.',
  ),
  PUBLIC_URL: optional(z.url({ protocol: /^https?$/ }).optional()).describe(
    'The address behind a proxy, such as `https://disk.example.org`.',
  ),
  EMBED_ORIGINS: optional(z.string().default('')).describe(
    'Sites whose pages may show shared views in a frame, with spaces or commas between.',
  ),
  AUTH_SECRET: optional(z.string().min(32).optional()).describe(
    'Signs cookies and tickets, at least 32 characters. Unset: one that is kept in `CIRCLE_LIMIT_HOME`.',
  ),
  AUTH: optional(z.enum(['off', 'on']).optional()).describe(
    '`on` requires a login on loopback addresses too; `off` is refused beyond them.',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(z.url({ protocol: /^https?$/ }).optional()).describe(
    'An OpenTelemetry collector, such as `http://localhost:4318`, which traces are sent to.',
  ),
  LOG_LEVEL: optional(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info')).describe(
    'How much is logged.',
  ),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that the environment decides, read and validated once before anything starts. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Postgres connection string; undefined means the embedded store under `home`. */
  readonly databaseUrl: string | undefined;
  /** Absolute path of the folder for store, caches and checkpoints. */
  readonly home: string;
  readonly cifar10Dir: string | undefined;
  /**
   * Absolute path of the only folder whose images the API may name. Without it, the API may name every folder, unless a
   * login is required: then it may name none.
   */
  readonly imagesRoot: string | undefined;
  readonly huggingFaceToken: string | undefined;
  readonly huggingFaceEndpoint: string;
  /** With which the command line speaks to a server elsewhere. */
  readonly apiToken: string | undefined;
  readonly engine: EngineChoice;
  readonly layoutEngine: LayoutEngineChoice;
  /** Whether nobody may do anything without a login. */
  readonly authRequired: boolean;
  /** Signs cookies and tickets; undefined means one that is kept in the home folder. */
  readonly authSecret: string | undefined;
  /** Origin under which people reach the server behind a proxy, such as `https://disk.example.org`. */
  readonly publicUrl: string | undefined;
  /** Origins whose pages may show shared views in a frame. */
  readonly embedOrigins: readonly string[];
  /** An OpenTelemetry collector; undefined traces nothing. */
  readonly traceEndpoint: string | undefined;
  readonly logLevel: string;
}

/**
 * Reads the configuration from environment variables. A secret may lie in a file instead, named by its variable with
 * `_FILE`, as container engines mount them.
 * @throws BadInputError naming the first variable that is wrong and what it accepts.
 */
export function readConfig(given: Environment = process.env): Config {
  const environment = withSecretFiles(given);
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new BadInputError(`${String(issue.path[0])}: ${issue.message} (got ${quoted(environment, issue.path[0])})`);
  }
  const env = parsed.data;
  const loopback = LOOPBACK_HOSTS.has(env.HOST);
  if (!loopback && env.AUTH === 'off') {
    throw new BadInputError(
      `AUTH: off would let everybody who reaches ${env.HOST} in; leave AUTH unset, or listen on 127.0.0.1`,
    );
  }
  return {
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    home: resolve(env.CIRCLE_LIMIT_HOME),
    cifar10Dir: env.CIFAR10_DIR === undefined ? undefined : resolve(env.CIFAR10_DIR),
    imagesRoot: env.IMAGES_ROOT === undefined ? undefined : resolve(env.IMAGES_ROOT),
    huggingFaceToken: env.HF_TOKEN,
    huggingFaceEndpoint: env.HF_ENDPOINT.replace(/\/+$/, ''),
    apiToken: env.CIRCLE_LIMIT_TOKEN,
    engine: env.ENGINE,
    layoutEngine: env.LAYOUT_ENGINE,
    authRequired: !loopback || env.AUTH === 'on',
    authSecret: env.AUTH_SECRET,
    publicUrl: env.PUBLIC_URL === undefined ? undefined : new URL(env.PUBLIC_URL).origin,
    embedOrigins: readOrigins(env.EMBED_ORIGINS),
    traceEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: env.LOG_LEVEL,
  };
}

/** @throws BadInputError when an entry is no origin. */
function readOrigins(list: string): string[] {
  const entries = list.split(/[\s,]+/).filter((entry) => entry !== '');
  return entries.map((entry) => {
    const parsed = z.url({ protocol: /^https?$/ }).safeParse(entry);
    if (parsed.success && new URL(entry).origin === entry.replace(/\/$/, '')) return new URL(entry).origin;
    throw new BadInputError(`EMBED_ORIGINS: ${entry} is not an origin such as https://example.org`);
  });
}

/** @throws BadInputError when a file cannot be read, or a secret is given both ways. */
function withSecretFiles(environment: Environment): Environment {
  const complete: Record<string, string | undefined> = { ...environment };
  for (const name of SECRETS) {
    const file = environment[`${name}_FILE`];
    if (file === undefined || file === '') continue;
    if (environment[name]) throw new BadInputError(`${name}: is given twice, by itself and by ${name}_FILE; keep one`);
    try {
      complete[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      throw new BadInputError(`${name}_FILE: cannot be read (${messageOf(error)})`, { cause: error });
    }
  }
  return complete;
}

function quoted(environment: Environment, name: PropertyKey | undefined): string {
  // A token or a database password must not reach the terminal or a log.
  if (SECRETS.some((secret) => secret === name)) return 'a value that is not shown';
  const value = environment[String(name)];
  return value === undefined ? 'nothing' : `"${excerpt(value)}"`;
}
