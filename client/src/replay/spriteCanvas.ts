import type { PictureSource } from '../disk/layers/pictures/pictureScene.ts';

/** Pictures of single points, cut from the pages of the file. */
export class SpriteCutter {
  private readonly pages = new Map<number, Promise<ImageBitmap>>();
  private readonly urls = new Map<number, string>();

  constructor(private readonly source: PictureSource) {}

  /** The picture of a point as the address of an image. */
  async urlOf(point: number): Promise<string> {
    const known = this.urls.get(point);
    if (known !== undefined) return known;
    const { tile, columns, tilesPerPage } = this.source.atlas;
    const page = await this.page(Math.floor(point / tilesPerPage));
    const place = point % tilesPerPage;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = tile;
    const [left, top] = [(place % columns) * tile, Math.floor(place / columns) * tile];
    canvas.getContext('2d')!.drawImage(page, left, top, tile, tile, 0, 0, tile, tile);
    const url = canvas.toDataURL();
    this.urls.set(point, url);
    return url;
  }

  private page(number: number): Promise<ImageBitmap> {
    let page = this.pages.get(number);
    if (page === undefined) {
      page = fetch(this.source.urlOf(number)).then(async (response) => createImageBitmap(await response.blob()));
      this.pages.set(number, page);
    }
    return page;
  }
}
