import type { ImageDataset } from '../dataset/dataset.ts';
import { openDataset, requireDataset, type OpenDatasetOptions } from '../dataset/openDataset.ts';
import { requireInsideRoot, type ImagesRoot } from '../dataset/imagesRoot.ts';
import { NotFoundError, UnavailableError } from '../errors.ts';
import type { DatasetStore } from '../storage/store.ts';

export interface DatasetLibraryOptions {
  readonly store: DatasetStore;
  /** Folder for downloads and rendered images. */
  readonly cacheFolder: string;
  readonly cifar10Dir: string | undefined;
  readonly imagesRoot?: ImagesRoot;
}

/** The data sets that are open: for the runs that embed them, and for the pages that show their images. */
export class DatasetLibrary {
  readonly #options: DatasetLibraryOptions;
  readonly #open = new Map<string, ImageDataset>();
  readonly #byId = new Map<string, Promise<ImageDataset>>();
  readonly #replaced: ImageDataset[] = [];

  constructor(options: DatasetLibraryOptions) {
    this.#options = options;
  }

  /** Refuses at once what can never be opened here. @throws BadInputError, ForbiddenError */
  require(name: string): Promise<void> {
    return requireDataset(name, this.#options.imagesRoot);
  }

  /** Refuses a path that callers may not name, such as that of a model's folder. @throws ForbiddenError */
  requireAllowedPath(path: string): Promise<void> {
    return requireInsideRoot(path, this.#options.imagesRoot);
  }

  /** Opens a data set as it is on disk now. The library closes it, not the caller. */
  async open(name: string, options: Pick<OpenDatasetOptions, 'signal' | 'onProgress'> = {}): Promise<ImageDataset> {
    const { cacheFolder, cifar10Dir, imagesRoot } = this.#options;
    const dataset = await openDataset(name, { ...options, cacheFolder, cifar10Dir, imagesRoot });
    const known = this.#open.get(name);
    if (known?.fingerprint === dataset.fingerprint) {
      await dataset.close();
      return known;
    }
    if (known !== undefined) this.#replaced.push(known);
    this.#open.set(name, dataset);
    return dataset;
  }

  /**
   * The images of a stored data set.
   * @throws NotFoundError for an unknown id or one without images; UnavailableError when the images have changed since.
   */
  byId(id: string): Promise<ImageDataset> {
    let dataset = this.#byId.get(id);
    if (dataset === undefined) {
      dataset = this.#openStored(id);
      this.#byId.set(id, dataset);
      dataset.catch(() => this.#byId.delete(id));
    }
    return dataset;
  }

  async close(): Promise<void> {
    const all = [...this.#open.values(), ...this.#replaced];
    this.#open.clear();
    this.#byId.clear();
    await Promise.all(all.map((dataset) => dataset.close()));
  }

  async #openStored(id: string): Promise<ImageDataset> {
    const stored = await this.#options.store.findDataset(id);
    if (stored === null) throw new NotFoundError(`no data set has the id ${id}`);
    if (stored.kind === 'vectors') throw new NotFoundError(`the data set ${stored.name} has no images`);
    const known = this.#open.get(stored.name);
    const dataset = known?.fingerprint === stored.fingerprint ? known : await this.open(stored.name);
    if (dataset.fingerprint !== stored.fingerprint) {
      throw new UnavailableError(`the images of ${stored.name} have changed since this data set was opened`);
    }
    return dataset;
  }
}
