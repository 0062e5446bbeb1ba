import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RgbImage } from '../../server/dataset/dataset.ts';
import { BadInputError, InterruptedError, UnavailableError } from '../../server/errors.ts';
import { streamEmbeddings } from '../../server/extraction/embeddingStream.ts';
import { EmbeddingWorker } from '../../server/extraction/embeddingWorker.ts';
import type { EmbeddedBatch, ModelDescription } from '../../server/extraction/extraction.ts';
import { findModel } from '../../server/extraction/modelCatalog.ts';
import { extractEmbeddings, openExtractor, type Extractor } from '../../server/extraction/openExtractor.ts';
import { WorkerPool } from '../../server/extraction/workerPool.ts';
import { readNpyFloat32 } from '../../server/formats/npy.ts';
import { packageRoot } from '../../server/paths.ts';
import { memoryDataset, patternImage } from '../support/memoryDataset.ts';
import { encodeSafetensors, maxAbsoluteError, readRawTensors } from '../support/modelFixtures.ts';
import { sharedData } from '../support/sharedData.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const TEST_SPLIT_START = 50_000;
const folder = await temporaryFolder();
const upTo = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);
let nano: ModelDescription;
let extractor: Extractor;

beforeAll(async () => {
  nano = await findModel('nano', { home: folder });
  extractor = await openExtractor(nano, { engine: 'onnx', threads: 2, batchSize: 16 });
});
afterAll(() => extractor.close());

async function drain(stream: AsyncIterable<EmbeddedBatch>): Promise<void> {
  for await (const batch of stream) expect(batch.imageIndices.length).toBeGreaterThan(0);
}

/** Images of the CIFAR-10 test split, from the shared JPEGs. */
async function cifarImages(count: number): Promise<RgbImage[]> {
  const raw = await readFile(sharedData('cifar10/sizes.u16'));
  const sizes = new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2);
  const bytes = await readFile(sharedData('cifar10/images.jpegs'));
  let start = sizes.subarray(0, TEST_SPLIT_START).reduce((sum, size) => sum + size, 0);
  const images: RgbImage[] = [];
  for (let i = TEST_SPLIT_START; i < TEST_SPLIT_START + count; i++) {
    const data = await sharp(bytes.subarray(start, (start += sizes[i])))
      .removeAlpha()
      .raw()
      .toBuffer();
    images.push({ width: 32, height: 32, data });
  }
  return images;
}

