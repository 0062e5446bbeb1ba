import sharp from 'sharp';
import { expect, it } from 'vitest';
import { readPreprocessingConfig } from '../../server/extraction/modelConfig.ts';
import { Preprocessor } from '../../server/extraction/preprocess.ts';
import { readNpyFloat32 } from '../../server/formats/npy.ts';
import { maxAbsoluteError } from '../support/modelFixtures.ts';
import { sharedData } from '../support/sharedData.ts';

it('resizes and normalizes as the official image processor does, to a hundredth of the allowed 1/255', async () => {
  const folder = sharedData('dinov3-parity/preprocess');
  const config = await readPreprocessingConfig(folder, 224);
  expect(config.resolution).toBe(64);
  const { data, info } = await sharp(`${folder}/image.png`).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const pixels = new Float32Array(3 * 64 * 64);
  new Preprocessor(config, 64).writeInto(pixels, 0, { width: info.width, height: info.height, data });
  const expected = (await readNpyFloat32(`${folder}/pixels.hf64.npy`)).values;
  expect(maxAbsoluteError(pixels, expected)).toBeLessThan(1 / 25_500);
});
