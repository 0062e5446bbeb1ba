import { BadInputError, LimitExceededError } from '../errors.ts';
import type { RgbImage } from './dataset.ts';
import { decodeImage, firstLine, readImageSize } from './encodedImage.ts';

/** Pixels of an image that a person sends: a photograph of any camera, and no more than a moment's work. */
const MAX_PIXELS = 50_000_000;

/**
 * An image that somebody sent, whose bytes may be anything.
 * @throws BadInputError for what is no readable image, LimitExceededError for one of too many pixels.
 */
export async function decodeSentImage(bytes: Uint8Array): Promise<RgbImage> {
  if (bytes.length === 0) throw new BadInputError('the request is empty; send the bytes of an image');
  const { width, height } = await readImageSize(bytes).catch((error: unknown) => {
    throw new BadInputError(`what was sent cannot be read as an image: ${firstLine(error)}`, { cause: error });
  });
  if (width * height > MAX_PIXELS) {
    throw new LimitExceededError(
      `the image has ${width} × ${height} pixels; at most ${MAX_PIXELS / 1e6} million are taken`,
    );
  }
  return decodeImage(bytes).catch((error: unknown) => {
    throw new BadInputError(`the image cannot be decoded: ${firstLine(error)}`, { cause: error });
  });
}
