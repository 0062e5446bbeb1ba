import { resolve } from 'node:path';
import { z } from 'zod';
import { BadInputError } from './errors.ts';

export const ENGINE_CHOICES = ['auto', 'tensorflow', 'webgpu', 'onnx', 'wasm'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

const LOOPBACK_HOSTS = new Set(['127.0.0.1', '::1', 'localhost']);

const port = z.coerce.number().int().min(0).max(65535);
const optional = <T extends z.ZodType>(type: T) => z.preprocess((value) => (value === '' ? undefined : value), type);

const environmentSchema = z.object({
  PORT: optional(port.default(4000)),
  HOST: optional(z.string().default('127.0.0.1')),
  DATABASE_URL: optional(z.url({ protocol: /^postgres(ql)?$/ }).optional()),
  CIRCLE_LIMIT_HOME: optional(z.string().default('.circle-limit')),
  CIFAR10_DIR: optional(z.string().optional()),
  HF_TOKEN: optional(z.string().optional()),
  HF_ENDPOINT: optional(z.url({ protocol: /^https?$/ }).default('https://huggingface.co')),
  ENGINE: optional(z.enum(ENGINE_CHOICES).default('auto')),
  AUTH: optional(z.enum(['off', 'on']).optional()),
  LOG_LEVEL: optional(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info')),
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
  readonly huggingFaceToken: string | undefined;
  readonly huggingFaceEndpoint: string;
  readonly engine: EngineChoice;
  readonly authRequired: boolean;
  readonly logLevel: string;
}

/**
 * Reads the configuration from environment variables.
 * @throws BadInputError naming the first variable that is wrong and what it accepts.
 */
export function readConfig(environment: Environment = process.env): Config {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new BadInputError(`${String(issue.path[0])}: ${issue.message} (got ${quoted(environment, issue.path[0])})`);
  }
  const env = parsed.data;
  const loopback = LOOPBACK_HOSTS.has(env.HOST);
  if (!loopback) {
    throw new BadInputError(
      `HOST: ${env.HOST} is not a loopback address, and this version has no login yet; use 127.0.0.1 and a tunnel or proxy with its own login`,
    );
  }
  if (env.AUTH === 'on')
    throw new BadInputError('AUTH: this version has no login yet; leave AUTH unset or set it to off');
  return {
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    home: resolve(env.CIRCLE_LIMIT_HOME),
    cifar10Dir: env.CIFAR10_DIR === undefined ? undefined : resolve(env.CIFAR10_DIR),
    huggingFaceToken: env.HF_TOKEN,
    huggingFaceEndpoint: env.HF_ENDPOINT.replace(/\/+$/, ''),
    engine: env.ENGINE,
    authRequired: false,
    logLevel: env.LOG_LEVEL,
  };
}

function quoted(environment: Environment, name: PropertyKey | undefined): string {
  // A token or a database password must not reach the terminal or a log.
  if (name === 'HF_TOKEN' || name === 'DATABASE_URL') return 'a value that is not shown';
  return JSON.stringify(environment[String(name)] ?? null);
}
