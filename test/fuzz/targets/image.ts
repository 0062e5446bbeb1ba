import sharp from 'sharp';
import { decodeSentImage } from '../../../server/dataset/decodeSentImage.ts';
import { refusesClearly, type FuzzTarget } from '../fuzzTarget.ts';

const pixels = Uint8Array.from({ length: 8 * 6 * 3 }, (_, i) => (i * 37) % 256);
const picture = () => sharp(pixels, { raw: { width: 8, height: 6, channels: 3 } });

export const target: FuzzTarget = {
  seeds: () =>
    Promise.all([
      picture().png().toBuffer(),
      picture().jpeg().toBuffer(),
      picture().webp().toBuffer(),
      picture().gif().toBuffer(),
      picture().avif({ effort: 0 }).toBuffer(),
    ]),
  take: (bytes) => refusesClearly(() => decodeSentImage(bytes)),
};
