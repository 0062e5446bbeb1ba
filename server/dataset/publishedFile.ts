import { downloadFile, type DownloadOptions } from '../download/download.ts';
import { DownloadFailure } from '../download/downloadFailure.ts';
import { InterruptedError, UnavailableError } from '../errors.ts';

/** A file on a server, with what its publisher says about it. */
export interface PublishedFile {
  readonly url: string;
  readonly bytes: number;
  /** Hex. */
  readonly md5: string;
}

/**
 * Downloads a published file to `target`, as `downloadFile` does.
 * @throws UnavailableError when the server cannot be reached, refuses, or gives other content (which is then deleted).
 * @throws InterruptedError when the signal is aborted; what has arrived is kept.
 */
export async function fetchPublishedFile(
  { url, bytes, md5 }: PublishedFile,
  target: string,
  options: DownloadOptions,
): Promise<void> {
  try {
    await downloadFile({ url, bytes, checksum: { algorithm: 'md5', hex: md5 } }, target, options);
  } catch (error) {
    if (!(error instanceof DownloadFailure)) throw error;
    const { kind, message } = error;
    if (kind === 'interrupted') {
      throw new InterruptedError(`the download of ${url} was stopped; it goes on from there next time`);
    }
    const sentence =
      kind === 'size' || kind === 'checksum' ? `${url}: ${message}` : `${url} cannot be downloaded: ${message}`;
    throw new UnavailableError(sentence, { cause: error });
  }
}
