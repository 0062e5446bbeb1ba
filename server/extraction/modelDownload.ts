import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Progress } from '../dataset/dataset.ts';
import { BadInputError } from '../errors.ts';
import { downloadFile, type DownloadFailure } from './downloadFile.ts';
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
    const failure = await downloadFile({
      url: `${options.endpoint}/${entry.repository}/resolve/main/${file}`,
      target: join(directory, file),
      token: options.token,
      signal: options.signal,
      onProgress: (progress) => options.onProgress?.(file, progress),
    });
    if (failure === null) return true;
    if (optional && failure.kind === 'missing') return false;
    throw failure.toError(explain(failure, entry, file, directory, options));
  };
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
  { kind, detail }: DownloadFailure,
  entry: CatalogEntry,
  file: string,
  directory: string,
  { endpoint, token }: FetchOptions,
): string {
  const page = `${endpoint}/${entry.repository}`;
  switch (kind) {
    case 'unauthorized':
      return token === undefined
        ? `${page} needs a login: accept its license there, make a token at ${endpoint}/settings/tokens and set HF_TOKEN`
        : `${page} does not accept this HF_TOKEN; make a new one at ${endpoint}/settings/tokens`;
    case 'forbidden':
      return `${page} refuses access (403): accept its license there with the account of your HF_TOKEN, and let the token read gated repositories`;
    case 'missing':
      return `${page} has no ${file} (404); the model may have moved`;
    case 'busy':
      return `${endpoint} is busy (${detail}); what was fetched is kept, so try again later`;
    case 'damaged':
      return `${file} of ${page} arrived damaged (${detail}); the file was removed, so try again`;
    case 'interrupted':
      return `the download of ${file} was interrupted; run the command again to go on`;
    case 'disk':
      return `${file} cannot be written into ${directory}: ${detail}`;
    case 'unreachable':
      return `${endpoint} cannot be reached (${detail}); what was fetched is kept. Without a network, put config.json, preprocessor_config.json and model.safetensors of ${page} into ${directory}`;
  }
}
