import type { ImageDataset, Progress } from './dataset.ts';

export interface OpenDatasetOptions {
  /** Folder for downloads and rendered images, e.g. `<home>/datasets`. */
  readonly cacheFolder: string;
  readonly cifar10Dir?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called while something is downloaded (bytes), rendered or indexed (images). */
  readonly onProgress?: ((activity: 'download' | 'render' | 'index', progress: Progress) => void) | undefined;
}
export type OpenDataset = (name: string, options: OpenDatasetOptions) => Promise<ImageDataset>;
