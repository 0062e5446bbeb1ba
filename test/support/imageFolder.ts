import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { forEachBounded } from '../../server/dataset/boundedMap.ts';

const WRITTEN_AT_ONCE = 16;
const HUES = { red: [200, 40, 40], green: [40, 180, 60], blue: [50, 60, 210] } as const;

/** Fills `folder` with `perClass` small PNG images in each of three folders, whose colors tell the class. */
export async function makeImageFolder(folder: string, perClass: number): Promise<string> {
  for (const [name, [red, green, blue]] of Object.entries(HUES)) {
    await mkdir(join(folder, name), { recursive: true });
    await forEachBounded(perClass, WRITTEN_AT_ONCE, async (index) => {
      const pixels = new Uint8Array(16 * 16 * 3);
      for (let i = 0; i < pixels.length; i += 3) {
        const shade = ((i / 3) * (index + 3)) % 40;
        pixels.set([red + shade, green + shade, blue + shade], i);
      }
      const file = join(folder, name, `${String(index).padStart(3, '0')}.png`);
      await sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } })
        .png()
        .toFile(file);
    });
  }
  return folder;
}