describe('an extractor', () => {
  it('gives the known CLS vectors of the first CIFAR-10 test images with the bundled model', async () => {
    // Made by PyTorch: models/nano/training/evaluation.py --vectors.
    const file = join(packageRoot, 'test/fixtures/nano/first8-test.f32.npy');
    const expected = (await readNpyFloat32(file)).values;
    const vectors = await extractor.embed(await cifarImages(8));
    expect(vectors.length).toBe(8 * extractor.dimension);
    expect(maxAbsoluteError(vectors, expected)).toBeLessThan(2e-5);
  });

  it('hands out every image once and right, however the batches fall', async () => {
    const dataset = memoryDataset({ size: 400, image: (index) => patternImage(index) });
    const wanted = Int32Array.from({ length: 101 }, (_, i) => 3 * i + 1);
    const seen = new Map<number, Float32Array>();
    for await (const { imageIndices, vectors } of extractor.extract({ dataset, imageIndices: wanted })) {
      expect(vectors.length).toBe(imageIndices.length * 192);
      imageIndices.forEach((image, row) => seen.set(image, vectors.slice(row * 192, (row + 1) * 192)));
    }
    expect([...seen.keys()].sort((a, b) => a - b)).toEqual([...wanted]);
    for (const image of [1, 151, 301]) {
      const alone = await extractor.embed([patternImage(image)]);
      expect(maxAbsoluteError(seen.get(image)!, alone)).toBeLessThan(1e-5);
    }
  });

  it('repeats itself to the last bit', async () => {
    const images = Array.from({ length: 40 }, (_, index) => patternImage(index));
    expect(await extractor.embed(images)).toEqual(await extractor.embed(images));
  });

  it('works ahead of a slow consumer only so far', async () => {
    let read = 0;
    const image = (index: number): RgbImage => {
      read++;
      return patternImage(index);
    };
    const stream = extractor.extract({ dataset: memoryDataset({ size: 2000, image }), imageIndices: upTo(2000) });
    for (let batch = 0; batch < 5; batch++) await stream.next();
    // Once the workers have nothing left to do, whatever was prepared ahead has been read.
    await extractor.embed([patternImage(0)]);
    expect(read).toBeLessThan(250);
    await stream.return();
  });

  it('stops on request, keeps what was finished, and can be used again', async () => {
    const abort = new AbortController();
    const dataset = memoryDataset({ size: 5000, image: (index) => patternImage(index) });
    let finished = 0;
    const work = async (): Promise<void> => {
      for await (const batch of extractor.extract({ dataset, imageIndices: upTo(5000), signal: abort.signal })) {
        finished += batch.imageIndices.length;
        if (finished >= 48) abort.abort();
      }
    };
    await expect(work()).rejects.toThrow(InterruptedError);
    expect(finished).toBeGreaterThanOrEqual(48);
    expect(finished).toBeLessThan(500);
    expect((await extractor.embed([patternImage(1)])).length).toBe(192);
  });

  it('tells the share of time in which the model waited, which a slow source raises', async () => {
    const fast = await openExtractor(nano, { engine: 'onnx', threads: 1, batchSize: 16 });
    try {
      expect(fast.waitShare).toBeNull();
      await drain(fast.extract({ dataset: memoryDataset({ size: 64, image: patternImage }), imageIndices: upTo(64) }));
      const share = fast.waitShare!;
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(1);
      // More batches than are prepared ahead: the later ones are computed after the wait.
      const stream = fast.extract({
        dataset: memoryDataset({ size: 64, image: patternImage }),
        imageIndices: upTo(64),
      });
      await stream.next();
      await fast.embed(Array.from({ length: 64 }, (_, index) => patternImage(index)));
      await drain(stream);
      expect(fast.waitShare!).toBeGreaterThan(share);
    } finally {
      await fast.close();
    }
  });

  it('passes on the reason when an image cannot be read', async () => {
    const image = (index: number): RgbImage => {
      if (index === 70) throw new BadInputError('image-70: not an image');
      return patternImage(index);
    };
    const stream = extractor.extract({ dataset: memoryDataset({ size: 100, image }), imageIndices: upTo(100) });
    await expect(drain(stream)).rejects.toThrow('image-70: not an image');
  });

  it('scales vectors to length one, pools by mean and takes another resolution where asked', async () => {
    const other = await openExtractor(nano, {
      engine: 'onnx',
      threads: 1,
      pooling: 'cls+mean',
      resolution: 48,
      normalize: true,
    });
    const vectors = await other.embed([patternImage(1), patternImage(2, 50, 31)]);
    await other.close();
    expect(other.dimension).toBe(384);
    for (const row of [0, 1]) {
      const squares = vectors.subarray(row * 384, (row + 1) * 384).reduce((sum, value) => sum + value * value, 0);
      expect(squares).toBeCloseTo(1, 5);
    }
  });

  it.each([
    [{ resolution: 30 }, "resolution 30 is not a multiple of the model's patch size 4; 28 would be one"],
    [{ batchSize: 0 }, 'batch is 0'],
    [{ threads: 1.5 }, 'threads is 1.5'],
  ])('refuses the options %j', async (options, message) => {
    const error: unknown = await openExtractor(nano, options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BadInputError);
    expect((error as Error).message).toContain(message);
  });

  it('refuses a broken checkpoint with the tensor that is wrong', async () => {
    const model = await nanoWith('broken', 'norm.bias', null);
    const error: unknown = await openExtractor(model, { engine: 'onnx', threads: 2 }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(BadInputError);
    expect((error as Error).message).toContain('tensor norm.bias is missing');
  });

  it('names the image for which the engine gives no finite numbers', async () => {
    // A norm so large that the last product overflows.
    const model = await nanoWith('overflow', 'norm.weight', 3e38);
    const dataset = memoryDataset({ size: 3, image: (index) => patternImage(index) });
    const stream = extractEmbeddings({
      dataset,
      model,
      imageIndices: Int32Array.of(2),
      engine: 'onnx',
      threads: 1,
      pooling: 'cls',
      normalize: false,
    });
    await expect(stream.next()).rejects.toThrow(/not finite for image 2 \(image-2\)/);
  });
});

describe('a worker that dies', () => {
  it('rejects what it was computing, what comes later, and the stream that uses it', async () => {
    const options = {
      directory: nano.directory,
      threads: 1,
      pooling: 'cls',
      resolution: 32,
      normalize: false,
    } as const;
    const { worker } = await EmbeddingWorker.start({ ...options, engine: 'wasm' });
    const images = Array.from({ length: 64 }, (_, index) => patternImage(index));
    const running = worker.embed(images);
    const outcome = expect(running).rejects.toThrow(UnavailableError);
    await worker.terminate();
    await outcome;
    await expect(worker.embed([patternImage(1)])).rejects.toThrow('stopped unexpectedly');
    const stream = streamEmbeddings(new WorkerPool([worker]), {
      dataset: memoryDataset({ size: 9, image: (index) => patternImage(index) }),
      imageIndices: upTo(9),
      batchSize: 4,
      engineName: 'wasm',
    });
    await expect(stream.next()).rejects.toThrow('stopped unexpectedly');
  });
});

/** The bundled model with one tensor filled with a value, or left out. */
async function nanoWith(name: string, tensor: string, value: number | null): Promise<ModelDescription> {
  const directory = join(folder, name);
  await mkdir(directory, { recursive: true });
  const tensors = await readRawTensors(join(nano.directory, 'model.safetensors'));
  if (value === null) tensors.delete(tensor);
  else {
    const bytes = new Uint8Array(new Float32Array(192).fill(value).buffer);
    tensors.set(tensor, { dtype: 'F32', shape: [192], bytes });
  }
  await writeFile(join(directory, 'model.safetensors'), encodeSafetensors(tensors));
  for (const file of ['config.json', 'preprocessor_config.json']) {
    await copyFile(join(nano.directory, file), join(directory, file));
  }
  return findModel(directory, { home: folder });
}
