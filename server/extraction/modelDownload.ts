import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { downloadFile, type FileFacts, type Progress } from '../download/download.ts';
import { DownloadFailure } from '../download/downloadFailure.ts';
import { BadInputError, InterruptedError, UnavailableError } from '../errors.ts';
import { catalogEntry, modelDirectory, type CatalogEntry } from './modelCatalog.ts';
import { readJson } from './safetensors.ts';

export interface FetchOptions {
  readonly home: string;
  /** Address of the hub without a slash at its end, such as `https://huggingface.co`. */
  readonly endpoint: string;
  readonly token?: string | undefined;
  /** Called with bytes of one file. */
  readonly onProgress?: ((file: string, progress: Progress) => void) | undefined;
  /** Called with lines that the user must see before the first byte of weights is fetched. */
  readonly onNotice?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FetchedModel {
  readonly directory: string;
  /** The license's duties in a few lines; also written to LICENSE-NOTICE beside the weights. Empty for `nano`. */
  readonly licenseNotice: string;
}

const LICENSE_FILE = 'LICENSE.md';
const NOTICE_FILE = 'LICENSE-NOTICE';
const INDEX_FILE = 'model.safetensors.index.json';
const WEIGHTS_FILE = 'model.safetensors';

/**
 * Downloads a model of the catalog from the Hugging Face hub into `<home>/models/NAME`. What is there and complete is
 * not fetched again; a file that was cut short goes on where it stopped; a file gets its name only when its size and
 * checksum agree. config.json comes last, so that a folder that looks like a model is one.
 * @throws BadInputError for an unknown name; UnavailableError saying what to do when the hub refuses or cannot be
 * reached; InterruptedError when `signal` is aborted.
 */
export async function fetchModel(name: string, options: FetchOptions): Promise<FetchedModel> {
  const entry = catalogEntry(name);
  const directory = modelDirectory(entry, options.home);
  if (entry.repository === null) {
    options.onNotice?.(`${name} is part of the package; there is nothing to fetch`);
    return { directory, licenseNotice: '' };
  }
  const licenseNotice = noticeOf(entry);
  for (const line of licenseNotice.split('\n')) options.onNotice?.(line);
  await mkdir(directory, { recursive: true });
  const fetchFile = fileFetcher(entry, directory, options);
  await fetchFile('preprocessor_config.json', { optional: true });
  await writeFile(join(directory, NOTICE_FILE), `${licenseNotice}\n`);
  await fetchFile(LICENSE_FILE, { optional: true });
  for (const file of await weightFiles(fetchFile, directory)) await fetchFile(file, { optional: false });
  await fetchFile('config.json', { optional: false });
  return { directory, licenseNotice };
}

type FetchFile = (file: string, rule: { readonly optional: boolean }) => Promise<boolean>;

function fileFetcher(entry: CatalogEntry, directory: string, options: FetchOptions): FetchFile {
  return async (file, { optional }) => {
    const url = `${options.endpoint}/${entry.repository}/resolve/main/${file}`;
    const target = join(directory, file);
    if (existsSync(target)) return true;
    try {
      await downloadFile({ url, token: options.token, factsIn: hubFacts }, target, {
        signal: options.signal,
        onProgress: (progress) => options.onProgress?.(file, progress),
        retryMilliseconds: 250,
        fruitlessTries: 4,
      });
      return true;
    } catch (error) {
      if (!(error instanceof DownloadFailure)) throw error;
      if (optional && isMissing(error)) return false;
      const message = explain(error, entry, file, directory, options);
      const cause = { cause: error };
      throw error.kind === 'interrupted' ? new InterruptedError(message, cause) : new UnavailableError(message, cause);
    }
  };
}

/** The hub names size and SHA-256 of a large file as it leads to the storage; the ETag of a small one is a git hash. */
function hubFacts(headers: IncomingHttpHeaders): FileFacts {
  const [size, etag] = [headers['x-linked-size'], headers['x-linked-etag']].map(String);
  const hex = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(etag!)?.[1];
  return {
    bytes: /^\d+$/.test(size!) ? Number(size) : undefined,
    checksum: hex === undefined ? undefined : { algorithm: 'sha256', hex },
  };
}

function isMissing({ status }: DownloadFailure): boolean {
  return status === 404 || status === 410;
}

/** Large models come in parts, which an index lists. */
async function weightFiles(fetchFile: FetchFile, directory: string): Promise<string[]> {
  if (!(await fetchFile(INDEX_FILE, { optional: true }))) return [WEIGHTS_FILE];
  const file = join(directory, INDEX_FILE);
  const parsed = z.object({ weight_map: z.record(z.string(), z.string()) }).safeParse(await readJson(file));
  const parts = parsed.success ? [...new Set(Object.values(parsed.data.weight_map))] : [];
  if (parts.length === 0 || parts.some((part) => !/^[\w.-]+\.safetensors$/.test(part))) {
    await rm(file, { force: true });
    throw new BadInputError(`${file}: does not list the parts of the model; fetch it again`);
  }
  return parts.sort();
}

function noticeOf({ name, repository }: CatalogEntry): string {
  return [
    `${name} is licensed by Meta under the DINOv3 License (19 August 2025): https://huggingface.co/${repository}`,
    'By using the weights you accept it. If you pass on the weights or anything derived from them, such as a converted',
    'file, you must do so under the same agreement and enclose a copy. Publications must acknowledge DINOv3. Military,',
    'weapons and ITAR-controlled uses are not allowed. Circle Limit itself neither contains nor passes on these weights.',
  ].join('\n');
}

function explain(
  failure: DownloadFailure,
  entry: CatalogEntry,
  file: string,
  directory: string,
  { endpoint, token }: FetchOptions,
): string {
  const page = `${endpoint}/${entry.repository}`;
  const { kind, status, reason } = failure;
  if (status === 401) {
    return token === undefined
      ? `${page} needs a login: accept its license there, make a token at ${endpoint}/settings/tokens and set HF_TOKEN`
      : `${page} does not accept this HF_TOKEN; make a new one at ${endpoint}/settings/tokens`;
  }
  if (status === 403) {
    return `${page} refuses access (403): accept its license there with the account of your HF_TOKEN, and let the token read gated repositories`;
  }
  if (isMissing(failure)) return `${page} has no ${file} (404); the model may have moved`;
  switch (kind) {
    case 'busy':
      return `${endpoint} is busy (status ${status}); what was fetched is kept, so try again later`;
    case 'size':
    case 'checksum':
      return `${file} of ${page} arrived damaged (its ${kind} is wrong); the file was removed, so try again`;
    case 'interrupted':
      return `the download of ${file} was interrupted; run the command again to go on`;
    case 'disk':
      return `${file} cannot be written into ${directory}: ${reason}`;
    case 'refused':
    case 'unreachable':
      return `${endpoint} cannot be reached (${reason}); what was fetched is kept. Without a network, put config.json, preprocessor_config.json and model.safetensors of ${page} into ${directory}`;
  }
}
