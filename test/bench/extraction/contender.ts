import { readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { openImageFolder } from '../../../server/dataset/imageFolder.ts';
import { findModel } from '../../../server/extraction/modelCatalog.ts';
import { openExtractor } from '../../../server/extraction/openExtractor.ts';
import { encodeNpy } from '../../../server/formats/npy.ts';

// One contender in a process of its own: `contender.ts JSON`, where the JSON is an `Assignment`. Prints an `Outcome`.

export interface Assignment {
  readonly contender: 'circle-limit' | 'transformers.js' | 'onnxruntime-node';
  /** Checkpoint with the ONNX file for the peers. */
  readonly model: string;
  /** JPEG files. */
  readonly images: string;
  readonly side: number;
  /** Length of a vector. */
  readonly size: number;
  readonly batch: number;
  readonly peers: string;
  /** Where the vectors go, as .npy. */
  readonly out: string;
  readonly cache: string;
}

export interface Outcome {
  readonly imagesPerSecond: number;
  /** Share of time in which the model waited, where the contender can tell. */
  readonly waitShare: number | null;
}

/** A model that is loaded: embeds these files in order. */
interface Loaded {
  embed(count: number): Promise<Float32Array>;
  waitShare(): number | null;
  close(): Promise<void>;
}

// What is used of the peers, whose types are not installed.
interface PeerTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}
interface TransformersJs {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  readonly AutoModel: {
    from_pretrained(
      name: string,
      options: object,
    ): Promise<(inputs: object) => Promise<{ last_hidden_state: PeerTensor }>>;
  };
  readonly AutoProcessor: { from_pretrained(name: string): Promise<(images: unknown[]) => Promise<object>> };
  readonly RawImage: { read(file: string): Promise<unknown> };
}
interface PlainOnnxruntime {
  readonly InferenceSession: {
    create(file: string): Promise<{ run(feeds: object): Promise<{ last_hidden_state: PeerTensor }> }>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
}
type Sharp = (file: string) => {
  resize(width: number, height: number, options: object): ReturnType<Sharp>;
  removeAlpha(): ReturnType<Sharp>;
  raw(): { toBuffer(): Promise<Uint8Array> };
};

const assignment = JSON.parse(process.argv[2]) as Assignment;
const files = readdirSync(assignment.images)
  .sort()
  .map((name) => join(assignment.images, name));
const load = { 'circle-limit': loadOurs, 'transformers.js': loadTransformers, 'onnxruntime-node': loadOnnxruntime };
const loaded = await load[assignment.contender]();
await loaded.embed(Math.min(files.length, 2 * assignment.batch));
const start = performance.now();
const vectors = await loaded.embed(files.length);
writeFileSync(assignment.out, encodeNpy(vectors, [files.length, assignment.size]));
const seconds = (performance.now() - start) / 1000;
const outcome: Outcome = { imagesPerSecond: files.length / seconds, waitShare: loaded.waitShare() };
console.log(JSON.stringify(outcome));
await loaded.close();

/** As `extract` does it, with every choice left to the product. */
async function loadOurs(): Promise<Loaded> {
  const dataset = await openImageFolder(assignment.images, { cacheFolder: assignment.cache });
  const model = await findModel(assignment.model, { home: assignment.cache });
  const extractor = await openExtractor(model);
  return {
    async embed(count) {
      const matrix = new Float32Array(count * assignment.size);
      const imageIndices = Int32Array.from({ length: count }, (_, index) => index);
      for await (const batch of extractor.extract({ dataset, imageIndices })) {
        batch.imageIndices.forEach((image, row) => {
          const vector = batch.vectors.subarray(row * assignment.size, (row + 1) * assignment.size);
          matrix.set(vector, image * assignment.size);
        });
      }
      return matrix;
    },
    waitShare: () => extractor.waitShare,
    close: () => extractor.close(),
  };
}

/** As its documentation shows it: read, process, run, one batch after the other. */
async function loadTransformers(): Promise<Loaded> {
  const peer = createRequire(join(assignment.peers, 'x.js'))('@huggingface/transformers') as TransformersJs;
  peer.env.localModelPath = dirname(assignment.model);
  peer.env.allowRemoteModels = false;
  const name = basename(assignment.model);
  const model = await peer.AutoModel.from_pretrained(name, { dtype: 'fp32' });
  const processor = await peer.AutoProcessor.from_pretrained(name);
  return inBatches(async (batch) => {
    const images = await Promise.all(batch.map((file) => peer.RawImage.read(file)));
    return (await model(await processor(images))).last_hidden_state;
  });
}

/** The plain runtime with sharp before it, one batch after the other. */
async function loadOnnxruntime(): Promise<Loaded> {
  const requirePeer = createRequire(join(assignment.peers, 'x.js'));
  const { InferenceSession, Tensor } = requirePeer('onnxruntime-node') as PlainOnnxruntime;
  const sharp = requirePeer('sharp') as Sharp;
  const session = await InferenceSession.create(join(assignment.model, 'onnx/model.onnx'));
  const { side } = assignment;
  return inBatches(async (batch) => {
    const pixels = new Float32Array(batch.length * 3 * side * side);
    const decoded = await Promise.all(
      batch.map((file) =>
        sharp(file).resize(side, side, { fit: 'fill', kernel: 'linear' }).removeAlpha().raw().toBuffer(),
      ),
    );
    decoded.forEach((data, row) => normalizeInto(pixels.subarray(row * 3 * side * side), data));
    const feeds = { pixel_values: new Tensor('float32', pixels, [batch.length, 3, side, side]) };
    return (await session.run(feeds)).last_hidden_state;
  });
}

function normalizeInto(target: Float32Array, data: Uint8Array): void {
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const area = data.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < area; i++) {
      target[channel * area + i] = (data[3 * i + channel] / 255 - mean[channel]) / std[channel];
    }
  }
}

function inBatches(run: (batch: readonly string[]) => Promise<PeerTensor>): Loaded {
  return {
    async embed(count) {
      const matrix = new Float32Array(count * assignment.size);
      for (let first = 0; first < count; first += assignment.batch) {
        const batch = files.slice(first, Math.min(count, first + assignment.batch));
        const { data, dims } = await run(batch);
        const [, tokens, size] = dims;
        // The first token is CLS.
        batch.forEach((_, row) =>
          matrix.set(data.subarray(row * tokens * size, (row * tokens + 1) * size), (first + row) * size),
        );
      }
      return matrix;
    },
    waitShare: () => null,
    close: () => Promise.resolve(),
  };
}
